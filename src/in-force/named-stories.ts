// The stories that routes.yaml names: each must be there, and fit every event that it may be told of. Composition: routes know the events, render
// the words.
import { glob } from '../decide/glob.ts';
import { catalogue } from '../intake/catalogue.ts';
import { type EventType, eventTypes } from '../model.ts';
import { lintStory, type Stories, type StoryFile } from '../render/stories.ts';
import type { RulesDeps } from '../rules/load.ts';
import { inOrder, type Mistake } from '../rules/mistake.ts';
import { nearest } from '../rules/nearest.ts';
import type { Route, Rules } from '../rules/rules.ts';

type Place = Parameters<NonNullable<RulesDeps['checkStories']>>[1];
type Named = { story: string; by: { route: string } | { destination: string }; types: EventType[] };

/** `files`: the operator's own, read or not. */
export function namedStories(rules: Rules, { inForce }: Stories, files: readonly StoryFile[], place: Place): Mistake[] {
  return [...rules.routes.flatMap(ofRoute), ...ofDestinations(rules)].flatMap(({ story, by, types }) => {
    const at = place(story, by);
    if (inForce.get(story) !== undefined) {
      const flaws = [...inForce.keys()]
        .filter((name) => name === story || name.endsWith(`/${story}`))
        .flatMap((name) => inForce.get(name) ?? [])
        .flatMap((one) => lintStory(one, types, nearest));
      const theirs = flaws.filter(({ file }) => files.some(({ name }) => file === `templates/${name}`));
      const [ours] = inOrder(flaws.filter((flaw) => !theirs.includes(flaw)));
      return ours === undefined || theirs.length > 0 ? theirs : [{ ...at, ...unfit(story, ours) }];
    }
    // It is there and has mistakes of its own, which are told.
    if (files.some(({ name }) => name.replace(/\.ya?ml$/, '') === story)) return [];
    const near = nearest(
      story,
      [...inForce.keys()].filter((name) => !name.includes('/')),
    );
    const text = `There is no story \`${story}\` in templates/.${near === undefined ? ` Write templates/${story}.yaml.` : ` Did you mean \`${near}\`?`}`;
    const fix = near === undefined ? undefined : corrected(at, story, near);
    return [{ ...at, level: 'error' as const, code: 'name' as const, text, ...(fix !== undefined && { fix }) }];
  });
}

/** A shipped file is not the operator's to change: it is told where it is named, and one reason is enough. */
const unfit = (story: string, { text }: Mistake): Pick<Mistake, 'level' | 'code' | 'text'> => ({
  level: 'error',
  code: 'name',
  text: `The story \`${story}\` does not fit here: ${text.replace(/ Known here: .*$/s, '')} Leave \`template\` out, for each event has words of its own, or name a story of yours.`,
});

function corrected({ found, column }: ReturnType<Place>, story: string, near: string): string | undefined {
  const from = column - 1;
  return found?.startsWith(story, from) ? found.slice(0, from) + near + found.slice(from + story.length) : undefined;
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
