// Calls the command line as a user does: a process of its own, with settings given here and none of this environment's.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

export type Answer = { code: number | null; out: string; err: string };

export const root = join(import.meta.dirname, '../..');

/** `npm run relay -- …args`. */
export const call = (args: string[], env: Record<string, string> = {}): Promise<Answer> => run(['src/cli/relay.ts', ...args], env);

export function run(args: string[], env: Record<string, string> = {}): Promise<Answer> {
  const child = spawn(process.execPath, args, { cwd: root, env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const answer = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    answer.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    answer.err += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...answer }));
  });
}

/** A folder with these files, gone when the test ends. */
export function folder(files: Record<string, string>): string {
  const dir = mkdtempSync(join(tmpdir(), 'relay-cli-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  return dir;
}

/** Files good enough for everything: two routes, of which one holds, two destinations that print. */
export const routes = `version: 1
timezone: Europe/Madrid
workspaces: { file: workspaces.csv }
segments:
  vip: { tags: [vip] }
destinations:
  ops: { plugin: console }
  boss: { plugin: console }
routes:
  - name: number-down
    events: [disconnected]
    where: { segment: vip }
    hold: 2m
    send: [ops]
  - name: quota
    events: [messaging-100]
    send: [ops, boss]
fallback: { send: [boss] }
operator: boss
`;
export const workspaces = 'id,name,tags\nacme,Acme Ltd,vip\n';

export const config = (changed: (text: string) => string = (text) => text): Record<string, string> => ({
  CONFIG_DIR: folder({ 'routes.yaml': changed(routes), 'workspaces.csv': workspaces }),
});
