// Reads the relay's store without writing to it, whether the relay runs or not.
import type { Settings } from '../settings.ts';
import { openReader, type Reader } from '../store/reader.ts';

export async function fromStore<T>({ databaseUrl }: Settings, ask: (reader: Reader) => Promise<T>): Promise<T> {
  const reader = await openReader(databaseUrl);
  try {
    return await ask(reader);
  } finally {
    await reader.close();
  }
}
