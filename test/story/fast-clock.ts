// The system's clock, STORY_SPEED times as fast since STORY_EPOCH: an hour of the relay's life in some seconds. Sockets keep their own
// time, and so does whoever waits at one for an answer: sixty times as fast, an honest disk would be too slow for it.
import { openReads as open } from '../../src/admin/reads.ts';
import { systemTicker as real, type Ticker } from '../../src/clock.ts';
import { answerWithin as within } from '../../src/intake/answer-within.ts';

const speed = Number(process.env.STORY_SPEED ?? 1);
const epoch = Number(process.env.STORY_EPOCH ?? 0);

/** Somebody sets the clock: SIGUSR2, by STORY_SET_MS. */
let set = 0;
process.on('SIGUSR2', () => {
  set += Number(process.env.STORY_SET_MS ?? 0);
});

export const fastTime = (at: number): number => epoch + (at - epoch) * speed;

export const systemTicker: Ticker = {
  now: () => fastTime(real.now()) + set,
  elapsed: () => real.elapsed() * speed,
  after: (ms, run) => real.after(ms / speed, run),
};

export const answerWithin: typeof within = (ms) => within(ms, real);

export const openReads: typeof open = (options) => open({ ...options, ticker: real });
