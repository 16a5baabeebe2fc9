// The ledger thread's eye on the main thread, which asks for something at least once a second: where it has gone quiet, code of a plug-in spins in it,
// and no supervisor would see more than a process that runs. It is ended as by kill -9, which loses nothing; a message that does it again and again is
// given up as poison. Rounds are counted and not time, so that a machine that slept is not taken for a loop that hangs.
import { writeSync } from 'node:fs';

const roundMs = 1000;

export function watchMain(stallMs: number): {
  /** `loops`: the relay's loop asked, so from now on it must be heard of. */
  heard(loops: boolean): void;
  stop(): void;
} {
  let quiet = 0;
  let timer: NodeJS.Timeout | undefined;
  const round = () => {
    quiet++;
    if (quiet * roundMs < stallMs) return;
    const text = `nothing was heard of the main thread for ${quiet} s: a plug-in holds it, or something else that never ends. The relay ends itself, to be started again.`;
    // The log is the main thread's, and so cannot be written.
    writeSync(1, `${JSON.stringify({ level: 'fatal', time: new Date().toISOString(), error: text, msg: 'relay.stalled' })}\n`);
    process.kill(process.pid, 'SIGKILL');
  };
  return {
    heard: (loops) => {
      quiet = 0;
      if (loops) timer ??= setInterval(round, roundMs).unref();
    },
    stop: () => clearInterval(timer),
  };
}
