// The stories that routes.yaml names: each must be there, and fit every event that it may be told of. Composition: routes know the events, render
// the words.
import { glob } from '../decide/glob.ts';
import { catalogue } from '../intake/catalogue.ts';
import { type EventType, eventTypes } from '../model.ts';
import { lintStory, type Stories, type StoryFile } from '../render/stories.ts';
import type { RulesDeps } from '../rules/load.ts';
import type { Mistake } from '../rules/mistake.ts';
import { nearest } from '../rules/nearest.ts';
import type { Route, Rules } from '../rules/rules.ts';

type Place = Parameters<NonNullable<RulesDeps['checkStories']>>[1];
type Named = { story: string; by: { route: string } | { destination: string }; types: EventType[] };

/** `files`: the operator's own, read or not. */
export function namedStories(rules: Rules, { inForce }: Stories, files: readonly StoryFile[], place: Place): Mistake[] {
  return [...rules.routes.flatMap(ofRoute), ...ofDestinations(rules)].flatMap(({ story, by, types }) => {
    const words = [...inForce.keys()]
      .filter((name) => name === story || name.endsWith(`/${story}`))
      .flatMap((name) => inForce.get(name) ?? []);
    if (inForce.get(story) !== undefined) return words.flatMap((one) => lintStory(one, types, nearest));
    // It is there and has mistakes of its own, which are told.
    if (files.some(({ name }) => name.replace(/\.ya?ml$/, '') === story)) return [];
    const near = nearest(
      story,
      [...inForce.keys()].filter((name) => !name.includes('/')),
    );
    const text = `There is no story \`${story}\` in templates/.${near === undefined ? ` Write templates/${story}.yaml.` : ` Did you mean \`${near}\`?`}`;
    return [{ ...place(story, by), level: 'error' as const, code: 'name' as const, text }];
  });
}

const ofRoute = (route: Route): Named[] =>
  [...sendsOf(route)].flatMap(({ template }) =>
    template === undefined ? [] : [{ story: template, by: { route: route.name }, types: typesOf(route.events) }],
  );

const sendsOf = ({ send, escalate = [] }: Route) => [...send, ...escalate.flatMap((step) => step.send)];

/** Whatever may come to it: by name, in the place of another, or by the fallback, which hears of anything. */
function ofDestinations({ destinations, routes, fallback }: Rules): Named[] {
  return Object.values(destinations).flatMap(({ name, template }) => {
    if (template === undefined) return [];
    const ways = new Set([name]);
    for (const way of ways)
      for (const other of Object.values(destinations)) if (other.ifEmpty === way || other.ifItFails === way) ways.add(other.name);
    const plain = (sends: Route['send']) => sends.some((send) => send.template === undefined && ways.has(send.to));
    const types = plain(fallback)
      ? [...eventTypes]
      : eventTypes.filter((type) => routes.some((route) => plain(sendsOf(route)) && typesOf(route.events).includes(type)));
    return [{ story: template, by: { destination: name }, types }];
  });
}

const typesOf = (events: string[] | undefined): EventType[] =>
  eventTypes.filter((type) => events === undefined || events.some((name) => glob(name, type) || glob(name, catalogue[type].wire)));
