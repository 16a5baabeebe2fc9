// The most that a webhook may say of times and figures: whatever of it is kept can be shown, for one answer that cannot be made hides a whole list.
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AdminParts } from '../../src/admin/parts.ts';
import { parse } from '../../src/intake/parse.ts';
import { virtualClock } from '../clock.ts';
import { route, rulesOf } from '../decide/paper.ts';
import { bytes, sample, samples } from '../intake/read.ts';
import { ask } from './ask.ts';
import { openListener, someParts } from './doorway.ts';
import { openStored, type Stored } from './stored.ts';

const rules = rulesOf([route('all', ['ops'])]);
const clock = virtualClock(Date.parse('2026-11-23T12:00:00Z'));
const year = (text: string) => ({ current_period_end: text, billing_period_end: text, current_period_start: text, triggered_at: text });
const figures = (used: number, total: number) => ({
  ...{ messaging_quota_used: used, messaging_quota_total: total, api_calls_used: used, api_calls_limit: total },
  ...{ quota_used: used, quota_limit: total, seats_purchased: used, utilization_pct: undefined },
});
const period = { current_period_start: '2026-11-23T11:59:59.999Z', current_period_end: '9998-12-31T00:00:00Z' };
const extremes = [
  ...['9999-12-31T23:59:59-14:00', '9999-12-31T23:59:59Z', '2000-01-01T00:00:00Z', '9998-12-31 23:59:59 -9999'].map(year),
  ...[figures(1e307, 1e-300), figures(Number.MAX_VALUE, 1), { ...figures(Number.MAX_SAFE_INTEGER, 0.001), ...period }],
  { ...figures(1, 1), utilization_pct: Number.MAX_VALUE },
];

let stored: Stored;
let open: { port: number; close(): Promise<void> };
beforeAll(async () => {
  stored = await openStored(rules, clock);
  for (const [n, extreme] of extremes.entries())
    for (const file of readdirSync(samples)) {
      const body = bytes({ ...sample(file.slice(0, -'.json'.length)), ...extreme, workspace_id: `w-${n}-${file}` });
      const { event } = parse(body, { id: stored.ids('e'), proof: 'token', receivedAt: clock.now() });
      await stored.accept(event);
    }
  for (let more = true; more; ) {
    const [done] = await stored.commit([{ do: 'roll-up' }], clock.now());
    more = done?.did === 'roll-up' && done.more;
  }
  const good = () => ({ rules, files: { sources: {} }, workspaces: { ids: () => [], find: (id: string) => ({ id }) } });
  const inForce = { rules: () => rules, good, mask: (text: string) => text, whoIs: (id: string) => ({ workspace: { id }, reach: {} }) };
  const { parts } = someParts({ read: stored.reads.read, now: clock.now, inForce: inForce as unknown as AdminParts['inForce'] });
  open = await openListener({ parts: () => parts });
});
afterAll(async () => {
  await open.close();
  await stored.close();
});

test.each([
  ['events', 'id'],
  ['workspaces', 'id'],
  ['incidents', 'key'],
  ['deliveries', 'id'],
])('each of the %s is in the list and can be asked for', async (list, name) => {
  const { status, json } = await ask(open.port, `/api/v1/${list}?limit=200`);
  expect(status).toBe(200);
  expect(json().items.length).toBeGreaterThan(extremes.length);
  for (const one of json().items)
    expect((await ask(open.port, `/api/v1/${list}/${encodeURIComponent(one[name])}`)).status, one[name]).toBe(200);
});

test.each(['usage', 'numbers', 'alerts'])('the report %s of the month can be made', async (report) => {
  for (const form of ['json', 'csv'])
    expect((await ask(open.port, `/api/v1/reports/${report}?month=2026-11&format=${form}`)).status, form).toBe(200);
});
