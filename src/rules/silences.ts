// config/silences.yaml: what nobody wants to hear of for a while, planned ahead. The conditions of routes.yaml, with the same care for mistakes;
// what a person asks for over the API is read by the same words.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { compileWhere } from './compile.ts';
import { checkShape } from './issues.ts';
import type { Mistake } from './mistake.ts';
import { type Outline, outlineWhere } from './outline.ts';
import { blockMistakes, type Known } from './references.ts';
import type { Silence } from './rules.ts';
import { scalar } from './scalars.ts';
import { where } from './schema.ts';
import { readTree, type Tree } from './tree.ts';

export const silencesFile = 'silences.yaml';
export const longestSilenceMs = 30 * 86_400_000;

export type SilenceDeps = {
  now: number;
  /** Of the clock times. */
  timezone: string;
  /** decide's own clock: a date and time there, written as if they were UTC, and the instant that is. */
  instant(timezone: string, wall: number): number;
  segments: Outline['segments'];
  columns?: Known['columns'] | undefined;
};

export function readSilences(source: string, deps: SilenceDeps): { silences: Silence[]; mistakes: Mistake[] } {
  return fromTree(readTree(silencesFile, source), deps);
}

/** What is wrong with it, in words, or the silence. `id` is for whoever keeps it to give. */
export function readSilence(asked: object, deps: SilenceDeps): Omit<Silence, 'id' | 'line'> | { wrong: string } {
  // JSON is YAML: so it is told of its mistakes in the words of the file.
  const { silences, mistakes } = fromTree(readTree('silence', JSON.stringify({ silences: [asked] })), deps);
  const [silence] = silences;
  if (silence === undefined || mistakes.length > 0) return { wrong: mistakes.map(({ text }) => text).join(' ') };
  const { id: _, line: __, ...rest } = silence;
  return rest;
}

/** The words of the file for a condition. */
export const writtenWhere = ({ columns, firstTime, ...plain }: Silence['where']): Record<string, string | string[]> => ({
  ...plain,
  ...(firstTime !== undefined && { first_time: firstTime ? 'yes' : 'no' }),
  ...Object.fromEntries(Object.entries(columns ?? {}).map(([column, values]) => [`workspace.${column}`, values])),
});

function fromTree(tree: Tree, deps: SilenceDeps): { silences: Silence[]; mistakes: Mistake[] } {
  if (tree.value === undefined) return { silences: [], mistakes: tree.mistakes };
  if (Array.isArray(tree.value)) return { silences: [], mistakes: [...tree.mistakes, bareList(tree)] };
  const { mistakes, data } = checkShape(tree, shapeOf(deps));
  // What is said of a value that was mended in memory only repeats the trap it fell into.
  const trapped = new Set(tree.mistakes.map(({ line, column }) => `${line}:${column}`));
  const entries = (tree.value as { silences?: unknown }).silences;
  const found = [
    ...mistakes,
    ...(Array.isArray(entries) ? entries : []).flatMap((one, at) => {
      const given = (one as { where?: unknown } | null)?.where;
      return given === undefined ? [] : blockMistakes(tree, outlineWhere(given, ['silences', at, 'where']), deps, deps);
    }),
  ].filter(({ line, column }) => !trapped.has(`${line}:${column}`));
  const silences = (data?.silences ?? []).map((one, at) => silenceOf(one, tree.spot(['silences', at]).line));
  const all = [...tree.mistakes, ...found, ...silences.flatMap((one, at) => advice(tree, silences, one, at, deps.now))];
  const firsts = silences.filter(({ id }, at) => silences.findIndex((one) => one.id === id) === at);
  return { silences: firsts.filter(({ until }) => until > deps.now), mistakes: all };
}

type Entry = z.output<ReturnType<typeof shapeOf>>['silences'][number];

function silenceOf({ where, until, reason, by = silencesFile }: Entry, line: number): Silence {
  const compiled = compileWhere(where);
  const id = createHash('sha256')
    .update(JSON.stringify([compiled, until, reason, by]))
    .digest('hex');
  return { id: `s_${id.slice(0, 12)}`, where: compiled, until, reason, by, line };
}

function advice(tree: Tree, all: readonly Silence[], { id, until }: Silence, at: number, now: number): Mistake[] {
  const first = all.findIndex((one) => one.id === id);
  if (first < at) {
    const text = `The same silence already stands on line ${all[first]!.line}. Remove one of them.`;
    return [tree.mistake(['silences', at], 'value', { code: 'advice', level: 'warning', text })];
  }
  if (until > now) return [];
  const text = '`until` has passed, so this silence does nothing. Remove it.';
  return [tree.mistake(['silences', at, 'until'], 'value', { code: 'advice', level: 'warning', text })];
}

function bareList(tree: Tree): Mistake {
  const mistake = tree.mistake([], 'value', { code: 'value', text: 'The list needs a name. Write it above.' });
  return { ...mistake, fix: `silences:\n${mistake.found ?? ''}` };
}

const shapeOf = (deps: SilenceDeps) =>
  z.strictObject({
    silences: z.array(z.strictObject({ where, until: untilOf(deps), reason: words, by: words.optional() })),
  });

const words = z.string().trim().min(1, { error: 'this is empty' }).max(500, { error: 'this is longer than 500 characters' });

const untilOf = ({ now, timezone, instant }: SilenceDeps) =>
  scalar<number>(
    (text) => {
      const at = readTime(text, (wall) => instant(timezone, wall));
      if (at === undefined) {
        const date = /^\d{4}-\d\d-\d\d$/.test(text) ? `"${text} 09:00"` : undefined;
        const day = new Date(now + 86_400_000).toISOString().slice(0, 10);
        return { wrong: `"${text}" is no date and time. Write "${day} 09:00", or ${day}T09:00:00Z.`, write: date };
      }
      if (at <= now + longestSilenceMs) return { value: at };
      const latest = new Date(now + longestSilenceMs).toISOString().slice(0, 16);
      return { wrong: `${text} is too far away: a silence lasts 30 days at most.`, write: `${latest}Z` };
    },
    { type: 'string', examples: ['2026-12-01 09:00', '2026-12-01T09:00:00Z'] },
  );

/** RFC 3339, or a date and time on the file's clocks. */
export function readTime(text: string, instant: (wall: number) => number): number | undefined {
  const [, date, time, zone] = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)?$/i.exec(text) ?? [];
  if (date === undefined) return undefined;
  const wall = Date.parse(`${date}T${time}Z`);
  // A date that no calendar has rolls over into the next month.
  if (Number.isNaN(wall) || new Date(wall).toISOString().slice(0, 10) !== date) return undefined;
  const at = zone === undefined ? instant(wall) : Date.parse(`${date}T${time}${zone.toUpperCase()}`);
  return Number.isNaN(at) ? undefined : at;
}
