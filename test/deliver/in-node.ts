// Runs a script in a Node of its own, as the relay runs: the test runner has a loader of its own, which knows neither type stripping nor hooks.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const shipped = fileURLToPath(new URL('../../plugins', import.meta.url));

/** A folder far from the relay's, with these files in it. */
export function folderOf(files: Record<string, string>): { dir: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'timelines-relay-plugins-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** `source` may import from `src` by `#src/…`; what it gives to `tell` comes back. */
export async function inNode<T>(source: string): Promise<{ told: T; code: number | null; stdout: string; stderr: string }> {
  const root = new URL('../../src/', import.meta.url).href;
  const text = `const tell = (value) => process.send(value);\n${source.replaceAll('#src/', root)}`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', text], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let told: unknown;
  let stdout = '';
  let stderr = '';
  child.on('message', (value) => {
    told = value;
  });
  child.stdout?.setEncoding('utf8').on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk) => {
    stderr += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { told: told as T, code, stdout, stderr };
}
