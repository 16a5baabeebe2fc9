// The end of a hold with `confirm`, by what the Partner API said.
import { expect, test } from 'vitest';
import { at, eventAt, paper, route, rulesOf } from './paper.ts';

const minute = 60_000;
const down = (clock: string) => eventAt(clock, 'disconnected');
const back = (clock: string, more: Parameters<typeof eventAt>[2] = {}) => eventAt(clock, 'connected', more);
const confirming = route('down', ['ops'], { events: ['disconnected'], holdMs: 5 * minute, confirm: true });
const key = 'wa:shop:1';

function world(...more: Parameters<typeof rulesOf>[0]) {
  const stage = paper(rulesOf([confirming, ...more]));
  const asked = (clock: string, confirmed?: 'up' | 'down' | 'unknown', name = 'down') => {
    const timer = stage.timers().find((one) => one.name === `hold:${key}:${name}`)!;
    const reach = { ops: 'at-ops', owner: 'at-owner' };
    return stage.put({ kind: 'timer', timer, workspace: { id: 'shop' }, reach, ...(confirmed && { confirmed }) }, at(clock));
  };
  return { ...stage, asked };
}

test('connected again: nobody hears of it, the incident is over, and the trace says who said so', () => {
  const stage = world();
  const drop = down('10:00');
  stage.send(drop);
  stage.asked('10:05', 'up');
  stage.until('20:00');
  expect(stage.heard()).toEqual([]);
  expect(stage.memory.incident(key)).toMatchObject({ open: false, endedBy: 'recovery', endedAt: at('10:05') });
  expect(stage.lines(drop)).toContain('hold: down: the Partner API says it is connected again: nobody hears of it');
  expect(stage.timers()).toEqual([]);
});

test('connected again: who was told meanwhile by a route without a hold hears the end, and other holds end too', () => {
  const stage = world(
    route('at-once', ['owner'], { events: ['disconnected'] }),
    route('later', ['mail'], { events: ['disconnected'], holdMs: 60 * minute }),
  );
  const drop = down('10:00');
  stage.send(drop);
  stage.asked('10:05', 'up');
  stage.until('20:00');
  expect(stage.heard()).toEqual(['10:00 owner alert', '10:05 owner resolved']);
  expect(stage.deliveries().at(-1)!.details).toMatchObject({ since: at('10:00'), endedAt: at('10:05') });
  expect(stage.lines(drop)).toContain('hold: later: cancelled, it was over after 5 min');
});

test('the connected webhook that comes after all is a plain notice', () => {
  const stage = world();
  stage.send(down('10:00'));
  stage.asked('10:05', 'up');
  const late = back('10:30', { triggered: '10:03' });
  stage.send(late);
  expect(stage.lines(late)).toContain('incident: nothing was open: a plain notice');
  expect(stage.heard()).toEqual([]);
});

test('a drop that comes next is a new one, also where the source’s clock is behind', () => {
  const stage = world();
  stage.send(down('10:00'));
  stage.asked('10:05', 'up');
  stage.send(eventAt('10:05:20', 'disconnected', { triggered: '10:04:50' }));
  expect(stage.memory.incident(key)).toMatchObject({ open: true, openedAt: at('10:04:50') });
  stage.asked('10:10', 'down');
  expect(stage.heard()).toEqual(['10:10 ops alert']);
});

test('still not connected: told as always, and the trace says that it was asked', () => {
  const stage = world();
  const drop = down('10:00');
  stage.send(drop);
  stage.asked('10:05', 'down');
  expect(stage.heard()).toEqual(['10:05 ops alert']);
  expect(stage.deliveries()[0]!.details).not.toHaveProperty('unconfirmed');
  expect(stage.lines(drop)).toContain('hold: down: the Partner API says it is not connected');
});

test('nobody could say: told, marked unconfirmed', () => {
  const stage = world();
  const drop = down('10:00');
  stage.send(drop);
  stage.asked('10:05', 'unknown');
  expect(stage.heard()).toEqual(['10:05 ops alert']);
  expect(stage.deliveries()[0]!.details.unconfirmed).toBe(true);
  expect(stage.lines(drop).join('\n')).toContain('could not say whether it is connected again, so it is told, marked unconfirmed');
});

test('on paper nobody asks: the hold ends as any other', () => {
  const stage = world();
  stage.send(down('10:00'));
  stage.until('10:10');
  expect(stage.heard()).toEqual(['10:05 ops alert']);
  expect(stage.deliveries()[0]!.details).not.toHaveProperty('unconfirmed');
});

test('an answer for a route that confirms no longer is not looked at', () => {
  const stage = world();
  stage.send(down('10:00'));
  stage.use(rulesOf([{ ...confirming, confirm: false }]));
  stage.asked('10:05', 'up');
  expect(stage.heard()).toEqual(['10:05 ops alert']);
});

test('a recovery that came before the answer stands: the answer changes nothing', () => {
  const stage = world();
  stage.send(down('10:00'));
  const timer = stage.timers().find((one) => one.kind === 'hold')!;
  stage.send(back('10:04'));
  stage.put({ kind: 'timer', timer, workspace: { id: 'shop' }, reach: {}, confirmed: 'down' }, at('10:05'));
  expect(stage.heard()).toEqual([]);
});
