// All stories in force: the shipped ones with the operator's laid over them, file by file. An operator's is checked and tried before it may
// serve; one that fails is told, and the shipped words stay. A shipped one is held by the tests and read when it is first needed.
import { type EventType, eventTypes } from '../model.ts';
import { checkStory, singleBraces } from './check-story.ts';
import type { Mistake, Nearest } from './lint.ts';
import type { Topic } from './names.ts';
import { type Parse, type ReadStory, readStory } from './read-story.ts';

/** Stories by name. */
export type Shelf = Pick<ReadonlyMap<string, ReadStory>, 'get' | 'keys'>;
export type Stories = {
  /** The operator's where they are sound. */
  inForce: Shelf;
  /** What is fallen back to. */
  shipped: Shelf;
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
  const read = ({ name, text }: StoryFile) => readStory({ name: nameOf(name), file: `templates/${name}`, text, channels, parse, nearest });
  const mistakes: Mistake[] = [];
  const own = new Map<string, ReadStory>();
  for (const file of operator) {
    const { story, mistakes: found } = read(file);
    const [, folder = '', bare = ''] = /^(.*\/)?(.*)$/.exec(nameOf(file.name)) ?? [];
    if (story !== undefined)
      found.push(
        ...checkStory(story, topicsOf(bare), nearest),
        ...singleBraces(story),
        ...strays(bare, folder, `templates/${file.name}`, nearest),
      );
    mistakes.push(...found);
    if (story !== undefined && !found.some(({ level }) => level === 'error')) own.set(story.name, story);
  }
  const shipped = readLater(ours, (file) => read(file).story);
  const names = new Set([...shipped.keys(), ...own.keys()]);
  return { stories: { inForce: { get: (name) => own.get(name) ?? shipped.get(name), keys: () => names.keys() }, shipped }, mistakes };
}

/** `es_MX/seats-full.yaml` → `es-mx/seats-full`. */
const nameOf = (file: string): string =>
  file.replace(/\.ya?ml$/, '').replace(/^.*\//, (folder) => folder.toLowerCase().replaceAll('_', '-'));

/** Words that nobody needs, such as those of most languages, cost the start nothing. */
function readLater(files: readonly StoryFile[], read: (file: StoryFile) => ReadStory | undefined): Shelf {
  const byName = new Map(files.map((file) => [nameOf(file.name), file]));
  const known = new Map<string, ReadStory | undefined>();
  return {
    keys: () => byName.keys(),
    get: (name) => {
      const file = byName.get(name);
      if (file !== undefined && !known.has(name)) known.set(name, read(file));
      return known.get(name);
    },
  };
}

/** For a story that routes name: whether it fits every type of event that those routes may send it for. */
export const lintStory = (story: ReadStory, types: readonly EventType[], nearest: Nearest): Mistake[] => checkStory(story, types, nearest);

const ownNames: readonly string[] = [...eventTypes, 'default', 'flapping', 'digest', 'storm', 'relay'];

/** What a file of this name speaks about. A name of the operator's own says nothing; its routes do. */
const topicsOf = (name: string) => (name === 'default' ? (['unknown'] as const) : ownNames.includes(name) ? [name as Topic] : undefined);

/** `disconected.yaml` would be a story of its own that nothing uses. */
function strays(name: string, folder: string, file: string, nearest: Nearest): Mistake[] {
  const meant = ownNames.includes(name) ? undefined : nearest(name, ownNames);
  if (meant === undefined) return [];
  const text = `${file} is used only where a route says template: ${name}. To change the words of ${meant}, name it ${folder}${meant}.yaml.`;
  return [{ file, line: 1, column: 1, level: 'warning', code: 'advice', text }];
}
