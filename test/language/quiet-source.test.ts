// quiet_source: when nothing comes for so long, something may be wrong where it comes from.
import { expect, test } from 'vitest';
import { chores } from '../../src/chores/chores.ts';
import type { RelayNotice } from '../../src/delivery.ts';
import { watchSource } from '../../src/intake/source.ts';
import { at } from '../decide/paper.ts';
import { good, said } from '../judged.ts';

const file = (line: string) => ({
  'routes.yaml': `version: 1
timezone: Europe/Madrid
destinations: { log: { plugin: console } }
routes: [{ name: all, send: [log] }]
fallback: { send: [log] }
operator: log
${line}`,
});

async function watched(line: string) {
  const { rules } = await good(file(line));
  const told: RelayNotice[] = [];
  const source = watchSource(at('10:00'));
  const parts = { inForce: { rules: () => rules }, source, keep: async () => {}, tell: (notice: RelayNotice) => told.push(notice) };
  const minutely = chores(parts as unknown as Parameters<typeof chores>[0])[1]!;
  return { source, told, look: (clock: string) => minutely.run(at(clock)) };
}

test('quiet_source: no webhook for so long is told to the operator, and says since when by the clock of the file', async () => {
  const { told, look } = await watched('quiet_source: 2h\n');
  await look('11:59');
  expect(told).toEqual([]);
  await look('12:00');
  expect(told).toMatchObject([{ code: 'source.silent', text: expect.stringContaining('11:00') }]);
});

test('quiet_source: a webhook begins the time anew', async () => {
  const { source, told, look } = await watched('quiet_source: 2h\n');
  source.heard(at('11:30'));
  await look('12:30');
  expect(told).toEqual([]);
  await look('13:30');
  expect(told.length).toBe(1);
});

test('quiet_source: left out it is off', async () => {
  const { told, look } = await watched('');
  await look('23:59');
  expect(told).toEqual([]);
});

test('quiet_source: it is a length of time', async () => {
  expect(await said(file('quiet_source: often\n'))).toMatch(/^routes\.yaml:7:15 {2}/);
});
