// The admin side's eyes: questions to threads of their own with read-only connections, so that no search holds up a webhook, and no report a page.
import type { Ticker } from '../clock.ts';
import type { ErrorCode } from '../errors.ts';
import type { Report, ReportQuestion } from '../report.ts';
import type { Reader } from '../store/reader.ts';
import type { ListQuestion, TableOfFiles, WorkspaceList } from '../workspace-list.ts';
import { openReading } from './reading.ts';

/** What can be asked: the queries of the store, from afar. */
export type Reads = Pick<Reader, Exclude<(typeof questions)[number], 'report' | 'workspaceList'>> & {
  /** Made in the thread: a month of records is too much to hand over. */
  report(asked: ReportQuestion): Promise<Report>;
  /** Undefined where it does not know the table of these files: ask again with it. */
  workspaceList(asked: ListQuestion, table?: TableOfFiles): Promise<WorkspaceList | undefined>;
};
export const questions = [
  'events',
  'event',
  'deliveries',
  'delivery',
  'incidents',
  'incident',
  'openIncidents',
  'oldestEvent',
  'worst',
  'members',
  'openCounts',
  'oldestOpen',
  'workspaces',
  'workspaceStates',
  'cell',
  'note',
  'audit',
  'mentions',
  'report',
  'workspaceList',
] as const satisfies readonly (keyof Reader | 'report' | 'workspaceList')[];

export type ToReader = { seq: number; name: keyof Reads; args: unknown[] } | { close: true };
export type FromReader = { seq: number; value: unknown } | { seq: number; failed: { code: ErrorCode; message: string } };

export type ReadsOptions = {
  url: string;
  ticker: Ticker;
  /** Quiet time after which the thread ends. */
  idleMs?: number;
  /** Else 20 seconds, and two minutes for what takes long; a question that takes longer is given up, and its thread with it. */
  longestMs?: number;
};

/** Answered in a second thread: a report of a million events takes seconds, and a thread answers one question after the other. */
const long: readonly (keyof Reads)[] = ['report', 'mentions'];

export function openReads(options: ReadsOptions): {
  read: Reads;
  /** Whether a thread is there. */
  running(): boolean;
  close(): Promise<void>;
} {
  const quick = openReading({ longestMs: 20_000, memoryMb: 128, ...options });
  const slow = openReading({ longestMs: 120_000, memoryMb: 256, ...options });
  const threadOf = (name: keyof Reads) => (long.includes(name) ? slow : quick);
  return {
    read: Object.fromEntries(questions.map((name) => [name, (...args: unknown[]) => threadOf(name).ask(name, args)])) as unknown as Reads,
    running: () => quick.running() || slow.running(),
    close: async () => {
      await Promise.all([quick.close(), slow.close()]);
    },
  };
}
