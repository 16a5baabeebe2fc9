// What docs/metrics says of metrics is what /metrics has.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { createFigures } from '../../src/admin/figures.ts';
import { createMetrics } from '../../src/admin/metrics.ts';
import type { AdminParts } from '../../src/admin/parts.ts';
import { errorCodes } from '../../src/errors.ts';

const read = (file: string) => readFileSync(join(import.meta.dirname, '../../docs', file), 'utf8');
const board = read('metrics/grafana.json');
const alerts = read('metrics/alerts.yaml');

type Known = { name: string; type: string; help: string };
async function known(): Promise<Known[]> {
  const parts = {
    figures: createFigures(),
    lanes: () => [],
    inForce: { state: () => ({ from: 'file', mistakes: [], degraded: [] }) },
    read: { oldestOpen: async () => [] },
    space: async () => ({ free: 3e9, disk: 20e9, store: 1e6 }),
    now: Date.now,
    log: { info: () => {}, warn: () => {} },
  } as unknown as AdminParts;
  const text = await createMetrics(parts).text();
  const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name!, type!]));
  return [...text.matchAll(/^# HELP (\S+) (.*)$/gm)].map(([, name, help]) => ({ name: name!, help: help!, type: types.get(name!)! }));
}

test('docs/metrics.md lists every metric with its type and meaning, and no other', async () => {
  const table = read('metrics.md').split('<!-- metrics -->')[1]!.split('<!-- /metrics -->')[0]!;
  const cells = [...table.matchAll(/^\| `(\S+)` +\| (\S+) +\| (.+?) *\|$/gm)].map(([, name, type, help]) => ({ name, type, help }));
  expect(cells).toEqual((await known()).map(({ name, type, help }) => ({ name, type, help })));
});

test.each([
  ['the Grafana board', board],
  ['the alert rules', alerts],
])('%s name no metric that is not there, and use each by its type', async (_, text) => {
  const types = new Map((await known()).map(({ name, type }) => [name, type]));
  const named = new Set(text.match(/timelines_relay_\w+/g));
  expect(named.size).toBeGreaterThan(5);
  for (const name of named) {
    const base = name.replace(/_(bucket|sum|count)$/, '');
    expect(types.get(name) ?? (types.get(base) === 'histogram' ? 'part' : undefined), name).toBeDefined();
  }
});

test('the board shows every metric', async () => {
  for (const { name } of await known()) expect(board, name).toContain(name);
});

test('every code that an alert rule waits for is one that webhooks are answered with', () => {
  const patterns = [...alerts.matchAll(/code=~?"([^"]+)"/g)].map(([, one]) => new RegExp(`^(${one!.replaceAll('\\\\', '\\')})$`));
  expect(patterns.length).toBeGreaterThan(1);
  for (const pattern of patterns)
    expect(
      Object.keys(errorCodes).filter((code) => pattern.test(code)),
      String(pattern),
    ).not.toEqual([]);
});

test('every alert rule has an expression, a severity and words that say what to do', () => {
  const { groups } = parse(alerts) as {
    groups: { rules: { alert: string; expr: string; labels: { severity: string }; annotations: Record<string, string> }[] }[];
  };
  const rules = groups.flatMap((group) => group.rules);
  expect(rules.length).toBeGreaterThan(7);
  for (const { alert, expr, labels, annotations } of rules) {
    expect(expr, alert).toMatch(/[<>=]|absent/);
    expect(['critical', 'warning'], alert).toContain(labels.severity);
    expect(annotations.summary, alert).toMatch(/\.$/);
    expect(annotations.description, alert).toMatch(/\.$/);
  }
});
