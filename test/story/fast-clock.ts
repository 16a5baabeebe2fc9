// The system's clock, STORY_SPEED times as fast since STORY_EPOCH: an hour of the relay's life in some seconds. Sockets keep their own time.
import { systemTicker as real, type Ticker } from '../../src/clock.ts';

const speed = Number(process.env.STORY_SPEED ?? 1);
const epoch = Number(process.env.STORY_EPOCH ?? 0);

export const fastTime = (at: number): number => epoch + (at - epoch) * speed;

export const systemTicker: Ticker = { now: () => fastTime(real.now()), after: (ms, run) => real.after(ms / speed, run) };
