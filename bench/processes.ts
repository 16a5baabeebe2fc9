// The processes of a bench: the relay as `npm start` runs it, what stands beside it, and the load that is sent to them.
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadResult } from './load.ts';

export const connections = 64;
const partner = 'partner_bench';
const secret = 'bench-partner-secret-not-real';
const here = import.meta.dirname;
const root = join(here, '..');
const command = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { start: string } }).scripts.start;
export const temp = mkdtempSync(join(tmpdir(), 'relay-bench-'));
const children = new Set<ChildProcess>();

export const say = (text: string): void => void process.stderr.write(`${text}\n`);
export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
export const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;
export const machine = `${cpus()[0]?.model.trim()} × ${cpus().length}, Node ${process.version}`;
export const heard = <T>(child: ChildProcess): Promise<T> =>
  new Promise<T>((resolve) => child.once('message', (message) => resolve(message as T)));

export function child(file: string, args: string[] = []): ChildProcess {
  const made = fork(join(here, file), args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  children.add(made);
  return made;
}

export async function stop(made: ChildProcess): Promise<void> {
  children.delete(made);
  if (made.exitCode !== null) return;
  const gone = new Promise((resolve) => made.once('exit', resolve));
  if (made.connected) made.disconnect();
  else made.kill('SIGTERM');
  await gone;
}

export async function stopAll(): Promise<void> {
  for (const one of children) await stop(one);
  rmSync(temp, { recursive: true, force: true });
}

export type RunningRelay = { process: ChildProcess; port: number; adminPort: number; readyMs: number };

/** In a process of its own. `database`: the file, or a fresh one. */
export async function startRelay(routes: string, database?: string): Promise<RunningRelay> {
  const dir = mkdtempSync(join(temp, 'relay-'));
  writeFileSync(join(dir, 'routes.yaml'), routes);
  const began = performance.now();
  // The very command of npm start, without npm between it and the figures.
  const made = spawn('sh', ['-c', command], {
    cwd: root,
    env: {
      PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
      PORT: '0',
      HOST: '127.0.0.1',
      ADMIN_PORT: '0',
      PARTNER_ID: partner,
      PARTNER_SECRET: secret,
      CONFIG_DIR: dir,
      DATABASE_URL: `sqlite:${database ?? join(dir, 'relay.db')}`,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(made);
  let output = '';
  const ports = await new Promise<{ port: number; adminPort: number }>((resolve, reject) => {
    made.once('exit', (code) => reject(new Error(`the relay did not start (exit ${code}):\n${output}`)));
    made.stdout!.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4000);
      const [, port, adminPort] = /"port":(\d+).*?"adminPort":(\d+)/.exec(output) ?? [];
      if (port !== undefined) resolve({ port: Number(port), adminPort: Number(adminPort) });
    });
  });
  const first = await fetch(`http://127.0.0.1:${ports.port}/readyz`);
  if (!first.ok) throw new Error(`the relay is up, but /readyz answers ${first.status}`);
  return { process: made, ...ports, readyMs: performance.now() - began };
}

export async function run(load: ChildProcess, options: object): Promise<LoadResult> {
  const answer = heard<LoadResult>(load);
  load.send({ connections, partner, secret, ...options });
  return await answer;
}
