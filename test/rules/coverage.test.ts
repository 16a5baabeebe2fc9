// The table of `check`: event × segment → who hears.
import { expect, test } from 'vitest';
import { coverage, formatCoverage } from '../../src/rules/coverage.ts';
import type { Loaded } from '../../src/rules/load.ts';
import { check, shipped } from './kit.ts';

const { rules } = check(shipped['routes.yaml']) as Extract<Loaded, { ok: true }>;

test('has a column for each segment and for everyone else, and shows what only the fallback hears', () => {
  const table = coverage(rules, (type, { id, tags = [] }) => {
    if (id === 'demo-x') return { to: [], fallback: false };
    if (type === 'unknown') return { to: ['log'], fallback: true };
    return { to: tags.includes('vip') ? ['log', 'client'] : ['log'], fallback: false };
  });
  expect(table.columns).toEqual(['vip', 'internal', 'everyone else']);
  const text = formatCoverage(table);
  expect(text.split('\n').slice(0, 3)).toEqual([
    'event              vip           internal   everyone else',
    '----------------   -----------   --------   -------------',
    'seats-full         log, client   nobody     log',
  ]);
  expect(text.split('\n').slice(-3)).toEqual([
    'any other event    log *         nobody     log *',
    '',
    '* only the fallback hears of it: no route matches',
  ]);
});

test('asks about a workspace that is in the segment', () => {
  const asked: string[] = [];
  const segments = { both: { tagsAll: ['a', 'b'] }, one: { tags: ['x', 'y'] }, ids: { ids: ['qa-?-*'] } };
  coverage({ ...rules, segments }, (type, { id, tags = [] }) => {
    if (type === 'connected') asked.push(`${id} ${tags.join('+')}`.trim());
    return { to: [], fallback: false };
  });
  expect(asked).toEqual(['someone-in-both a+b', 'someone-in-one x', 'qa-x-x', 'someone-else']);
});
