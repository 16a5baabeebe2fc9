// The audit as it is read, and what is left of it when a workspace is forgotten.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import type { AuditEntry } from '../../src/audit.ts';
import { openReader, type Reader } from '../../src/store/reader.ts';
import { freshFile, open } from './sqlite-file.ts';
import { openWorld, start } from './world.ts';

async function openOne() {
  const file = freshFile();
  const world = await openWorld(() => ({ open: (owner, now) => open(file, owner, now) }));
  const reader = await openReader(`sqlite:${file}`);
  const write = async (at: number, what: string, more: Partial<AuditEntry> = {}) => {
    world.now = start + at;
    return (await world.do({ do: 'audit', entry: { what, who: 'token', facts: {}, ...more } })).id;
  };
  const whats = async (filter: Parameters<Reader['audit']>[0]) => (await reader.audit(filter)).items.map(({ what }) => what);
  return { file, world, reader, write, whats, close: () => reader.close().then(() => world.close()) };
}

test('a line comes back as it was written, with its time and without what it does not have', async () => {
  const { write, reader, close } = await openOne();
  const whole = { by: 'Ann', subject: 'wa:shop:1', facts: { incident: 'wa:shop:1', n: [1, 2] }, why: 'on it', request: 'r_1' };
  const ids = [await write(1, 'acknowledge', whole), await write(2, 'reload', { who: 'signal' })];
  expect((await reader.audit({})).items).toEqual([
    { id: ids[1], at: start + 2, what: 'reload', who: 'signal', facts: {} },
    { id: ids[0], at: start + 1, what: 'acknowledge', who: 'token', ...whole },
  ]);
  await close();
});

test('it is found by what, by way or name, by a part of the subject, by time', async () => {
  const { write, whats, close } = await openOne();
  await write(1, 'silence', { by: 'Ann', subject: 's_1' });
  await write(2, 'acknowledge', { who: 'link', by: 'the link sent to ops', subject: 'wa:Shop:1' });
  await write(3, 'test', { who: 'page', subject: 'ops' });
  expect(await whats({})).toEqual(['test', 'acknowledge', 'silence']);
  expect(await whats({ what: 'test' })).toEqual(['test']);
  expect(await whats({ who: 'link' })).toEqual(['acknowledge']);
  expect(await whats({ who: 'ann' })).toEqual(['silence']);
  expect(await whats({ subject: 'shop' })).toEqual(['acknowledge']);
  expect(await whats({ subject: '%' })).toEqual([]);
  expect(await whats({ what: `x' OR 'a' = 'a` })).toEqual([]);
  expect(await whats({ since: start + 2, until: start + 3 })).toEqual(['acknowledge']);
  await close();
});

test('pages follow each other without a gap or a repeat, also within one millisecond and while new lines come', async () => {
  const { write, reader, close } = await openOne();
  for (let n = 0; n < 10; n++) await write(0, `n${n}`);
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await reader.audit({ limit: 3, cursor });
    found.push(...page.items.map(({ what }) => what));
    cursor = page.next;
    await write(5, 'later');
  } while (cursor !== undefined);
  expect(found).toEqual(['n9', 'n8', 'n7', 'n6', 'n5', 'n4', 'n3', 'n2', 'n1', 'n0']);
  await close();
});

test('a workspace that is forgotten is named nowhere in it, in rows or in bytes; what was done, by whom and when stays', async () => {
  const { file, world, write, reader, close } = await openOne();
  const id = 'forget-me-please';
  await write(1, 'acknowledge', { by: 'Ann', subject: `wa:${id}:1`, facts: { incident: `wa:${id}:1` }, why: `for ${id}, they asked` });
  await write(2, 'silence', { by: id, facts: { where: { workspace: [id, 'shop'] } }, why: 'they move' });
  await write(3, 'test', { subject: 'ops', facts: { destination: 'ops' }, why: `${id}-2 is another` });
  const done = await world.do({ do: 'forget', workspace: id });
  expect(done).toMatchObject({ deleted: { audit: 2 }, compacted: true });
  expect((await reader.audit({})).items).toMatchObject([
    { what: 'test', subject: 'ops', why: `${id}-2 is another` },
    { what: 'silence', facts: {}, why: 'they move', erased: true },
    { what: 'acknowledge', by: 'Ann', facts: {}, erased: true },
  ]);
  for (const line of (await reader.audit({})).items.slice(1)) expect(JSON.stringify(line)).not.toContain(id);
  expect(await reader.mentions(id)).toEqual({});
  expect((await reader.audit({})).items[0]).not.toHaveProperty('erased');
  const bytes = Buffer.concat(
    readdirSync(dirname(file))
      .filter((name) => name.startsWith('relay.db'))
      .map((name) => readFileSync(`${dirname(file)}/${name}`)),
  ).toString('latin1');
  expect(bytes).toContain(`${id}-2`);
  expect(bytes.replaceAll(`${id}-2`, '')).not.toContain(id);
  await close();
});
