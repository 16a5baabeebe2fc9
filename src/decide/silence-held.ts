// What each silence keeps waiting: the timers of it, so that its early end can set them due, and how much it muted. In pages, because in an outage
// one silence may hold thousands and each is one write.
import type { Timer } from '../model.ts';
import type { Silence } from '../rules/rules.ts';
import { cell, type Draft } from './draft.ts';

/** `eventId`: what the incident was told by when it began to wait. */
type Waiting = Omit<Timer, 'dueAt'> & { eventId: string };
type Head = { muted: number; held: number };

const perPage = 25;
const endPrefix = 'silence-end:';
/** The silences of the file that hold something: what a reload compares with the file of then. */
const fromFile = 'silences:file';

export const headName = (id: string): string => `silenced:${id}`;
const pageName = (id: string, page: number): string => `silenced:${id}:${page}`;

/** Counts what was muted; what it was about, with a timer, waits for this silence. */
export function remember(draft: Draft, silence: Silence, timer?: Timer, eventId = ''): void {
  const { id } = silence;
  const { cells } = draft.decision;
  const { muted, held } = listOf<Head>(draft, headName(id)) ?? begin(draft, silence);
  if (timer !== undefined) {
    const { dueAt: _, ...rest } = timer;
    const waiting: Waiting = { ...rest, eventId };
    const name = pageName(id, Math.floor(held / perPage));
    cells[name] = JSON.stringify([...(listOf<Waiting[]>(draft, name) ?? []), waiting]);
  }
  cells[headName(id)] = JSON.stringify({ muted: muted + 1, held: held + (timer === undefined ? 0 : 1) } satisfies Head);
}

/** Everything that waits for it is due now. */
export function release(draft: Draft, id: string): void {
  const { held } = listOf<Head>(draft, headName(id)) ?? { held: 0 };
  for (let page = 0; page * perPage < held; page++)
    for (const { eventId, ...timer } of listOf<Waiting[]>(draft, pageName(id, page)) ?? []) {
      // A raise, or the next incident of this key, has reminders and escalations of its own by now.
      const isOld = timer.kind !== 'silence' && draft.memory.incident(timer.incidentKey)?.eventId !== eventId;
      if (!isOld) draft.decision.timers.set.push({ ...timer, dueAt: draft.clock.now });
    }
  forget(draft, id);
}

/** Its time is over, so what waits for it is due by itself. */
export function forget(draft: Draft, id: string): void {
  const { cells, timers } = draft.decision;
  const head = listOf<Head>(draft, headName(id));
  if (head === undefined) return;
  for (let page = 0; page * perPage < head.held; page++) cells[pageName(id, page)] = null;
  cells[headName(id)] = null;
  timers.drop.push(`${endPrefix}${id}`);
  const inFile = holdingOfFile(draft);
  const left = inFile.filter((one) => one !== id);
  if (left.length < inFile.length) cells[fromFile] = left.length === 0 ? null : JSON.stringify(left);
}

/** Ids, also of silences that no longer stand in the file. */
export const holdingOfFile = (draft: Draft): string[] => listOf<string[]>(draft, fromFile) ?? [];

/** Of a timer that ends a silence. */
export const endsSilence = ({ name }: Timer): string | undefined => (name.startsWith(endPrefix) ? name.slice(endPrefix.length) : undefined);

function begin(draft: Draft, { id, until }: Silence): Head {
  draft.decision.timers.set.push({ name: `${endPrefix}${id}`, dueAt: until, kind: 'silence', workspaceId: '', incidentKey: '' });
  if (draft.rules.silences.some((one) => one.id === id)) draft.decision.cells[fromFile] = JSON.stringify([...holdingOfFile(draft), id]);
  return { muted: 0, held: 0 };
}

function listOf<T>(draft: Draft, name: string): T | undefined {
  const text = cell(draft, name);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}
