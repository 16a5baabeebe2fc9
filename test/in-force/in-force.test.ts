// What is in force: swapped whole, and in the order in which the files changed.
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type InForce, openInForce } from '../../src/in-force/in-force.ts';

let dir: string;
let inForce: InForce;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'relay-in-force-'));
});

afterEach(async () => {
  await inForce.close(100);
  rmSync(dir, { recursive: true });
});

const write = (name: string, table: string) =>
  writeFileSync(
    join(dir, 'routes.yaml'),
    `version: 1
timezone: UTC
workspaces: { file: ${table} }
destinations: { out: { plugin: console } }
routes: [{ name: ${name}, send: [out] }]
fallback: { send: [out] }
operator: out
`,
  );

test('of two reloads at once the later one decides, however long the first takes', async () => {
  writeFileSync(join(dir, 'workspaces.csv'), 'id,name\nacme,Acme\n');
  write('first', 'workspaces.csv');
  const settings = { configDir: dir, proxy: {}, secrets: [], partnerSecrets: [] };
  inForce = await openInForce({ settings, log: pino({ level: 'silent' }), now: Date.now });

  // A pipe ends when its writer says so: a table that takes its time.
  execFileSync('mkfifo', [join(dir, 'slow.csv')]);
  write('slow', 'slow.csv');
  const slow = inForce.reload();
  const pipe = await opened(join(dir, 'slow.csv'));
  write('last', 'workspaces.csv');
  const last = inForce.reload();
  // Were they not held in order, the later one would be through by now.
  const through = last.then(() => true);
  for (let n = 0; n < 12 && !(await Promise.race([through, pause(40)])); n++);
  writeSync(pipe, 'id,name\nacme,Acme\n');
  closeSync(pipe);
  expect(await slow).toMatchObject({ ok: true });
  expect(await last).toMatchObject({ ok: true });
  expect(inForce.rules().routes.map(({ name }) => name)).toEqual(['last']);
});

// Nobody can read a folder as a file; and what is no UTF-8 would be another secret.
const folder = (path: string) => void mkdirSync(path, { recursive: true });
const latin = (path: string) => writeFileSync(path, Buffer.from('- { id: p, secret: se\xf1al }\n', 'latin1'));

test.each([
  ['a story', 'templates/odd.yaml', folder],
  ['a layout', 'templates/layouts/odd.yaml', folder],
  ['the partners', 'partners.yaml', folder],
  ['partners in other bytes', 'partners.yaml', latin],
])('%s that cannot be read is told of, and what is in force stays', async (_, path, put) => {
  write('first', 'workspaces.csv');
  writeFileSync(join(dir, 'workspaces.csv'), 'id,name\nacme,Acme\n');
  const settings = { configDir: dir, templatesDir: join(dir, 'templates'), proxy: {}, secrets: [], partnerSecrets: [] };
  const refused: string[] = [];
  const told = (mistakes: { file: string; text: string }[]) => void refused.push(...mistakes.map((one) => `${one.file}: ${one.text}`));
  inForce = await openInForce({ settings, log: pino({ level: 'silent' }), now: Date.now, refused: told });
  put(join(dir, path));
  write('second', 'workspaces.csv');
  expect(await inForce.reload()).toMatchObject({ ok: false });
  expect(refused).toEqual([expect.stringMatching(new RegExp(`^${path}: .*could not be read`))]);
  expect(inForce.rules().routes.map(({ name }) => name)).toEqual(['first']);
});

const pause = (ms: number) => new Promise<false>((resolve) => setTimeout(() => resolve(false), ms));

/** As soon as somebody reads from it. */
async function opened(path: string): Promise<number> {
  for (;;) {
    try {
      return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch {
      await pause(5);
    }
  }
}
