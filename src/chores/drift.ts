// Whether somebody set the wall clock, or the machine slept: it is compared with the one that only goes forward. The loop asks once a round.
import type { Ticker } from '../clock.ts';

/** Less than this is the slow mending of a clock, which nothing here minds. */
const worthMs = 5000;

/** Answers by how much the wall clock jumped since it was last asked, in ms: 0 where it did not. */
export function watchDrift(ticker: Pick<Ticker, 'now' | 'elapsed'>): () => number {
  let before = ticker.now() - ticker.elapsed();
  return () => {
    const apart = ticker.now() - ticker.elapsed();
    const by = apart - before;
    // Small steps add up only while none is worth a word: the next look compares with now.
    before = apart;
    return Math.abs(by) > worthMs ? by : 0;
  };
}
