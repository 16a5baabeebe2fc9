// A relay in a process of its own, as `npm start` runs it, with settings of the demo's making and none of this environment's.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Refusal } from '../src/cli/command.ts';

export type RelayProcess = {
  port: number;
  adminPort: number;
  /** What it logged last, for when something goes wrong. */
  log(): string;
  /** Resolves with its exit code, null where a signal ended it. */
  ended: Promise<number | null>;
  stop(): Promise<number | null>;
  /** kill -9. */
  kill(): Promise<number | null>;
};

const root = fileURLToPath(new URL('..', import.meta.url));

export async function startRelay(settings: Record<string, string>): Promise<RelayProcess> {
  const { PATH } = process.env;
  const child = spawn(process.execPath, ['src/main.ts'], {
    cwd: root,
    env: { ...(PATH === undefined ? {} : { PATH }), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    // In a group of its own, so that Ctrl-C reaches it once and by this process, which then waits for it.
    detached: true,
  });
  let log = '';
  const keep = (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-20_000);
  };
  child.stderr.on('data', keep);
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const leaveNothing = () => void child.kill('SIGKILL');
  process.once('exit', leaveNothing);
  void ended.then(() => process.off('exit', leaveNothing));

  const ports = await new Promise<{ port: number; adminPort: number }>((resolve, reject) => {
    child.once('error', reject);
    void ended.then((code) => reject(new Refusal(`the relay did not start (exit ${code}):\n${log}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      keep(chunk);
      const line = log.split('\n').find((one) => one.includes('"msg":"listening"'));
      if (line !== undefined) resolve(JSON.parse(line));
    });
  });
  return {
    port: ports.port,
    adminPort: ports.adminPort,
    log: () => log,
    ended,
    stop: () => {
      child.kill('SIGTERM');
      const late = setTimeout(leaveNothing, 10_000);
      return ended.finally(() => clearTimeout(late));
    },
    kill: () => {
      leaveNothing();
      return ended;
    },
  };
}
