// Whether a story fits what it is told of: each name in it is one that such an event can hold, and whatever an event leaves out, there is
// still a headline.
import type { Workspace } from '../model.ts';
import { alertView } from './context.ts';
import { languageOf, wordsFor } from './languages.ts';
import { isOfLayouts } from './layout-names.ts';
import { readLayout } from './layout-tree.ts';
import { contextOf } from './leaf.ts';
import { type Flaw, type Judge, leafFlaws, type Mistake, type Nearest, unknownName } from './lint.ts';
import { hasEnd, isName, namesOf, type Topic, topics } from './names.ts';
import { mistakeAt, type Place, type ReadStory, type Takeover } from './read-story.ts';
import type { RenderInput } from './render.ts';
import { sampleBody, sampleDelivery, sampleNow, samplesOf, samplesOfMany, trialOfMany } from './samples.ts';
import { severalOf } from './several.ts';
import { tell, tellingFor } from './story.ts';
import { storyView } from './view.ts';
import type { Words } from './words.ts';

/** `about` absent: nobody has said yet what the story is used for, so any event's names are good. */
export function checkStory(story: ReadStory, about: readonly Topic[] | undefined, nearest: Nearest): Mistake[] {
  const named = [
    ...story.places.flatMap((place) => placeMistakes(place, about, nearest)),
    ...story.takeovers.flatMap((takeover) => takeoverMistakes(takeover, about, nearest)),
  ];
  const ending = endingMistakes(story);
  // A wrong name also empties the headline: said once is enough.
  if (named.length > 0 || ending.length > 0) return [...named, ...ending];
  return (about ?? []).flatMap((topic) => trialMistakes(story, topic));
}

const events = topics.filter((topic) => !['relay', 'digest', 'storm', 'flapping'].includes(topic));

function placeMistakes({ leaf, path, file, spot }: Place, about: readonly Topic[] | undefined, nearest: Nearest): Mistake[] {
  return leafFlaws(leaf, judgeFor(path, about, nearest)).map((flaw) => mistakeAt(file, spot, flaw));
}

/** `{who.short}` is how other programs fill in a name; here it is sent as it stands. */
export function singleBraces({ places }: ReadStory): Mistake[] {
  return places.flatMap(({ leaf, file, spot }) =>
    [...leaf.text.matchAll(/(?<!\{)\{([a-z_]+(?:\.\w+)+)\}(?!\})/gi)].flatMap(([found, name = '']) => {
      if (!topics.some((topic) => isName(name, topic, true))) return [];
      const right = `{${found}}`;
      const text = `${found} is sent as it stands; a name to be filled in has two braces on each side: ${right}.`;
      return [{ ...mistakeAt(file, spot, { code: 'advice', text, instead: { wrong: found, right } }), level: 'warning' as const }];
    }),
  );
}

/** There the finished words and the message itself have names too. */
function takeoverMistakes({ tree, path, file, spot }: Takeover, about: readonly Topic[] | undefined, nearest: Nearest): Mistake[] {
  const found: Mistake[] = [];
  const ofStories = judgeFor(path, about, nearest);
  readLayout(tree, {
    judge: (name, inside) => (isOfLayouts(name, inside) ? undefined : ofStories(name, inside)),
    tell: (inner, flaw) => found.push(mistakeAt(file, spot(inner), flaw)),
  });
  return found;
}

function judgeFor([variant]: Place['path'], about: readonly Topic[] | undefined, nearest: Nearest): Judge {
  const over = variant === 'resolved';
  return (name) => {
    if (about === undefined) return events.some((topic) => isName(name, topic, over)) ? undefined : stranger(name, events, over, nearest);
    const lacking = about.find((topic) => !isName(name, topic, over) && (!over || hasEnd(topic)));
    return lacking === undefined ? undefined : stranger(name, [lacking], over, nearest);
  };
}

function stranger(name: string, among: readonly Topic[], over: boolean, nearest: Nearest): Flaw {
  const known = [...new Set(among.flatMap((topic) => namesOf(topic, over)))];
  if (!topics.some((topic) => isName(name, topic, true))) return unknownName(name, known, nearest);
  if (!over && among.some((topic) => isName(name, topic, true)))
    return { code: 'name', text: `{{${name}}} is known only once it is over: it can stand under \`resolved:\` alone.` };
  return {
    code: 'name',
    text: `{{${name}}} is never known for ${among.length === 1 ? among[0] : 'an event'}. Known here: ${known.join(', ')}.`,
  };
}

/** Words under `resolved:` that would never be read, while their writer waits for them. */
function endingMistakes(story: ReadStory): Mistake[] {
  const place = story.places.find(({ path }) => path[0] === 'resolved');
  const why = never[story.name.replace(/^.*\//, '')];
  return place === undefined || why === undefined ? [] : [mistakeAt(place.file, place.spot, { code: 'unknown-key', text: why })];
}
const never: Readonly<Record<string, string>> = {
  connected: '`resolved:` is never used here. The words for a number that is back are under `resolved:` in disconnected.yaml.',
  'token-rotated': '`resolved:` is never used here: a rotation is a notice and has no end.',
  default: '`resolved:` is never used here: of an unknown event the relay does not know when it ends.',
};

const trialKinds = ['alert', 'resolved', 'digest', 'reminder', 'escalation'] as const;

type Trial = RenderInput['leased'] & { workspace: Workspace };

/** Every variant with all that an event may hold, and with as little as it may. */
function trialMistakes(story: ReadStory, topic: Topic): Mistake[] {
  const words = wordsFor(languageOf(story.name));
  for (const trial of trialsOf(topic))
    for (const code of [undefined, ...story.codes.keys()]) {
      const { kind, details } = trial.delivery;
      const telling = tellingFor(story, details.storm?.over ? 'over' : kind, code);
      if (telling === undefined || tell(telling, contextOf(sampleView(trial, words)), words).headline !== '') continue;
      const place = story.places.find(({ leaf }) => leaf === telling.headline);
      const text = `The headline comes out empty for ${topic}${trial.workspace.name === undefined ? ' of a workspace that has only an id' : ''}; add words that are always there.`;
      return place === undefined ? [] : [mistakeAt(place.file, place.spot, { code: 'value', text })];
    }
  return [];
}

function trialsOf(topic: Topic): Trial[] {
  if (topic === 'relay') return [{ delivery: sampleDelivery('relay'), workspace: { id: '' } }];
  if (topic === 'digest' || topic === 'storm' || topic === 'flapping')
    return [false, true].flatMap((over) => samplesOfMany(topic, over).map(trialOfMany));
  return samplesOf(topic).flatMap(({ event, workspace }) =>
    trialKinds.map((kind) => ({ delivery: sampleDelivery(kind, event), event, workspace })),
  );
}

function sampleView(trial: Trial, words: Words): object {
  const { delivery, event, workspace } = trial;
  const several = severalOf({ leased: trial, workspace, showPhone: false });
  const shared = { delivery, timezone: 'UTC', brand: {}, showPhone: false, now: sampleNow, words, body: sampleBody, several };
  if (event === undefined || several !== undefined) return storyView(shared);
  return storyView({ ...shared, event, alert: alertView({ delivery, event, workspace, showPhone: false }) });
}
