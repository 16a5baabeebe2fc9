// The curves as data: what the figures counted, in columns of one length, and nothing said of the time before the relay.
import { expect, onTestFinished, test } from 'vitest';
import { createFigures, type Figures } from '../../src/admin/figures.ts';
import { ask } from './ask.ts';
import { accepted, busyDay, settled } from './busy.ts';
import { openListener, someParts } from './doorway.ts';

const noon = Date.UTC(2026, 10, 23, 12, 4, 30);
const columns = ['events', 'delivered', 'failed', 'dead', 'delay_median_ms', 'delay_p95_ms'] as const;

async function asking(figures: Figures, now: () => number) {
  const { parts } = someParts({ figures, now });
  const { port, close } = await openListener({ parts: () => parts });
  onTestFinished(close);
  return async (query = '') => ask(port, `/api/v1/figures${query}`);
}

test('the last hour by the minute and the last day by ten minutes add up to what was counted', async () => {
  const figures = busyDay(noon);
  const get = await asking(figures, () => noon);
  const hour = (await get()).json();
  expect(hour).toMatchObject({ span: 'hour', step_seconds: 60, since: new Date(figures.read.since).toISOString() });
  const sum = (values: (number | null)[]) => values.reduce<number>((all, one) => all + (one ?? 0), 0);
  expect(sum(hour.events)).toBe(figures.read.minutes.sum(60, noon).events);
  const day = (await get('?span=day')).json();
  for (const [one, length] of [
    [hour, 60],
    [day, 144],
  ] as const)
    for (const column of ['at', ...columns]) expect(one[column], column).toHaveLength(length);
  expect(day.at.at(-1)).toBe('2026-11-23T12:00:00.000Z');
  expect(sum(day.events)).toBeGreaterThan(10_000);
  expect(sum(day.dead)).toBe(1);
});

test('before the relay started nothing is known, from then on a minute without anything is 0, and a delay is known where something arrived', async () => {
  let now = noon;
  const figures = createFigures(() => now);
  const get = await asking(figures, () => now);
  now += 3 * 60_000;
  figures.did(...accepted());
  figures.did(...settled({ state: 'delivered' }));
  figures.settled({ receivedAt: now - 300, createdAt: now - 300 }, 'delivered');
  const hour = (await get()).json();
  expect(hour.events.slice(-5)).toEqual([null, 0, 0, 0, 1]);
  expect(hour.events.slice(0, 56)).toEqual(Array(56).fill(null));
  expect(hour.delivered.slice(-2)).toEqual([0, 1]);
  expect(hour.delay_median_ms.slice(-2)).toEqual([null, expect.closeTo(300, -2)]);
  expect(hour.delay_p95_ms.at(-1)).toBe(hour.delay_median_ms.at(-1));
});

test('another span is refused with what may be asked', async () => {
  const get = await asking(createFigures(), Date.now);
  expect((await get('?span=week')).json()).toMatchObject({ status: 400, code: 'admin.bad_request' });
});
