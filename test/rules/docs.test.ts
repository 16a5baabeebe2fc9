// docs/routing.md: every block in it is read by the real loader, and its lists are those of the code.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import email from '../../plugins/email/index.ts';
import slack from '../../plugins/slack/index.ts';
import { pluginInfo } from '../../src/deliver/plug-in-contract.ts';
import { catalogue } from '../../src/intake/catalogue.ts';
import type { PluginDefinition } from '../../src/plugin.ts';
import { checkRules, type PluginInfo } from '../../src/rules/load.ts';
import { formatMistakes } from '../../src/rules/mistake.ts';
import { readPartners } from '../../src/rules/partners.ts';
import { whereKeys } from '../../src/rules/schema.ts';
import { readSilences } from '../../src/rules/silences.ts';
import { check, deps, said, shipped } from './kit.ts';

const page = readFileSync(new URL('../../docs/routing.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, block]) => block!);

/** What a block of a few lines leaves to the rest of the file. */
const rest: Record<string, string> = {
  version: 'version: 1',
  timezone: 'timezone: UTC',
  workspaces: 'workspaces: { file: workspaces.csv }',
  destinations: 'destinations:\n  log: { plugin: console }\n  billing: { plugin: http, url: env:BILLING_URL }',
  routes: 'routes:\n  - { name: everything, send: [log] }',
  fallback: 'fallback: { send: [log] }',
  operator: 'operator: log',
};
const completed = (block: string) =>
  [block, ...Object.entries(rest).flatMap(([key, text]) => (new RegExp(`^${key}:`, 'm').test(block) ? [] : [text]))].join('\n');

const values: Record<string, string> = {
  'env:SMTP_URL': 'smtp://mail.example.com',
  'env:SLACK_TOKEN': 'xoxb-not-real',
  'env:BILLING_SECRET': 'whsec_bm90IHJlYWwgYnV0IGxvbmcgZW5vdWdo',
};
const secret = (ref: string) =>
  ref.startsWith('env:') ? { ok: true as const, value: values[ref] ?? 'https://example.com/a-value' } : { ok: false as const, why: '' };
const plugins = new Map<string, PluginInfo>(deps.plugins);
for (const plugin of [slack, email] as unknown as PluginDefinition[])
  plugins.set(plugin.type, { type: plugin.type, options: plugin.options, secrets: pluginInfo(plugin).secrets, templates: [] });

test.each(blocks.filter((block) => !/^# (partners|silences)\.yaml/.test(block)))(
  'a block of docs/routing.md is read without mistake or warning: %s',
  (block) => {
    const loaded = checkRules(
      { 'routes.yaml': completed(block), 'workspaces.csv': shipped['workspaces.csv'] },
      { ...deps, plugins, secret },
    );
    expect(formatMistakes(loaded.ok ? loaded.warnings : loaded.mistakes)).toBe('');
  },
);

test('the block for silences.yaml is read without mistake or warning', () => {
  const block = blocks.find((one) => one.startsWith('# silences.yaml')) ?? '';
  const about = { now: deps.now(), timezone: 'UTC', instant: deps.instant, segments: [] };
  expect(readSilences(block, about)).toMatchObject({ silences: [{ by: 'ann' }], mistakes: [] });
});

test('the block for partners.yaml is read without mistake or warning', () => {
  const block = blocks.find((one) => one.startsWith('# partners.yaml'));
  expect(readPartners(block ?? '', secret)).toMatchObject({
    ok: true,
    warnings: [],
    partners: [{ id: 'partner_12345' }, { id: 'partner_67890' }],
  });
});

test('its example of conditions uses every one of them, and every event has a line', () => {
  for (const key of Object.keys(whereKeys)) expect(page).toMatch(new RegExp(`^ {6}${key}:`, 'm'));
  for (const type of Object.keys(catalogue)) expect(page).toContain(`\`${type}\``);
});

test('the mistake that it shows is what the loader says', () => {
  const shown = /```\n(routes\.yaml:.*?)\n```/s.exec(page)?.[1];
  const text = `${completed('').split('\n').slice(0, 3).join('\n')}\n\n\n\n\n\n\nfallback: { send: [log] }\noperator: log\ndestinations:\n  log:\n    channel: #wa-ops\n    plugin: chat\n    token: env:CHAT_TOKEN\nroutes:\n  - { name: all, send: [log] }\n`;
  expect(check(text).ok).toBe(false);
  expect(said(text).replace(/\d+:/, '14:')).toContain(shown);
});
