// What each silence keeps waiting: the timers of it, so that its early end can set them due, and how much it muted.
import type { Timer } from '../model.ts';
import type { Silence } from '../rules/rules.ts';
import { cell, type Draft } from './draft.ts';
import { allOf, dropAll, type Paged, withOne } from './pages.ts';

/** `eventId`: what the incident was told by when it began to wait. */
type Waiting = Omit<Timer, 'dueAt'> & { eventId: string };
/** With a page of what waits. */
type Head = Paged<Waiting> & { muted: number };

const endPrefix = 'silence-end:';
/** The silences of the file that hold something: what a reload compares with the file of then. */
const fromFile = 'silences:file';

export const headName = (id: string): string => `silenced:${id}`;

/** Counts what was muted; what it was about, with a timer, waits for this silence. */
export function remember(draft: Draft, silence: Silence, timer?: Timer, eventId = ''): void {
  const name = headName(silence.id);
  let head = listOf<Head>(draft, name) ?? begin(draft, silence);
  if (timer !== undefined) {
    const { dueAt: _, ...rest } = timer;
    head = withOne(draft, name, head, { ...rest, eventId });
  }
  draft.decision.cells[name] = JSON.stringify({ ...head, muted: head.muted + 1 });
}

/** Everything that waits for it is due now. */
export function release(draft: Draft, id: string): void {
  const head = listOf<Head>(draft, headName(id)) ?? { items: [] };
  for (const { eventId, ...timer } of allOf(draft, headName(id), head)) {
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
  dropAll(draft, headName(id), head);
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
  return { muted: 0, items: [] };
}

function listOf<T>(draft: Draft, name: string): T | undefined {
  const text = cell(draft, name);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}
