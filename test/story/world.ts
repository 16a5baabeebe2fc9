// A whole relay as a process, and signed webhooks for it: what every story is told with.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { receiver } from './receiver.ts';

const root = join(import.meta.dirname, '../..');
const startScript: string = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts.start;
/** Flags for a relay with the decorators of preload.ts. */
export const preloaded = ['--import', join(import.meta.dirname, 'preload.ts')];
export const partner = 'partner_12345';
export const secret = 'story-secret-not-real';

/** What a kill may repeat of one destination: what is being sent (its lane's eight places), and what was sent while its outcome is on the way
 * to disk (two batches of 32 on a slow one). */
export const inFlight = 8 + 2 * 32;

const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

export function signature(options: { secret?: string; partner?: string; now?: number } = {}): string {
  const now = Math.floor((options.now ?? Date.now()) / 1000);
  const head = `${base64({ alg: 'HS256', typ: 'JWT' })}.${base64({ partner_id: options.partner ?? partner, nbf: now - 180, exp: now + 180 })}`;
  return `${head}.${createHmac('sha256', options.secret ?? secret)
    .update(head)
    .digest('base64url')}`;
}

/** Looks again and again until it holds; says what was awaited when it does not. */
export async function until<T>(what: string, look: () => T | undefined | false | Promise<T | undefined | false>, ms = 15_000): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`waited ${ms} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export type Running = {
  port: number;
  adminPort: number;
  url: string;
  process: ChildProcess;
  now: () => number;
  log: () => string;
  exited: Promise<number | null>;
};

export type World = {
  dir: string;
  /** The relay's time. */
  now(): number;
  file(name: string, text: string): void;
  /** `flags` are Node's. */
  start(env?: Record<string, string>, flags?: string[]): Promise<Running>;
  /** One that is expected not to come up: its exit code and all it said. */
  fails(env?: Record<string, string>): Promise<{ code: number | null; output: string }>;
  /** SIGTERM, and its exit code. */
  stop(running: Running): Promise<number | null>;
  /** SIGKILL: no farewell. */
  kill(running: Running): Promise<void>;
  /** Kills whatever still runs. */
  end(): Promise<void>;
  close(): Promise<void>;
};

/** A folder with config and data of its own. `start` may be called again after a kill, as a supervisor would. With a `speed` the relay's time runs
 * so much faster than that of the sockets. */
export function world(routes: string, files: Record<string, string> = {}, { speed = 1 } = {}): World {
  const epoch = Date.now();
  const now = () => epoch + (Date.now() - epoch) * speed;
  const dir = mkdtempSync(join(tmpdir(), 'relay-story-'));
  const alive = new Set<Running>();
  const file = (name: string, text: string) => writeFileSync(join(dir, name), text);
  file('routes.yaml', routes);
  for (const [name, text] of Object.entries(files)) file(name, text);

  function launch(env: Record<string, string>, flags: string[]) {
    // As `npm start` runs it, without npm between us and its signals.
    const child = spawn('sh', ['-c', startScript], {
      cwd: root,
      env: {
        PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
        NODE_OPTIONS: flags.join(' '),
        PORT: '0',
        HOST: '127.0.0.1',
        ADMIN_PORT: '0',
        PARTNER_ID: partner,
        PARTNER_SECRET: secret,
        CONFIG_DIR: dir,
        DATABASE_URL: `sqlite:${join(dir, 'relay.db')}`,
        STORY_SPEED: String(speed),
        STORY_EPOCH: String(epoch),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    // `close` and not `exit`: by then all it said has been read.
    const exited = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
    return { child, exited, log: () => output };
  }

  async function start(env: Record<string, string> = {}, flags = speed === 1 ? [] : preloaded): Promise<Running> {
    const { child, exited, log } = launch(env, flags);
    const listening = await until('the relay to listen', () => {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the relay ended (${child.exitCode}):\n${log()}`);
      return /\{[^\n]*"msg":"listening"[^\n]*\}/.exec(log())?.[0];
    });
    const { port, adminPort } = JSON.parse(listening) as { port: number; adminPort: number };
    const running = { port, adminPort, url: `http://127.0.0.1:${port}`, process: child, now, log, exited };
    alive.add(running);
    return running;
  }

  const end = async (running: Running, signal: 'SIGTERM' | 'SIGKILL') => {
    alive.delete(running);
    running.process.kill(signal);
    return running.exited;
  };

  const killAll = async () => {
    for (const running of [...alive]) await end(running, 'SIGKILL');
  };

  return {
    dir,
    now,
    file,
    start,
    fails: async (env = {}) => {
      const { exited, log } = launch(env, []);
      return { code: await exited, output: log() };
    },
    stop: (running) => end(running, 'SIGTERM'),
    kill: async (running) => {
      await end(running, 'SIGKILL');
    },
    end: killAll,
    close: async () => {
      await killAll();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The smallest file: drops go to one receiver. */
export const toOne = (url: string): string => `version: 1
timezone: UTC
destinations:
  hook: { plugin: http, url: "${url}", allow_private: yes }
routes:
  - { name: down, events: [disconnected], send: [hook] }
fallback: { send: [hook] }
operator: hook
`;

/** A receiver and a folder of one test, gone with it. `routes` is given the receiver's address. */
export async function scene(
  onTestFinished: (run: () => Promise<void>) => void,
  routes: (url: string) => string,
  options: { speed?: number } = {},
) {
  const target = await receiver();
  const stage = world(routes(target.url), {}, options);
  onTestFinished(async () => {
    await stage.close();
    target.close();
  });
  return { target, stage };
}

export type Answer = { status: number; retryAfter?: string; body: { id?: string; duplicate?: boolean; code?: string } };

export async function post(running: Running, body: object | string | Buffer, headers: Record<string, string> = {}): Promise<Answer> {
  const reply = await fetch(`${running.url}/webhooks/timelinesai`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-tl-partner-id': partner,
      'x-tl-signature': signature({ now: running.now() }),
      ...headers,
    },
    body: typeof body === 'string' ? body : Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body),
  });
  const retryAfter = reply.headers.get('retry-after');
  return {
    status: reply.status,
    ...(retryAfter !== null && { retryAfter }),
    body: (await reply.json().catch(() => ({}))) as Answer['body'],
  };
}

export const sample = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(root, 'test/events', `${name}.json`), 'utf8')) as Record<string, unknown>;

export const drop = (workspace: string, at = Date.now(), more: object = {}) => ({
  ...sample('disconnected'),
  workspace_id: workspace,
  triggered_at: new Date(at).toISOString(),
  disconnected_at: new Date(at).toISOString(),
  ...more,
});

export const back = (workspace: string, at = Date.now(), more: object = {}) => ({
  ...sample('connected'),
  workspace_id: workspace,
  triggered_at: new Date(at).toISOString(),
  ...more,
});
