// Ids as long as a webhook may name them: what a list shows can be asked for, paged through and deleted.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { virtualClock } from '../clock.ts';
import { eventAt, route, rulesOf } from '../decide/paper.ts';
import { ask } from './ask.ts';
import { openListener, someParts } from './doorway.ts';
import { openStored, type Stored } from './stored.ts';

const rules = rulesOf([route('down', ['ops'], { events: ['disconnected'] })]);
const clock = virtualClock(Date.parse('2026-11-23T12:00:00Z'));
// 256 signs, which is what the intake takes; as an address each of them is six.
const workspaces = ['м', 'й', 'ж'].map((one) => one.repeat(256));
const account = '1'.repeat(256);
const forgotten: string[] = [];
let stored: Stored;
let open: { port: number; close(): Promise<void> };

beforeAll(async () => {
  stored = await openStored(rules, clock);
  for (const workspaceId of workspaces)
    await stored.accept(
      eventAt('09:00', 'disconnected', {
        ...{ id: stored.ids('e'), workspaceId, account: { id: account }, incidentKey: `wa:${workspaceId}:${account}` },
      }),
    );
  const forget = async (id: string) => {
    forgotten.push(id);
    return { deleted: {}, cancelled: 0, underWay: 0, left: {}, inFiles: false, compacted: true };
  };
  const { parts } = someParts({ read: stored.reads.read, now: clock.now, forget });
  open = await openListener({ parts: () => parts });
});
afterAll(async () => {
  await open.close();
  await stored.close();
});

test('what a list says of them can be asked for: the workspace, the incident, and the page after it', async () => {
  const keys: string[] = [];
  let next: string | undefined;
  do {
    const cursor = next === undefined ? '' : `&cursor=${next}`;
    const answer = (await ask(open.port, `/api/v1/incidents?limit=1${cursor}`)).json();
    expect(answer).toHaveProperty('items');
    keys.push(...answer.items.map((one: { key: string }) => one.key));
    next = answer.next;
  } while (next !== undefined);
  expect(keys).toHaveLength(3);
  for (const key of keys) expect((await ask(open.port, `/api/v1/incidents/${encodeURIComponent(key)}`)).status).toBe(200);
  for (const id of workspaces) {
    const found = (await ask(open.port, `/api/v1/events?workspace=${encodeURIComponent(id)}`)).json();
    expect(found.items).toHaveLength(1);
  }
});

test('their data can be deleted', async () => {
  const headers = { 'content-type': 'application/json' };
  for (const id of workspaces) {
    const path = `/api/v1/workspaces/${encodeURIComponent(id)}/data`;
    expect((await ask(open.port, path, { method: 'DELETE', headers, body: '{"reason":"they left"}' })).json()).toMatchObject({
      workspace: id,
    });
  }
  expect(forgotten).toEqual(workspaces);
});
