// A set of files judged as the relay would judge them at a reload, and what its rules decide on a clock of their own.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pino from 'pino';
import { expect, onTestFinished } from 'vitest';
import type { Fate } from '../src/decide/rehearsal.ts';
import { loadPlugins } from '../src/deliver/plug-ins.ts';
import type { Delivery } from '../src/delivery.ts';
import { type InForce, openInForce } from '../src/in-force/in-force.ts';
import { type Good, type Judged, judgeDisk } from '../src/in-force/judge.ts';
import { reachBy } from '../src/in-force/reach.ts';
import { formatMistakes } from '../src/rules/mistake.ts';
import { root } from './cli/call.ts';
import { paper } from './decide/paper.ts';

export const plugins = await loadPlugins({ dirs: [join(root, 'plugins')] });

/** Files by their names in CONFIG_DIR; `templates/…` lie beside it. Environment variables are those given here. */
export async function judged(files: Record<string, string>, environment: Record<string, string> = {}): Promise<Judged> {
  const settings = written(files);
  const secret = (name: string) => {
    const value = environment[name];
    return value === undefined ? ({ ok: false, why: 'it is not set' } as const) : ({ ok: true, value } as const);
  };
  return judgeDisk({ settings, plugins, now: () => Date.parse('2026-01-14T09:00:00Z'), secret });
}

function written(files: Record<string, string>): { configDir: string; templatesDir: string } {
  const folder = mkdtempSync(join(tmpdir(), 'relay-judged-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries({ 'config/routes.yaml': '', 'templates/.keep': '', ...inConfig(files) })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return { configDir: join(folder, 'config'), templatesDir: join(folder, 'templates') };
}

const inConfig = (files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [name.startsWith('templates/') ? name : `config/${name}`, text]));

/** What is said of the files, as a person reads it. */
export async function said(files: Record<string, string>, environment?: Record<string, string>): Promise<string> {
  const result = await judged(files, environment);
  return formatMistakes(result.ok ? result.warnings : result.mistakes);
}

export async function good(files: Record<string, string>, environment?: Record<string, string>): Promise<Good> {
  const result = await judged(files, environment);
  return result.ok ? result : expect.fail(formatMistakes(result.mistakes));
}

/** The rules of a good file on paper, with its own table and targets. */
export async function world(
  files: Record<string, string>,
  options: { fate?: (delivery: Delivery) => Fate } = {},
): Promise<ReturnType<typeof paper> & { sent(): Delivery[] }> {
  const { rules, workspaces } = await good(files);
  const reach = reachBy(plugins);
  const rows = [...workspaces.ids()].map((id) => workspaces.find(id));
  const stage = paper(rules, { workspaces: rows, reach: (row) => reach(rules, row), ...(options.fate ? { fate: options.fate } : {}) });
  return { ...stage, sent: () => stage.deliveries().filter(({ state }) => state === 'delivered') };
}

/** The files in force, as a running relay has them: for the words of a message. */
export async function inForceOf(files: Record<string, string>): Promise<InForce> {
  const settings = { ...written(files), proxy: {}, secrets: [], partnerSecrets: [] };
  const inForce = await openInForce({ settings, log: pino({ level: 'silent' }), now: () => Date.parse('2026-11-23T10:30:00Z') });
  onTestFinished(() => inForce.close(100));
  return inForce;
}
