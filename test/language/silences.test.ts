// silences: made by people or in silences.yaml, so not to be said in `tests:`, which no silence of today may change.
import { expect, test } from 'vitest';
import type { Silence, Where } from '../../src/rules/rules.ts';
import { at, eventAt, paper, route, rulesOf } from '../decide/paper.ts';
import { check, said } from '../rules/kit.ts';

const down = (clock: string, workspaceId = 'shop') => eventAt(clock, 'disconnected', { workspaceId });
const back = (clock: string, workspaceId = 'shop') => eventAt(clock, 'connected', { workspaceId });
const until = (clock: string, where: Where = { workspace: ['sh*'] }): Silence => ({
  ...{ id: 's_1', where, until: at(clock), reason: 'a move', by: 'Ann' },
});
const rules = rulesOf([
  route('down', ['ops'], { events: ['disconnected'], stop: true }),
  route('all', ['billing'], { events: ['disconnected', 'token-rotated'] }),
]);

function silenced(clock: string, silence: Silence, of = rules) {
  const world = paper(of);
  world.until(clock);
  world.put({ kind: 'silence', silence }, at(clock));
  return world;
}

test('silences: what fits is told to nobody until then, and what is still open then is told', () => {
  const world = silenced('09:00', until('12:00'));
  world.send(down('10:00'));
  world.send(down('10:01', 'another'));
  world.send(back('10:30', 'another'));
  world.until('20:00');
  expect(world.heard()).toEqual(['10:01 ops alert', '10:30 ops resolved', '12:00 ops alert']);
});

test('silences: what came and went meanwhile nobody hears of, and a notice is not sent at all', () => {
  const world = silenced('09:00', until('12:00'));
  world.send(down('10:00'));
  world.send(back('10:30'));
  world.send(eventAt('11:00', 'token-rotated'));
  world.until('20:00');
  expect(world.heard()).toEqual([]);
});

test('silences: the end of what was told before is never stopped', () => {
  const world = silenced('09:00', until('12:00', { tag: ['vip'] }));
  world.send(down('10:00'));
  world.put({ kind: 'silence', silence: until('12:00') }, at('10:10'));
  world.send(back('10:30'));
  expect(world.heard()).toEqual(['10:00 ops alert', '10:30 ops resolved']);
});

test('silences: ended early, what is still open is told at once', () => {
  const world = silenced('09:00', until('12:00'));
  world.send(down('10:00'));
  world.put({ kind: 'unsilence', id: 's_1', by: 'Ann' }, at('10:30'));
  world.until('20:00');
  expect(world.heard()).toEqual(['10:30 ops alert']);
});

test('silences: a route that is silenced stops the ones below it all the same, and nothing falls to the fallback', () => {
  const world = silenced('09:00', until('12:00'));
  const drop = down('10:00');
  world.send(drop);
  expect(world.heard()).toEqual([]);
  expect(world.lines(drop)).toContain('silence: down: silenced until 2026-11-23 12:00:00 by Ann (a move); told then if it is still so');
});

test('silences: it is over to the second, and covers nothing that comes then', () => {
  const world = silenced('09:00', until('12:00'));
  world.send(down('12:00'));
  expect(world.heard()).toEqual(['12:00 ops alert']);
});

const routes = `version: 1
timezone: UTC
destinations: { log: { plugin: console } }
routes: [{ name: down, send: [log] }]
fallback: { send: [log] }
operator: log
`;
const listed = (line: string) => ({ 'silences.yaml': `silences:\n  - { ${line} }\n` });

test('silences: silences.yaml has those that are planned, with the conditions of where', () => {
  const loaded = check(
    routes,
    listed('where: { workspace: acme, reason: "*off*" }, until: "2026-12-01 09:00", reason: new phones, by: ann'),
  );
  expect(loaded).toMatchObject({
    ok: true,
    rules: {
      silences: [
        { where: { workspace: ['acme'], reason: ['*off*'] }, until: Date.parse('2026-12-01T09:00:00Z'), reason: 'new phones', by: 'ann' },
      ],
    },
  });
});

test.for([
  ['until is required', 'where: { workspace: acme }, reason: x', /until/],
  ['reason is required', 'where: { workspace: acme }, until: "2026-12-01 09:00"', /reason/],
  ['at least one condition is', 'where: {}, until: "2026-12-01 09:00", reason: x', /where/],
  ['at most 30 days ahead', 'where: { workspace: acme }, until: "2026-12-24 09:00", reason: x', /30 days/],
] as const)('silences: %s', ([, line, what]) => {
  expect(check(routes, listed(line)).ok).toBe(false);
  expect(said(routes, listed(line))).toMatch(what);
});
