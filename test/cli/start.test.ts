import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { call, config, folder, root } from './call.ts';

const settings = () => ({
  PORT: '0',
  ADMIN_PORT: '0',
  HOST: '127.0.0.1',
  ALLOW_UNSIGNED: 'true',
  DATABASE_URL: `sqlite:${folder({})}/relay.db`,
});

test('start runs the relay until SIGTERM, and then exits 0', async () => {
  const env = { PATH: process.env.PATH, ...config(), ...settings() };
  const child = spawn(process.execPath, ['src/cli/relay.ts', 'start'], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  let log = '';
  const port = await new Promise<string>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      const [, found] = /"port":(\d+).*"msg":"listening"/.exec(log) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
  child.kill('SIGTERM');
  expect(await ended).toEqual({ code: 0, signal: null });
  expect(log).toContain('"msg":"stopped"');
});

test('start with a bad file and no good copy prints every mistake and exits 1', async () => {
  const broken = config((text) => text.replace('hold: 2m', 'hold: soon').replace('[ops, boss]', '[opps, boss]'));
  const { code, err } = await call(['start'], { ...broken, ...settings() });
  expect(code).toBe(1);
  expect(err).toMatch(/routes\.yaml:13:/);
  expect(err).toMatch(/routes\.yaml:17:/);
});

test('start without proof of origin does not start, and says what to set', async () => {
  const { code, err } = await call(['start'], { ...config(), ...settings(), ALLOW_UNSIGNED: '' });
  expect(code).toBe(1);
  expect(err).toContain('PARTNER_SECRET');
});
