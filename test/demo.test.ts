import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from 'vitest';
import { root, run } from './cli/call.ts';

test.concurrent('npm run demo -- --once ends by itself with exit 0, every promised message beside its webhook', async ({ expect }) => {
  const { code, out, err } = await run(['demo/demo.ts', '--once']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('holds of minutes are seconds here');
  expect(out).toMatch(/^ 2 {2}messaging-100 of northwind +200 new +ops +alert +Northwind Travel: /m);
  expect(out).toMatch(/^ 3 {2}messaging-100 of northwind +200 duplicate +nothing, as promised$/m);
  expect(out).toMatch(/^12 {2}token-rotated of atlas +401 refused +nothing, as promised$/m);
  expect(out).toMatch(/^14 {2}connected of northwind +200 new +ops +resolved /m);
  expect(out).toMatch(/^Kept: 14 webhooks sent, 15 messages promised, each arrived once, signed, and nothing else did\.$/m);
});

test.concurrent('relay demo --once --json says the same to a program', async ({ expect }) => {
  const { code, out } = await run(['src/cli/relay.ts', 'demo', '--once', '--json']);
  expect(code).toBe(0);
  const said = JSON.parse(out);
  expect(said).toMatchObject({ ok: true, promised: 15, missing: [], tooMuch: [] });
  expect(said.arrived).toHaveLength(15);
});

test.concurrent('without --once it stays up and prints its addresses; Ctrl-C ends it and leaves nothing behind', async ({ expect }) => {
  const child = spawn(process.execPath, ['demo/demo.ts'], {
    cwd: root,
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (out.includes('What arrives from now on:')) resolve();
    });
  });
  const [, admin = ''] = /API {8}(http:\/\/127\.0\.0\.1:\d+)/.exec(out) ?? [];
  const reply = await fetch(`${admin}/api/v1/deliveries?limit=200`);
  expect(((await reply.json()) as { items: unknown[] }).items).toHaveLength(15);
  const [, folder = ''] = /^ {2}\. (.*)\/env$/m.exec(out) ?? [];
  expect(existsSync(folder)).toBe(true);
  child.kill('SIGINT');
  expect(await ended).toBe(0);
  await expect(fetch(`${admin}/healthz`)).rejects.toThrow();
  expect(existsSync(folder)).toBe(false);
});
