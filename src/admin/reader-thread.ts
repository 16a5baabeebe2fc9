// The reading thread: hands questions to the store's read-only queries and sends the answers back. reads.ts is its other end.
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { RelayError } from '../errors.ts';
import { openReader, type Reader } from '../store/reader.ts';
import type { createWorkspaceList, ListQuestion, TableOfFiles } from '../workspace-list.ts';
import type { FromReader, ToReader } from './reads.ts';

const port = parentPort!;
const { url } = workerData as { url: string };

// Webhooks go first where the machine is short of time. On Linux the priority is that of this thread alone, elsewhere it would be the whole relay's.
if (process.platform === 'linux') setPriority(19);

let reader: Promise<Reader> | undefined;
/** What could not be opened is tried again by the next question. */
const opened = (): Promise<Reader> => {
  reader ??= openReader(url).catch((error: unknown) => {
    reader = undefined;
    throw error;
  });
  return reader;
};

let list: ReturnType<typeof createWorkspaceList> | undefined;

const say = (message: FromReader) => port.postMessage(message);

port.on('message', async (message: ToReader) => {
  if ('close' in message) {
    port.close();
    await (await reader)?.close();
    return;
  }
  const { seq, name, args } = message;
  try {
    const from = await opened();
    if (name === 'report') {
      const { makeReport } = await import('../report.ts');
      say({ seq, value: await makeReport(from, ...(args as [Parameters<typeof makeReport>[1]])) });
      return;
    }
    if (name === 'workspaceList') {
      list ??= (await import('../workspace-list.ts')).createWorkspaceList();
      say({ seq, value: await list(from, ...(args as [ListQuestion, TableOfFiles | undefined])) });
      return;
    }
    const ask = from[name] as (...args: unknown[]) => Promise<unknown>;
    say({ seq, value: await ask(...args) });
  } catch (error) {
    const code = error instanceof RelayError ? error.code : 'admin.no_answer';
    say({ seq, failed: { code, message: error instanceof Error ? error.message : String(error) } });
  }
});
