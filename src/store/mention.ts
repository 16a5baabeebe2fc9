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
  /** What the Partner API said of one of its numbers at the last look. */
  mark(text: string): boolean;
  /** What a person wrote: the id as a word of its own. */
  written(text: string): boolean;
  /** The same text, or a word in its place where it names the workspace. */
  blank(text: string): string;
};

const conditions = 'wa|messages|transactions|api-calls|seats';
const ofQuotas = 'messages|transactions|api-calls|seats';
const letter = '\\p{L}\\p{N}_\\-';
const keys = new RegExp(`(?<![${letter}])(?:${conditions}):[^\\s"]+`, 'gu');

/** `longer`: ids of others that begin with this one, for `wa:acme:2:1` is of `acme:2` where there is one. */
export function mentionsOfWorkspace(id: string, longer: readonly string[] = []): Mentions {
  const literal = literally(id);
  const rests = longer.map((one) => one.slice(id.length)).filter((rest) => !isOfWord.test(rest));
  const whole = (end: string) => (rests.length === 0 ? literal : `${literal}(?!(?:${rests.map(literally).join('|')})${end})`);
  // `acme` is in neither `wa:acme-2:1` nor `wa:acme.b:1`.
  const ends = '(?=$|[:@"\\\\\\s,;)]|\\.(?:\\s|$))';
  const key = new RegExp(`(?<![${letter}])(?:wa:${whole(':')}:|(?:${ofQuotas}):${whole(ends)}${ends})`, 'u');
  const sentence = new RegExp(`(?<![${letter}])workspace[ =:]+${whole(ends)}${ends}|^(?:relay:[^:]+:)?[^\\s:]+ for ${literal}$`, 'u');
  const ofNumber = new RegExp(`^(?:number|phone):${whole(':')}:`, 'u');
  const ofMark = new RegExp(`^${whole(' ')} `, 'u');
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
    mark: (text) => ofMark.test(text),
    blank: (text) => (written(text) ? '(erased)' : text),
  };
}

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
/** `acme2` is another word than `acme`. */
const isOfWord = new RegExp(`^[${letter}]`, 'u');

/** Those others, of the rows of a table of workspaces. */
export const longerIds = `SELECT id FROM workspaces WHERE id > ?1 AND id < ?1 || char(1114111)`;

/** As it stands in JSON, where a quote or a line's end is written otherwise. */
export const inJson = (id: string): string => JSON.stringify(id).slice(1, -1);
