// Where the id of a workspace stands as such: in the key of an incident, in a name of the relay's own, in a sentence of its own, in what a person
// wrote. The same word elsewhere (a mail address, the account of another workspace, a channel) is not about it. Pure.

export type Mentions = {
  id: string;
  /** A text that the relay made: the key of an incident of it is in it, or it says `workspace acme`. */
  told(text: string): boolean;
  /** The name of a cell or a timer. */
  name(text: string): boolean;
  /** Of what a route keeps or counts for one workspace, or for a segment of that name. */
  group(text: string): boolean;
  /** What a person wrote: the id as a word of its own. */
  written(text: string): boolean;
  /** The same text, or a word in its place where it names the workspace. */
  blank(text: string): string;
};

const conditions = 'wa|messages|transactions|api-calls|seats';
const letter = '\\p{L}\\p{N}_\\-';
const keys = new RegExp(`(?<![${letter}])(?:${conditions}):[^\\s"]+`, 'gu');

export function mentionsOfWorkspace(id: string): Mentions {
  const literal = id.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  // `acme` is in neither `wa:acme-2:1` nor `wa:acme.b:1`.
  const ends = '(?=$|[:@"\\\\\\s,;)]|\\.(?:\\s|$))';
  const key = new RegExp(`(?<![${letter}])(?:${conditions}):${literal}${ends}`, 'u');
  const sentence = new RegExp(`(?<![${letter}])workspace[ =:]+${literal}${ends}|^(?:relay:[^:]+:)?[^\\s:]+ for ${literal}$`, 'u');
  const ofNumber = new RegExp(`^(?:number|phone):${literal}:`, 'u');
  const ofGroup = new RegExp(`^(?:(?:flush:)?kept:(?:\\d+:)?)?limit:[^:]+:${literal}$`, 'u');
  // In a JSON text it may stand behind the `\n` of a new line.
  const word = new RegExp(
    `(?:(?<![${letter}@#]|[\\p{L}\\p{N}]\\.)|(?<=\\\\[bfnrt]))${literal}(?![${letter}@]|\\.[\\p{L}\\p{N}]|:[\\p{L}\\p{N}])`,
    'u',
  );
  const told = (text: string) => text.includes(id) && (key.test(text) || sentence.test(text));
  const group = (text: string) => ofGroup.test(text);
  const written = (text: string) => told(text) || (text.includes(id) && word.test(text.replaceAll(keys, ' ')));
  return {
    ...{ id, told, group, written },
    name: (text) => told(text) || ofNumber.test(text) || group(text),
    blank: (text) => (written(text) ? '(erased)' : text),
  };
}
