// Erasure: what is kept of one workspace goes, what is about others stays, and not a byte of it is left in the files.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mentionsOfWorkspace } from '../../src/store/mention.ts';
import { ofNote, without } from '../../src/store/without.ts';
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
/** As a word anywhere: more than an erasure looks at. */
const namedIn = (list: string[], id: string) => list.filter((text) => new RegExp(`(?<![\\w-])${id}(?![\\w-])`).test(text));

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

test('a workspace is found where it stands as such, whole and not as a part of another name', () => {
  const acme = mentionsOfWorkspace('acme');
  const all = (list: string[], is: (text: string) => boolean) => list.filter((text) => !is(text));
  const none = (list: string[], is: (text: string) => boolean) => list.filter(is);
  const keys = ['wa:acme:1', 'messages:acme:2026-12-01T00', 'seats:acme', '["wa:acme:1"]', 'number down (wa:acme:1)'];
  const names = ['recovered:wa:acme:1', 'flaps:down:wa:acme:1', 'phone:acme:+34600111222', 'number:acme:1', 'kept:limit:down:acme'];
  const timers = ['hold:wa:acme:1:down', 'flush:kept:limit:down:acme', 'flush:ends:d_1:wa:acme:1', 'relay:delivery.dead:owner for acme'];
  expect(all(keys, acme.told)).toEqual([]);
  expect(all(['owner for acme', 'came out empty for workspace acme. Fill it.'], acme.told)).toEqual([]);
  expect(all([...names, ...timers], acme.name)).toEqual([]);
  const others = ['wa:shop:acme', 'wa:acme-2:1', 'wa:acme.b:1', 'wa:pacme:1', 'email:ann@acme.example', 'acme', 'workspace acme-2'];
  expect(none(others, acme.told)).toEqual([]);
  expect(none(['kept:limit:acme:shop', 'phone:shop:acme', 'storm:email:ops@acme.example:1', 'storm:slack:acme'], acme.name)).toEqual([]);
  const reasons = [
    'acme asked for it',
    'for acme, they left',
    'Ann of acme.',
    JSON.stringify('id,name\nacme,Acme'),
    '(acme)',
    'https://x.example/acme',
  ];
  expect(all(reasons, acme.written)).toEqual([]);
  const elsewhere = ['ann@acme.example wrote', 'see acme.example', 'wa:shop:acme is given up', 'acme-2', 'acm\u00e9', 'acme_old', '#acme'];
  expect(none(elsewhere, acme.written)).toEqual([]);
  expect(mentionsOfWorkspace('a.b').told('wa:axb:1')).toBe(false);
});

test('of what is about several only the part about one goes', () => {
  const mentions = mentionsOfWorkspace('acme');
  const of = (value: unknown, byId = false) => {
    const left = without(JSON.stringify(value), { mentions, byId });
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
  expect(of({ acme: { name: 'Acme Ltd' }, shop: { name: 'Shop' } }, true)).toEqual({ shop: { name: 'Shop' } });
  // A destination or a segment of that name is none of it.
  const segments = { running: { segments: { acme: 2 } } };
  expect(of(segments)).toEqual(segments);
  // Of what a person did with a destination the reason goes.
  const pause = { by: 'Ann', since: 0 };
  expect(of({ acme: { ...pause, reason: 'acme asked' }, mail: { ...pause, reason: 'moving' } })).toEqual({
    acme: { ...pause, reason: '(erased)' },
    mail: { ...pause, reason: 'moving' },
  });
  const refused = { ops: { reason: 'no channel for acme', since: 0 } };
  expect(JSON.parse(without(JSON.stringify(refused), ofNote(mentions, 'lanes.held'))!)).toEqual({ ops: { reason: '(erased)', since: 0 } });
  // What the source says is no person's word.
  expect(of({ account: { id: '1', reason: 'acme 401' } })).toEqual({ account: { id: '1', reason: 'acme 401' } });
  expect(of({ at: 1, marks: ['acme 1', 'shop acme'] })).toEqual({ at: 1, marks: ['shop acme'] });
  expect(of({ event: 'e_1', key: 'wa:acme:1' })).toBeUndefined();
  expect(without('{"a":  1}', { mentions })).toBe('{"a":  1}');
});
