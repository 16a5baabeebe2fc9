// Random mornings: whatever order things come in, nobody hears too little, too much or out of turn. TIMELINES=100000 plays more of them;
// `npm run bench -- timelines` plays a million on two cores.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { brokenIn } from './morning-promises.ts';
import { mornings, play } from './mornings.ts';

const timelines = Number(process.env.TIMELINES || 10_000);
const half = { numRuns: Math.ceil(timelines / 2) };
const timeout = 60_000 + timelines * 10;

test(
  'nobody hears of an end without the problem, nothing is sent twice, nothing that matched is lost; the same morning twice is the same',
  () => {
    fc.assert(
      fc.property(mornings, (morning) => {
        const diary = play(morning);
        expect(brokenIn(diary, false)).toBeUndefined();
        expect(JSON.stringify(play(morning).deliveries)).toBe(JSON.stringify(diary.deliveries));
      }),
      half,
    );
  },
  timeout,
);

test(
  'whoever heard of a drop hears of its end once, when the number is back at last',
  () => {
    fc.assert(
      fc.property(mornings, (morning) => {
        expect(brokenIn(play(morning, true), true)).toBeUndefined();
      }),
      half,
    );
  },
  timeout,
);
