// Erasure: what is kept of one workspace goes, what is about others stays, and not a byte of it is left in the files.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mentioner, without } from '../../src/store/mention.ts';
import { type PlayedMonth, playedMonth } from './played-month.ts';

let month: PlayedMonth;
beforeAll(async () => {
  month = await playedMonth(12, 3);
}, 240_000);
afterAll(() => month?.close());

/** Every text of every table, by raw SQL. */
function texts(): string[] {
  const db = new DatabaseSync(join(month.dir, 'relay.db'), { readOnly: true });
  const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all() as { name: string }[];
  const all = tables.flatMap(({ name }) =>
    db
      .prepare(`SELECT * FROM "${name}"`)
      .all()
      .map((row) => `${name} ${JSON.stringify(Object.values(row))}`),
  );
  db.close();
  return all;
}
const bytes = () => Buffer.concat(readdirSync(month.dir).map((file) => readFileSync(join(month.dir, file))));
const namedIn = (list: string[], id: string) => list.filter((text) => mentioner(id)(text.replaceAll('\\"', ' "')));

test('what is kept of a workspace goes whole, in rows and in bytes, and what is kept of others stays', async () => {
  const { timeline, commit } = month;
  // Half of it records by now, half of it still at work.
  await month.prune(Date.UTC(2026, 11, 16));
  const ids = [...new Set(timeline.webhooks.map(({ customer }) => customer.workspace.id))];
  // One whose id no other's begins with, so that its bytes are its own.
  const id = ids.find((one) => one.length > 'workspace-1'.length)!;
  const customer = timeline.webhooks.find((one) => one.customer.workspace.id === id)!.customer;
  const phones = customer.numbers.map(({ phone }) => phone);
  const gone = new Set(timeline.webhooks.filter((one) => one.customer.workspace.id === id).map((one) => one.id));
  const before = texts();
  expect(namedIn(before, id).length).toBeGreaterThan(20);
  expect(namedIn(before, id).some((text) => text.startsWith('records '))).toBe(true);
  expect(bytes().includes(id)).toBe(true);
  const deleted: Record<string, number> = {};
  let compacted = false;
  for (let more = true; more; ) {
    const done = await commit({ do: 'forget', workspace: id }, Date.UTC(2026, 11, 16));
    if (done.did !== 'forget') throw new Error(done.did);
    for (const [table, rows] of Object.entries(done.deleted)) deleted[table] = (deleted[table] ?? 0) + rows;
    ({ more, compacted } = done);
  }
  expect(deleted).toMatchObject({ events: expect.any(Number), records: expect.any(Number), incidents: expect.any(Number) });
  expect(compacted).toBe(true);
  const after = texts();
  expect(namedIn(after, id)).toEqual([]);
  for (const phone of phones) expect(after.filter((text) => text.includes(phone))).toEqual([]);
  for (const one of [id, ...phones]) expect(bytes().includes(one), one).toBe(false);
  // No digest or storm names an event that is gone, and nothing of anybody else is.
  expect(after.filter((text) => /^(deliveries|cells)/.test(text) && (text.match(/\be_\d+\b/g) ?? []).some((one) => gone.has(one)))).toEqual(
    [],
  );
  const others = ids.filter((one) => one !== id);
  for (const other of others) expect(namedIn(after, other).length, other).toBe(namedIn(before, other).length);
});

test('a workspace that nothing is kept of is forgotten without a change', async () => {
  const before = texts();
  const done = await month.commit({ do: 'forget', workspace: 'nobody-by-that-name' }, Date.UTC(2026, 11, 16));
  expect(done).toEqual({ did: 'forget', more: false, deleted: {}, cancelled: 0, recall: [], compacted: true });
  expect(texts()).toEqual(before);
});

test('a name is found whole, and not as a part of another', () => {
  const acme = mentioner('acme');
  expect(['wa:acme:1', '["acme"]', 'acme', 'messages:acme:2026-12-01T00', JSON.stringify('id,name\nacme,Acme')].map(acme)).toEqual([
    true,
    true,
    true,
    true,
    true,
  ]);
  expect(['acme-2', 'pacme', 'acme_old', 'acmé'].map(acme)).toEqual([false, false, false, false]);
  expect(mentioner('a.b')('wa:axb:1')).toBe(false);
});

test('of what is about several only the part about one goes', () => {
  const acme = mentioner('acme');
  const of = (value: unknown) => {
    const left = without(JSON.stringify(value), acme);
    return left === undefined ? undefined : JSON.parse(left);
  };
  expect(
    of({
      until: 1,
      items: [
        { event: 'e_1', key: 'wa:acme:1' },
        { event: 'e_2', key: 'wa:shop:1' },
      ],
    }),
  ).toEqual({
    until: 1,
    items: [{ event: 'e_2', key: 'wa:shop:1' }],
  });
  // A silence for two stays for the other; one for acme alone ends, for without its condition it would be for all.
  expect(
    of([
      { id: 's_1', where: { workspace: ['acme', 'shop'] } },
      { id: 's_2', where: { workspace: ['acme'] } },
    ]),
  ).toEqual([{ id: 's_1', where: { workspace: ['shop'] } }]);
  expect(
    of([
      [5, 'wa:acme:1'],
      [6, 'wa:shop:1'],
    ]),
  ).toEqual([[6, 'wa:shop:1']]);
  expect(of({ acme: { name: 'Acme Ltd' }, shop: { name: 'Shop' } })).toEqual({ shop: { name: 'Shop' } });
  expect(of({ event: 'e_1', key: 'wa:acme:1' })).toBeUndefined();
  expect(without('{"a":  1}', acme)).toBe('{"a":  1}');
});
