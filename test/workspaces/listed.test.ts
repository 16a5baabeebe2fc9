// The list of workspaces: whatever is asked, its pages are the whole in its order, cut into pieces.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Asked, byName, type Known, listed, orders } from '../../src/workspaces/listed.ts';
import { fullest, stageOf, stages, type Tally } from '../../src/workspaces/tally.ts';

type One = Known & { tally: Tally | undefined; open: number };
const now = 1000;
/** Few names and numbers, so that many are equal. */
const one = fc.record({
  order: fc.constantFrom('acme', 'beta', 'gamma'),
  tags: fc.subarray(['VIP', 'eu']),
  tally: fc.option(
    fc.record({
      lastAt: fc.nat(4),
      up: fc.nat(1),
      down: fc.nat(1),
      quotas: fc.array(fc.record({ percent: fc.constantFrom(0, 90, 100), until: fc.option(fc.constantFrom(now - 1, now + 1)) }), {
        maxLength: 2,
      }),
    }),
    { nil: undefined },
  ),
  open: fc.nat(1),
});
const house = fc.array(one, { maxLength: 40 }).map((made) =>
  made
    .map(({ tally, ...more }, at): One => {
      const id = `w-${(at * 7) % made.length}-${at}`;
      const quotas = (tally?.quotas ?? []).map(({ percent, until }) => [percent, until] as [number, number | null]);
      return { ...more, id, name: more.order, text: `${id}\n${more.order}`, tally: tally && { ...tally, id, quotas } };
    })
    .sort(byName),
);
const asked = fc.record({
  search: fc.constantFrom(undefined, 'a', 'ET w-', 'w-1', 'nothing'),
  tag: fc.constantFrom(undefined, 'vip', 'other'),
  state: fc.constantFrom(undefined, ...stages),
  open: fc.constantFrom(undefined, true, false),
  sort: fc.constantFrom(...orders),
  limit: fc.integer({ min: 1, max: 7 }),
});

const standingOf = (all: readonly One[]) => {
  const byId = new Map(all.map((each) => [each.id, each]));
  return { tally: (id: string) => byId.get(id)?.tally, open: (id: string) => byId.get(id)?.open ?? 0 };
};
const pages = (all: readonly One[], question: Asked): One[][] => {
  const found: One[][] = [];
  for (let after: Asked['after']; ; ) {
    const { items, total, last } = listed(all, { ...question, ...(after && { after }) }, standingOf(all), undefined, now);
    found.push(items);
    expect(found.length).toBeLessThanOrEqual(all.length + 1);
    if (last === undefined) {
      expect(found.flat()).toHaveLength(total);
      return found;
    }
    after = last;
  }
};
const numberOf = ({ tally }: One, sort: Asked['sort']): number => {
  if (sort === 'name') return 0;
  if (tally === undefined) return -1;
  return sort === 'last-event' ? tally.lastAt : (fullest(tally, now) ?? -1);
};

test('its pages are all that fit, each once, in the order asked for and by name where that says nothing', () => {
  fc.assert(
    fc.property(house, asked, (all, question) => {
      const words = (question.search ?? '').toLowerCase().split(' ').filter(Boolean);
      const fitting = all
        .filter((each) => words.every((word) => each.text.includes(word)))
        .filter(({ tags }) => question.tag === undefined || tags.some((tag) => tag.toLowerCase() === question.tag))
        .filter(({ tally }) => question.state === undefined || stageOf(tally) === question.state)
        .filter(({ open }) => question.open === undefined || open > 0 === question.open)
        .sort((a, b) => numberOf(b, question.sort) - numberOf(a, question.sort) || byName(a, b));
      const found = pages(all, question);
      expect(found.flat().map(({ id }) => id)).toEqual(fitting.map(({ id }) => id));
      for (const page of found.slice(0, -1)) expect(page).toHaveLength(question.limit);
    }),
    { numRuns: 500 },
  );
});

test('a page goes on where the one before ended, also where its last one is gone or has moved on', () => {
  const named = (id: string, lastAt: number): One => ({
    ...{ id, order: id, tags: [], text: id, open: 0 },
    tally: { id, lastAt, up: 1, down: 0, quotas: [] },
  });
  const all = [named('a', 5), named('b', 4), named('c', 3), named('d', 2)];
  const first = listed(all, { sort: 'last-event', limit: 2 }, standingOf(all), undefined, now);
  expect(first.items.map(({ id }) => id)).toEqual(['a', 'b']);
  const after = first.last!;
  const rest = (of: One[]) => listed(of, { sort: 'last-event', limit: 9, after }, standingOf(of), undefined, now).items.map(({ id }) => id);
  expect(rest(all.filter(({ id }) => id !== 'b'))).toEqual(['c', 'd']);
  // One of another order says only after whom.
  expect(listed(all, { sort: 'name', limit: 9, after }, standingOf(all), undefined, now).items.map(({ id }) => id)).toEqual(['c', 'd']);
  expect(rest(all.map((each) => (each.id === 'b' ? named('b', 9) : each)))).toEqual(['c', 'd']);
});
