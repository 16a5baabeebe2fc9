// All stories in force: the shipped ones with the operator's laid over them, file by file. Each is checked and tried before it may serve;
// one that fails is told, and the shipped words stay.
import { type EventType, eventTypes } from '../model.ts';
import { checkStory } from './check-story.ts';
import type { Mistake, Nearest } from './lint.ts';
import { type Parse, type ReadStory, readStory } from './read-story.ts';

export type Stories = {
  /** By name; the operator's where they are sound. */
  inForce: ReadonlyMap<string, ReadStory>;
  /** What is fallen back to. */
  shipped: ReadonlyMap<string, ReadStory>;
};

/** `name` is the file's, `disconnected.yaml`, `es/disconnected.yaml`. */
export type StoryFile = { name: string; text: string };

type Files = {
  shipped: readonly StoryFile[];
  operator: readonly StoryFile[];
  /** Types of plug-ins: a story may lay out each of them itself. */
  channels: readonly string[];
  parse: Parse;
  nearest: Nearest;
};

export function loadStories({ shipped: ours, operator, channels, parse, nearest }: Files): { stories: Stories; mistakes: Mistake[] } {
  const mistakes: Mistake[] = [];
  const load = ({ name: fileName, text }: StoryFile): ReadStory | undefined => {
    const name = fileName.replace(/\.ya?ml$/, '').replace(/^.*\//, (folder) => folder.toLowerCase().replaceAll('_', '-'));
    const file = `templates/${fileName}`;
    const { story, mistakes: found } = readStory({ name, file, text, channels, parse, nearest });
    const [, folder = '', bare = name] = /^(.*\/)(.*)$/.exec(name) ?? [];
    if (story !== undefined) found.push(...checkStory(story, topicsOf(bare), nearest), ...strays(bare, folder, file, nearest));
    mistakes.push(...found);
    return found.some(({ level }) => level === 'error') ? undefined : story;
  };
  const shipped = byName(ours.map(load));
  const inForce = new Map([...shipped, ...byName(operator.map(load))]);
  return { stories: { inForce, shipped }, mistakes };
}

/** For a story that routes name: whether it fits every type of event that those routes may send it for. */
export const lintStory = (story: ReadStory, types: readonly EventType[], nearest: Nearest): Mistake[] => checkStory(story, types, nearest);

const byName = (stories: readonly (ReadStory | undefined)[]): Map<string, ReadStory> =>
  new Map(stories.filter((story) => story !== undefined).map((story) => [story.name, story]));

const ownNames: readonly string[] = [...eventTypes, 'default', 'relay'];

/** What a file of this name speaks about. A name of the operator's own says nothing; its routes do. */
const topicsOf = (name: string) =>
  name === 'default' ? (['unknown'] as const) : ownNames.includes(name) ? [name as EventType | 'relay'] : undefined;

/** `disconected.yaml` would be a story of its own that nothing uses. */
function strays(name: string, folder: string, file: string, nearest: Nearest): Mistake[] {
  const meant = ownNames.includes(name) ? undefined : nearest(name, ownNames);
  if (meant === undefined) return [];
  const text = `${file} is used only where a route says template: ${name}. To change the words of ${meant}, name it ${folder}${meant}.yaml.`;
  return [{ file, line: 1, column: 1, level: 'warning', code: 'advice', text }];
}
