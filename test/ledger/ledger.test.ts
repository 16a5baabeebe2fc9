// The main thread's end of the ledger, with its thread and a file beneath it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openLedger } from '../../src/ledger/ledger.ts';

test('what was asked for before the close is written, also where nobody waited for it', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'relay-ledger-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const open = () => openLedger({ url: `sqlite:${join(dir, 'relay.db')}`, owner: 'test', now: Date.now, broken: () => {} });
  const ledger = await open();
  for (let n = 0; n < 500; n++) void ledger.do({ do: 'put', key: `note ${n}`, value: 'kept' });
  await ledger.close();
  const again = await open();
  const read = [0, 499].map(async (n) => (await again.do({ do: 'get', key: `note ${n}` })).value);
  expect(await Promise.all(read)).toEqual(['kept', 'kept']);
  await again.close();
});
