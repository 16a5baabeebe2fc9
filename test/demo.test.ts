import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { root, run } from './cli/call.ts';

// Three stories at a time, each of which takes half a minute where nothing else runs.
vi.setConfig({ testTimeout: 150_000 });

const columns = (line: string) => [...line].reduce((sum, one) => sum + (/\p{Emoji_Presentation}/u.test(one) ? 2 : 1), 0);

test.concurrent('npm run demo -- --once ends by itself with exit 0, and --json says to a program that each message arrived', async ({
  expect,
}) => {
  const { code, out, err } = await run(['demo/demo.ts', '--once', '--json']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const said = JSON.parse(out) as { arrived: { how: string }[] };
  expect(said).toMatchObject({ ok: true, promised: 37, missing: [], tooMuch: [] });
  expect(said.arrived.filter(({ how }) => how !== 'refused')).toHaveLength(36);
});

test.concurrent('without --once the lines say what came where, it stays up, and its page shows what each reader sees; Ctrl-C ends it and leaves nothing behind', async ({
  expect,
}) => {
  const demo = start('--pause', '0');
  await demo.says('What arrives from now on:');
  const out = demo.out();
  expect(out).toContain('every duration divided by 60');
  const line = (...cells: string[]) => new RegExp(`^ +[\\d:]{8} +${cells.join(' +')}`, 'm');
  expect(out).toMatch(line('webhook', 'Lumen Dental', '200 new', 'disconnected'));
  expect(out).toMatch(line('Slack', '#wa-ops', 'in its thread', '🟢 Lumen Dental: .* is back after'));
  expect(out).toMatch(line('e-mail', 'kim@lumen.example', 'same thread', '\\[RESOLVED\\] Lumen Dental'));
  expect(out).toMatch(line('webhook', 'Northwind Travel', '200 duplicate', 'messaging-100'));
  expect(out).toMatch(line('HTTP', 'billing', 'refused, 503', 'Bluebird Hotels'));
  expect(out).toMatch(line('!', 'the relay', 'is killed', 'kill -9'));
  expect(out).toMatch(line('webhook', 'Northwind Travel', '401 refused', 'token-rotated'));
  expect(out).toMatch(/routes\.yaml:\d+:\d+ +There is no destination `biling`\. Did you mean/);
  expect(out).toMatch(/^ +write: +send: \[ops-email, billing\]$/m);
  expect(out).toMatch(/^Kept: 19 webhooks, 37 messages promised; each arrived once, in its form, and nothing else did\.$/m);
  expect(out.split('\n').filter((one) => columns(one) > 120)).toEqual([]);
  const [, url = ''] = /What each reader sees: (\S+)/.exec(out) ?? [];
  const reply = await fetch(url);
  expect(reply.headers.get('content-security-policy')).toMatch(/^default-src 'none'.*script-src 'self'/);
  const page = await reply.text();
  for (const words of ['#wa-ops', 'Lumen Dental', 'kim@lumen.example', 'Clínica del Puerto', 'billing', '503'])
    expect(page).toContain(words);
  expect(page).not.toMatch(/(src|href)="https?:/);
  const [, file = ''] = /^ {2}\. (.*\/env)$/m.exec(out) ?? [];
  expect(readFileSync(join(file, '../routes.yaml'), 'utf8')).toContain('hold: 5s # 5m');
  expect(await demo.interrupt()).toBe(0);
  await expect(fetch(url)).rejects.toThrow();
  expect(existsSync(join(file, '..'))).toBe(false);
});

test.concurrent('Ctrl-C in the middle of the story ends it at once, and leaves nothing behind', async ({ expect }) => {
  const demo = start();
  await demo.says('2  A number drops');
  const [, url = ''] = /What each reader sees: (\S+)/.exec(demo.out()) ?? [];
  expect(await demo.interrupt()).toBe(1);
  await expect(fetch(url)).rejects.toThrow();
});

test('a pause that is no number is a wrong call', async () => {
  expect(await run(['demo/demo.ts', '--pause', 'long'])).toMatchObject({ code: 2, err: expect.stringContaining('--pause is "long"') });
});

function start(...args: string[]) {
  const child = spawn(process.execPath, ['demo/demo.ts', ...args], {
    cwd: root,
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  let look = () => {};
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    look();
  });
  return {
    out: () => out,
    says: (words: string) =>
      new Promise<void>((resolve) => {
        look = () => out.includes(words) && resolve();
        look();
      }),
    interrupt: () => {
      child.kill('SIGINT');
      return ended;
    },
  };
}
