// npm run bench -- timelines: a million random mornings in two processes, with the promises of test/decide/timelines.test.ts. Prints how far it is, and of
// a failure the seed and the shortest morning that breaks a promise. TIMELINES says how many, SEED where to begin.
import { fork } from 'node:child_process';
import fc from 'fast-check';
import { brokenIn } from '../test/decide/morning-promises.ts';
import { mornings, play } from '../test/decide/mornings.ts';

const chunk = 500;
const processes = 2;
const timelines = Number(process.env.TIMELINES || 1_000_000);
const seed = Number(process.env.SEED || 1);

type Report = { played: number } | { seed: number; failure: string };

/** Each chunk has a seed of its own, so that a failure is found again in a second: SEED=n TIMELINES=1000. */
function playFrom(first: number, step: number, chunks: number): void {
  for (let n = 0; n < chunks; n++) {
    const own = seed + first + n * step;
    const found = fc.check(
      fc.property(mornings, (morning) => {
        const diary = play(morning);
        const broken = brokenIn(diary, false) ?? brokenIn(play(morning, true), true);
        if (broken !== undefined) throw new Error(broken);
        if (JSON.stringify(play(morning).deliveries) !== JSON.stringify(diary.deliveries))
          throw new Error('the same morning came out otherwise');
      }),
      { seed: own, numRuns: chunk / 2 },
    );
    if (found.failed) {
      const failure = `${String((found.errorInstance as Error).message)}\n${JSON.stringify(found.counterexample?.[0])}`;
      process.send!({ seed: own, failure } satisfies Report);
      break;
    }
    process.send!({ played: chunk } satisfies Report);
  }
  process.disconnect();
}

async function watch(): Promise<number> {
  const began = performance.now();
  const chunks = Math.ceil(timelines / chunk / processes);
  let played = 0;
  let failed = 0;
  const say = () => {
    const seconds = (performance.now() - began) / 1000;
    process.stderr.write(`${played.toLocaleString('en')} mornings, ${Math.round(played / seconds).toLocaleString('en')} a second\n`);
  };
  const shown = setInterval(say, 5000);
  const ended = Array.from({ length: processes }, (_, n) => {
    const child = fork(import.meta.filename, [String(n), String(chunks)]);
    child.on('message', (report: Report) => {
      if ('played' in report) played += report.played;
      else {
        failed++;
        process.stdout.write(`seed ${report.seed}: ${report.failure}\n`);
      }
    });
    return new Promise<void>((resolve) =>
      child.once('exit', (code) => {
        if (code !== 0) failed++;
        resolve();
      }),
    );
  });
  await Promise.all(ended);
  clearInterval(shown);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(
    `${played.toLocaleString('en')} mornings in ${seconds} s, seeds from ${seed}: ${failed === 0 ? 'every promise kept' : `${failed} broken`}\n`,
  );
  return failed === 0 ? 0 : 1;
}

const [, , first, chunks] = process.argv;
if (process.send !== undefined && chunks !== undefined) playFrom(Number(first), processes, Number(chunks));
else process.exitCode = await watch();
