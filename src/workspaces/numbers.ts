// The numbers of a workspace as their words tell of them: connected or dropped, since when, why. Pure. Which words are about one number is for the
// reports to say: whatever shares an account id or a phone with another is of the same number.
import type { EventRecord } from '../records.ts';
import { namesOf } from '../reports/tracks.ts';
import { compareSaid, isLater, type Said, saidOf } from './said.ts';

export type Word = Said & { up: boolean; reason?: string };

export type NumberState = {
  /** `id 67890`, `phone 34600123456`: all it was ever called by, sorted. */
  names: string[];
  /** As last written. */
  phone?: Said & { text: string };
  /** The latest, in order of time. */
  words: Word[];
};

export type Standing = { up: boolean; since: number; reason?: string };

/** Beyond so many, a word in the middle of a run of its like goes first, so that the beginning of a long time down is kept. */
const mostWords = 16;

export function withWord(numbers: readonly NumberState[], record: EventRecord): NumberState[] {
  const phone = record.account?.phone;
  const up = record.type === 'connected';
  const reason = up ? undefined : record.account?.reason;
  const own: NumberState = {
    names: namesOf(record),
    ...(phone !== undefined && { phone: { ...saidOf(record), text: phone } }),
    words: [{ ...saidOf(record), up, ...(reason !== undefined && { reason }) }],
  };
  const isSame = ({ names }: NumberState) => names.some((name) => own.names.includes(name));
  const others = numbers.filter((one) => !isSame(one));
  return [...others, numbers.filter(isSame).reduce(joined, own)].sort((a, b) => (a.names[0]! < b.names[0]! ? -1 : 1));
}

/** How it stands by its last word, and since the first of those that say the same. */
export function standingOf({ words }: Pick<NumberState, 'words'>): Standing {
  const { up } = words.at(-1)!;
  const turn = words.findLastIndex((word) => word.up !== up);
  const run = words.slice(turn + 1);
  const reason = run.findLast((word) => word.reason !== undefined)?.reason;
  return { up, since: run[0]!.at, ...(reason !== undefined && { reason }) };
}

export const accountsOf = ({ names }: NumberState): string[] => names.flatMap((name) => (name.startsWith('id ') ? [name.slice(3)] : []));

function joined(one: NumberState, other: NumberState): NumberState {
  const phone = one.phone !== undefined && isLater(one.phone, other.phone) ? one.phone : other.phone;
  return {
    names: [...new Set([...one.names, ...other.names])].sort(),
    ...(phone !== undefined && { phone }),
    words: thinned(inOrder([...one.words, ...other.words])),
  };
}

/** What is said twice of one time is one word, as first received. */
function inOrder(words: readonly Word[]): Word[] {
  const seen = new Set<string>();
  return words.toSorted(compareSaid).filter(({ up, at }) => {
    const key = `${up} ${at}`;
    const first = !seen.has(key);
    seen.add(key);
    return first;
  });
}

function thinned(words: Word[]): Word[] {
  if (words.length <= mostWords) return words;
  const middle = words.findIndex((word, at) => at > 0 && words[at - 1]!.up === word.up && words[at + 1]?.up === word.up);
  return thinned(words.toSpliced(Math.max(0, middle), 1));
}
