// A report that is too long for one piece comes whole all the same, masked, and a log of several workspaces in order of time.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AdminParts } from '../../src/admin/parts.ts';
import { virtualClock } from '../clock.ts';
import { eventAt, route, rulesOf } from '../decide/paper.ts';
import { ask } from './ask.ts';
import { openListener, someParts } from './doorway.ts';
import { openStored, type Stored } from './stored.ts';

const rules = rulesOf([route('all', ['ops'])]);
const clock = virtualClock(Date.parse('2026-11-23T12:00:00Z'));
const begin = Date.parse('2026-11-23T09:00:00Z');
const rows = 1200;
let stored: Stored;
let open: { port: number; close(): Promise<void> };

beforeAll(async () => {
  stored = await openStored(rules, clock);
  for (let n = 0; n < rows; n++) {
    const at = begin + n * 1000;
    // Of two workspaces in turn, and the reason holds a comma, a quote and what is a secret.
    const account = { id: String(n), phone: `+3460011${String(n).padStart(4, '0')}`, reason: 'said "sekret", gone' };
    const more = { id: stored.ids('e'), workspaceId: n % 2 === 0 ? 'acme' : 'shop', triggeredAt: at, receivedAt: at };
    await stored.accept(eventAt('09:00', 'disconnected', { ...more, account, incidentKey: `wa:${more.workspaceId}:${n}` }));
  }
  const inForce = { mask: (text: string) => text.replaceAll('sekret', '•••'), rules: () => rules } as unknown as AdminParts['inForce'];
  const { parts } = someParts({ read: stored.reads.read, inForce, now: clock.now });
  open = await openListener({ parts: () => parts });
});
afterAll(async () => {
  await open.close();
  await stored.close();
});

const get = (query: string) => ask(open.port, `/api/v1/reports/security?month=2026-11&${query}`);

test('as JSON: every row once, in order of time, with what they come to in all', async () => {
  const answer = await get('format=json');
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
  // Several pieces: one has its length told.
  expect(answer.headers['content-length']).toBeUndefined();
  const { rows: all, ...about } = answer.json();
  expect(about).toMatchObject({ report: 'security', count: rows, totals: { workspaces: 2, tokens_rotated: 0, sessions_lost: rows } });
  const times = Array.from({ length: rows }, (_, n) => new Date(begin + n * 1000).toISOString());
  expect(all.map((row: { at: string }) => row.at)).toEqual(times);
  expect(all[7]).toMatchObject({ workspace: 'shop', reason: 'said "•••", gone', phone: '+•••••••0007' });
  expect(answer.text).not.toContain('sekret');
});

test('as CSV: a line for each of them below one head', async () => {
  const { text } = await get('format=csv');
  const lines = text.split('\r\n');
  expect(lines).toHaveLength(rows + 2);
  expect(lines[0]).toBe('at,workspace,what,number,account,reason,event');
  expect(lines.filter((line) => line.startsWith('at,'))).toHaveLength(1);
  expect(lines[8]).toMatch(/^2026-11-23T09:00:07\.000Z,shop,disconnected,\+•••••••0007,7,"said ""•••"", gone",e_/);
  expect(text).not.toContain('sekret');
});

test('a reason that the downtime is counted by is masked too, though it is a name there', async () => {
  for (const form of ['json', 'csv']) {
    const { status, text } = await ask(open.port, `/api/v1/reports/downtime?month=2026-11&format=${form}`);
    expect({ status, found: text.includes('sekret'), reason: text.includes('•••') }).toEqual({ status: 200, found: false, reason: true });
  }
});

test('what fits into one piece is an answer like any other, with an ETag', async () => {
  const { headers, json } = await ask(open.port, '/api/v1/reports/usage?month=2026-11');
  expect(headers.etag).toMatch(/^W\/"/);
  expect(json()).toMatchObject({ count: 0, totals: { workspaces: 0, full: 0 }, rows: [] });
  const csv = await ask(open.port, '/api/v1/reports/usage?month=2026-11&format=csv');
  expect(csv.headers['content-length']).toBe(String(csv.text.length));
});
