import { expect, test } from 'vitest';
import { createNames, type KeptNames } from '../../src/partner-api/names.ts';
import { virtualClock } from '../clock.ts';

const day = 86_400_000;

function world(before: KeptNames = {}) {
  const clock = virtualClock();
  const asked: string[] = [];
  const answers = new Map<string, string | Error>([['shop', 'Shop Ltd']]);
  let kept: KeptNames | undefined;
  const names = createNames({
    before,
    ask: async (id) => {
      asked.push(id);
      const answer = answers.get(id);
      if (answer instanceof Error) throw answer;
      return answer;
    },
    keep: (known) => {
      kept = known;
    },
    ticker: clock,
  });
  return { clock, asked, answers, names, kept: () => kept };
}

test('nobody waits for a name: it is there from the next time on, and asked for once a day', async () => {
  const { clock, asked, answers, names } = world();
  expect(names.of('shop')).toBeUndefined();
  await clock.settle();
  expect(names.of('shop')).toBe('Shop Ltd');
  await clock.advance(day - 1000);
  expect(names.of('shop')).toBe('Shop Ltd');
  expect(asked).toEqual(['shop']);
  answers.set('shop', 'Shop & Co');
  await clock.advance(2000);
  expect(names.of('shop')).toBe('Shop Ltd');
  await clock.settle();
  expect(names.of('shop')).toBe('Shop & Co');
});

test('a workspace without a name is not asked for at every event', async () => {
  const { clock, asked, names } = world();
  for (let times = 0; times < 5; times++) {
    expect(names.of('nobody')).toBeUndefined();
    await clock.settle();
  }
  expect(asked).toEqual(['nobody']);
});

test('after a failure the name of before stays, and it is asked for again ten minutes later', async () => {
  const { clock, asked, answers, names } = world({ shop: { name: 'Old Ltd', at: 0 } });
  answers.set('shop', new Error('no answer'));
  expect(names.of('shop')).toBe('Old Ltd');
  await clock.settle();
  expect(names.of('shop')).toBe('Old Ltd');
  expect(asked).toHaveLength(1);
  answers.set('shop', 'New Ltd');
  await clock.advance(11 * 60_000);
  names.of('shop');
  await clock.settle();
  expect(names.of('shop')).toBe('New Ltd');
});

test('what was learnt is kept, in one piece a while later', async () => {
  const { clock, answers, names, kept } = world();
  answers.set('other', 'Other Ltd');
  for (const id of ['shop', 'other', 'nobody']) names.of(id);
  await clock.settle();
  expect(kept()).toBeUndefined();
  await clock.advance(30_000);
  expect(Object.keys(kept()!)).toEqual(['shop', 'other']);
});
