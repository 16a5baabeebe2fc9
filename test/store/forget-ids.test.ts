// Erasure by any id that a webhook may name: one with signs that JSON, SQL or an expression would read otherwise, or that begins as another's does.
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { flushOf } from '../../src/decide/keep.ts';
import { openReader } from '../../src/store/reader.ts';
import { freshFile, open } from './sqlite-file.ts';
import { makeDelivery, makeEvent, makeIncident, makeTimer, openWorld, type World } from './world.ts';

const beginAlike = 'acme|acme:2|acme2|acme 2|acme"2|acme\\2|acme@2|acme,2|acme)|acme. 2|acme-2|acme/2|Acme';
const withSigns = 'a"b|a\\b|a\nb|100%|a_b|axb|%|_|.*|[a|(|o\'neil|мир|мир:2|caf\u00e9|cafe\u0301';
const ids = `${beginAlike}|${withSigns}`.split('|');

let world: World;
let file: string;
beforeEach(async () => {
  file = freshFile();
  world = await openWorld(() => ({ open: (owner, now) => open(file, owner, now) }));
});
afterEach(() => world.close());

/** Stands in whatever is kept of a workspace, and nowhere else. */
const markOf = (id: string): string => `mark${ids.indexOf(id) + 100}x`;

/** Every text that has a mark in it. */
function textsOf(mark: string): string[] {
  const db = new DatabaseSync(file, { readOnly: true });
  const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all() as { name: string }[];
  const rows = tables.flatMap(({ name }) =>
    (db.prepare(`SELECT * FROM "${name}"`).all() as Record<string, unknown>[]).map((row) => [name, ...Object.values(row)].join('|')),
  );
  db.close();
  // How far the roll-up came is no text about anybody.
  return rows.filter((row) => row.includes(mark) && !row.startsWith('notes|rolled:events|'));
}

async function fill(): Promise<void> {
  const until = world.now + 3_600_000;
  const items = ids.map((id) => ({ event: `e_${markOf(id)}`, key: `wa:${id}:${markOf(id)}`, for: [], workspace: { id } }));
  for (const [n, id] of ids.entries()) {
    const mark = markOf(id);
    const key = `wa:${id}:${mark}`;
    const event = makeEvent(`e_${mark}`, { workspaceId: id, incidentKey: key, account: { id: mark, phone: '+34600123456' } });
    const own = { until, by: 'limit', items: [items[n]] };
    await world.accept(event, {
      incidents: [makeIncident(key, { workspaceId: id, eventId: event.id })],
      cells: {
        [`recovered:${key}`]: '1',
        [`phone:${id}:${mark}`]: key,
        [`number:${id}:${mark}`]: '1',
        [`relay:delivery.dead:${mark} for ${id}`]: '1',
        [`kept:limit:down:${id}`]: JSON.stringify(own),
        [`limit:down:${id}`]: JSON.stringify([[1, `${key}@1`]]),
        'kept:quiet:down:1': JSON.stringify({ until, by: 'quiet', items: items.slice(0, n + 1) }),
      },
      timers: {
        set: [
          { ...makeTimer(`hold:${key}:down`, until), workspaceId: id, incidentKey: key },
          flushOf(`kept:limit:down:${id}`, 'down', until),
        ],
        drop: [],
      },
      deliveries: [makeDelivery(`d_${mark}`, { eventId: event.id, incidentKey: key })],
    });
    const relay = {
      code: 'delivery.dead',
      subject: `${mark} for ${id}`,
      text: `It came out empty for workspace ${id}. Fill the table of ${mark}.`,
    };
    await world.send(makeDelivery(`d_relay_${mark}`, { kind: 'relay', details: { relay } }));
    await world.send(makeDelivery(`d_gone_${mark}`, { eventId: 'e_gone', incidentKey: key }));
    await world.do({ do: 'audit', entry: { what: 'close', who: 'token', subject: key, facts: { incident: key, workspace: id } } });
  }
  const silences = ids.map((id) => ({ id: `s_${markOf(id)}`, where: { workspace: [id] } }));
  await world.do({ do: 'put', key: 'silences', value: JSON.stringify(silences) });
  await world.do({ do: 'put', key: 'partner-api.down', value: JSON.stringify({ at: 1, marks: ids.map((id) => `${id} ${markOf(id)}`) }) });
  const names = Object.fromEntries(ids.map((id) => [id, { name: markOf(id) }]));
  await world.do({ do: 'put', key: 'partner-api.names', value: JSON.stringify(names) });
  for (let more = true; more; ) ({ more } = await world.do({ do: 'roll-up' }));
}

test.each(ids)('to forget %j takes all that is kept of it, nothing of another, and the proof finds what a search finds', async (id) => {
  await fill();
  const before = new Map(ids.map((one) => [one, textsOf(markOf(one)).length]));
  const reader = await openReader(`sqlite:${file}`);
  expect(Object.keys(await reader.mentions(id)).sort()).toEqual(
    ['audit', 'cells', 'deliveries', 'events', 'incidents', 'notes', 'timers', 'workspaces'].sort(),
  );
  for (let more = true; more; ) ({ more } = await world.do({ do: 'forget', workspace: id }));
  expect(textsOf(markOf(id))).toEqual([]);
  expect(await reader.mentions(id)).toEqual({});
  const lost = ids.filter((one) => one !== id && textsOf(markOf(one)).length !== before.get(one));
  expect(lost).toEqual([]);
  await reader.close();
});
