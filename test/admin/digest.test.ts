// A digest at the API: what it tells of comes in stretches, for a storm may tell of thousands.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AdminParts } from '../../src/admin/parts.ts';
import { virtualClock } from '../clock.ts';
import { eventAt, route, rulesOf } from '../decide/paper.ts';
import { ask } from './ask.ts';
import { openListener, someParts } from './doorway.ts';
import { openStored, type Stored } from './stored.ts';

const minute = 60_000;
const clock = virtualClock(Date.parse('2026-11-23T12:00:00Z'));
const rules = rulesOf([route('gathered', ['ops'], { digest: { everyMs: 5 * minute } })]);
const ids: string[] = [];
let stored: Stored;
let open: { port: number; close(): Promise<void> };

beforeAll(async () => {
  stored = await openStored(rules, clock);
  for (let n = 0; n < 210; n++) {
    const event = eventAt('09:00', 'seats-full', { id: stored.ids('e'), workspaceId: `ws-${n}` });
    ids.push(event.id);
    await stored.accept(event);
  }
  const at = Date.parse('2026-11-23T09:10:00Z');
  const [ticked] = await stored.commit([{ do: 'tick' }], at);
  const [flush] = ticked?.did === 'tick' ? ticked.timers : [];
  await stored.commit([{ do: 'decide', input: { kind: 'timer', timer: flush!, workspace: { id: '' }, reach: {} } }], at);
  const inForce = { mask: (text: string) => text, rules: () => rules } as unknown as AdminParts['inForce'];
  const { parts } = someParts({ read: stored.reads.read, inForce, now: clock.now });
  open = await openListener({ parts: () => parts });
});
afterAll(async () => {
  await open.close();
  await stored.close();
});

test('what it tells of is answered 200 at a time, in its order, with how many there are', async () => {
  const { items } = (await ask(open.port, '/api/v1/deliveries')).json();
  const digest = items.find((one: { kind: string }) => one.kind === 'digest');
  const answer = async (query = '') => (await ask(open.port, `/api/v1/deliveries/${digest.id}${query}`)).json();
  const [first, second, none] = [await answer(), await answer('?alerts_from=200'), await answer('?alerts_from=210')];
  expect([first, second, none].map((one) => [one.alerts.length, one.alert_count])).toEqual([
    [200, 210],
    [10, 210],
    [0, 210],
  ]);
  expect([...first.alerts, ...second.alerts].map((one) => one.id)).toEqual(ids);
  expect(await ask(open.port, `/api/v1/deliveries/${digest.id}?alerts_from=-1`)).toMatchObject({ status: 400 });
});
