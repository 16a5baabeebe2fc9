// What is remembered of the messages to one target: those of the last while, and the storm that runs. The members of a storm have cells of
// their own, so that no large one is ever written again.
import { cell, type Draft } from './draft.ts';

export type Head = {
  /** Single messages within the window, oldest first. */
  sent: [at: number, delivery: string][];
  running?: Running;
};

export type Running = {
  since: number;
  /** The destination that the summary goes by. */
  destination: string;
  /** Id of the message that will end it: what members are told by, though it is made last. */
  ending: string;
  /** The summary of now. */
  latest: string;
  members: number;
  /** Members that are over. */
  back: number;
  /** How many members and ends the summary of now knows. */
  said: number;
  /** Another destination was told that it began. */
  elsewhere?: true;
  level: number;
  counts: Record<string, number>;
  segments: Record<string, number>;
  /** What would have been sent, counted by slots of time: a window of thousands must stay small. */
  slotMs: number;
  slots: [begin: number, count: number][];
};

/** `key`: of its incident; absent for a notice, which does not end. */
export type Member = { event: string; key?: string };

const nameOf = (target: string): string => `storm:${target}`;
/** In the order of their numbers, so that a store finds the next one beside the last. */
const memberName = (target: string, n: number): string => `storm:${target}:${String(n).padStart(8, '0')}`;

export function headOf(draft: Draft, target: string): Head | undefined {
  const text = cell(draft, nameOf(target));
  return text === undefined ? undefined : (JSON.parse(text) as Head);
}

export function putHead(draft: Draft, target: string, head: Head | null): void {
  draft.decision.cells[nameOf(target)] = head === null ? null : JSON.stringify(head);
}

export function putMember(draft: Draft, target: string, n: number, member: Member): void {
  draft.decision.cells[memberName(target, n)] = JSON.stringify(member);
}

export function membersOf(draft: Draft, target: string, from: number, until: number): Member[] {
  const members: Member[] = [];
  for (let n = from; n < until; n++) {
    const text = cell(draft, memberName(target, n));
    if (text !== undefined) members.push(JSON.parse(text) as Member);
  }
  return members;
}

export function dropMembers(draft: Draft, target: string, count: number): void {
  for (let n = 0; n < count; n++) draft.decision.cells[memberName(target, n)] = null;
}

/** One timer for each target: it forgets what has left the window, and keeps a storm going. */
export function wakeStorm(draft: Draft, target: string, dueAt: number): void {
  draft.decision.timers.set.push({ name: nameOf(target), dueAt, kind: 'storm', workspaceId: '', incidentKey: '' });
}

export const targetOf = (timer: { name: string }): string => timer.name.slice(nameOf('').length);
