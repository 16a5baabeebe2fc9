// The real clock behind every wait of the relay.
import { expect, test } from 'vitest';
import { createAlarm, systemTicker } from '../src/clock.ts';

const soon = (ms: number) => new Promise<void>((resolve) => systemTicker.after(ms, resolve));

test('a wait longer than a timer can hold does not end at once', async () => {
  let ran = false;
  const cancel = systemTicker.after(2 ** 31 + 5, () => {
    ran = true;
  });
  await soon(5);
  expect(ran).toBe(false);
  cancel();
});

test('what is cancelled does not run, and an alarm that is set again runs once, at the later time', async () => {
  const ran: string[] = [];
  systemTicker.after(1, () => ran.push('cancelled'))();
  const alarm = createAlarm(systemTicker);
  alarm.set(1, () => ran.push('first'));
  alarm.set(3, () => ran.push('second'));
  const other = createAlarm(systemTicker);
  other.set(1, () => ran.push('cleared'));
  other.clear();
  await soon(10);
  expect(ran).toEqual(['second']);
});

test('a wait of less than nothing is no wait', async () => {
  await soon(-1000);
  expect(Math.abs(systemTicker.now() - Date.now())).toBeLessThan(1000);
});
