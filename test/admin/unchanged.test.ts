// What is polled: JSON of the API carries a weak ETag, and whoever has it hears 304.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { virtualClock } from '../clock.ts';
import { at, eventAt, route, rulesOf } from '../decide/paper.ts';
import { ask } from './ask.ts';
import { openListener, someParts } from './doorway.ts';
import { openStored, type Stored } from './stored.ts';

const rules = rulesOf([route('down', ['ops'], { events: ['disconnected'] })]);
let stored: Stored;
let door: { port: number; close(): Promise<void> };

beforeAll(async () => {
  const clock = virtualClock(at('10:00'));
  stored = await openStored(rules, clock);
  const { parts } = someParts({ read: stored.reads.read, now: clock.now });
  door = await openListener({ parts: () => parts });
  await stored.accept(eventAt('09:00', 'disconnected', { id: stored.ids('e') }));
});
afterAll(async () => {
  await door.close();
  await stored.close();
});
const get = (path: string, tag?: string, method = 'GET') =>
  ask(door.port, path, { method, headers: tag === undefined ? {} : { 'if-none-match': tag } });

test('a list and a detail that did not change are 304 without a body, until something happens', async () => {
  for (const path of ['/api/v1/incidents?open=true', '/api/v1/incidents/wa%3Ashop%3A1', '/api/v1/deliveries', '/api/docs/json']) {
    const first = await get(path);
    expect(first, path).toMatchObject({ status: 200, headers: { etag: expect.stringMatching(/^W\/"[\w-]{22}"$/) } });
    const tag = String(first.headers.etag);
    for (const asked of [tag, `"other", ${tag}`, tag.slice(2), '*']) {
      const again = await get(path, asked);
      expect({ status: again.status, text: again.text, etag: again.headers.etag }, path).toEqual({ status: 304, text: '', etag: tag });
    }
    expect(await get(path, 'W/"other"')).toMatchObject({ status: 200, text: first.text });
  }
  const { headers } = await get('/api/v1/incidents');
  await stored.accept(eventAt('09:30', 'connected', { id: stored.ids('e') }));
  expect((await get('/api/v1/incidents', String(headers.etag))).status).toBe(200);
});

test('a problem, a report as CSV and the page of the description have none', async () => {
  for (const path of ['/api/v1/incidents/nobody', '/api/docs']) expect((await get(path, '*')).headers, path).not.toHaveProperty('etag');
  const csv = await get('/api/v1/reports/alerts?month=2026-11&format=csv', '*');
  expect(csv.status).toBe(200);
  expect(csv.headers).not.toHaveProperty('etag');
});
