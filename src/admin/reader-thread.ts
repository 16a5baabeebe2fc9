// The reading thread: one question after the other to the store's read-only queries. reads.ts is its other end.
import { parentPort, workerData } from 'node:worker_threads';
import { RelayError } from '../errors.ts';
import { openReader } from '../store/reader.ts';
import type { FromReader, ToReader } from './reads.ts';

const port = parentPort!;
const { url } = workerData as { url: string };
const reader = await openReader(url);

port.on('message', async (message: ToReader) => {
  if ('close' in message) {
    port.close();
    await reader.close();
    return;
  }
  const { seq, name, args } = message;
  try {
    const ask = reader[name] as (...args: unknown[]) => unknown;
    port.postMessage({ seq, value: await ask(...args) } satisfies FromReader);
  } catch (error) {
    const known = error instanceof RelayError;
    const message = error instanceof Error ? error.message : String(error);
    port.postMessage({ seq, failed: { code: known ? error.code : 'admin.no_answer', message } } satisfies FromReader);
  }
});
