// The relay's loop goes on: whatever a plug-in's check or the disk does, and whoever sets the clock.
import { expect, onTestFinished, test } from 'vitest';
import { createCheckUps } from '../../src/chores/check-ups.ts';
import { chores } from '../../src/chores/chores.ts';
import { watchSpace } from '../../src/chores/disk-space.ts';
import { startLoop } from '../../src/chores/loop.ts';
import type { InForce } from '../../src/in-force/in-force.ts';
import type { Source } from '../../src/intake/source.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { virtualClock } from '../clock.ts';
import { route, rulesOf } from '../decide/paper.ts';

const minute = 60_000;
const log = { debug() {}, info() {}, warn() {}, error() {} };
const never = () => new Promise<never>(() => {});

function start(of: (clock: ReturnType<typeof virtualClock>) => Pick<Parameters<typeof startLoop>[0], 'chores'>) {
  const clock = virtualClock();
  const ticks: number[] = [];
  const tick = async () => {
    ticks.push(clock.elapsed());
    return undefined;
  };
  const loop = startLoop({ ticker: clock, tick, ...of(clock), failed: expect.unreachable });
  onTestFinished(loop.stop);
  return { clock, loop, ticks };
}

test('a clock that is set back by an hour stops no chore', async () => {
  let runs = 0;
  const { clock } = start(() => ({ chores: [{ everyMs: 5000, run: () => void runs++ }] }));
  await clock.advance(20_000);
  const before = runs;
  clock.setWall(-60 * minute);
  await clock.advance(10 * minute);
  expect(runs - before).toBeGreaterThan(60);
});

test('a check of a destination and a disk that never answer hold up no tick, no other chore and no stop', async () => {
  let pings = 0;
  const { clock, loop, ticks } = start((ticker) => {
    const inForce = { rules: () => rulesOf([route('down', ['ops'])]), checkUp: never, mask: (text: string) => text } as unknown as InForce;
    const told = { tell: () => {}, log };
    const checkUps = createCheckUps({ inForce, ticker, stopping: new AbortController().signal, ...told });
    const space = watchSpace({ measure: never, ...told });
    return {
      chores: chores({
        ...told,
        inForce,
        ledger: { do: async () => ({ more: false, deleted: 0 }), waiting: () => 0 } as unknown as Ledger,
        source: { lastHeardAt: () => ticker.now() } as unknown as Source,
        keep: async () => {},
        setDown: () => {},
        checkUps: checkUps.run,
        space: space.run,
        ping: () => void pings++,
      }),
    };
  });
  await clock.advance(5 * minute);
  const longest = Math.max(...ticks.map((at, index) => at - (ticks[index - 1] ?? 0)));
  expect(longest).toBeLessThanOrEqual(1000);
  expect(pings).toBe(5);
  // Within the check-up that began at the fifth minute.
  await loop.stop();
});
