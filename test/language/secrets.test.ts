// secrets: they come from the environment or a file, and are never shown.
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { secretValue } from '../../src/settings.ts';
import { good, judged, said } from '../judged.ts';

const file = (token: string) => ({
  'routes.yaml': `version: 1
timezone: Europe/Madrid
destinations:
  log: { plugin: console }
  ops:
    plugin: slack
    token: ${token}
    channel: "#wa-ops"
routes: [{ name: all, send: [ops] }]
fallback: { send: [log] }
operator: log
`,
});

test('secrets: env:NAME and file:/path are whole values, and what they hold is what the plug-in gets', async () => {
  const known = { 'env:SLACK_TOKEN': 'xoxb-from-outside', 'file:/run/secrets/slack': 'xoxb-from-a-file' };
  const byName = await good(file('env:SLACK_TOKEN'), known);
  expect(byName.rules.destinations.ops!.options.token).toBe('xoxb-from-outside');
  expect(byName.warnings).toEqual([]);
  const byFile = await good(file('file:/run/secrets/slack'), known);
  expect(byFile.rules.destinations.ops!.options.token).toBe('xoxb-from-a-file');
});

test('secrets: a file is read without the line break at its end', () => {
  const path = join(tmpdir(), `relay-secret-${process.pid}`);
  writeFileSync(path, 'xoxb-1\n');
  expect(secretValue(`file:${path}`, '/')).toEqual({ ok: true, value: 'xoxb-1' });
});

test('secrets: one that is not set is a mistake that names the variable', async () => {
  expect(await said(file('env:SLACK_TOKEN'))).toMatch(/^routes\.yaml:7:12 {2}.*environment variable SLACK_TOKEN.*not set/);
});

test('secrets: a part of a value is no secret from outside, and is told', async () => {
  expect(await said(file('$' + '{SLACK_TOKEN}'))).toMatch(/^routes\.yaml:7:12 {2}.*is not filled in\. Write env:SLACK_TOKEN\./);
});

test('secrets: one that stands in the file works, is warned of, and is not shown', async () => {
  const text = 'xoxb-12345-very-secret';
  const result = await good(file(text));
  expect(result.rules.destinations.ops!.options.token).toBe(text);
  expect(await said(file(text))).toMatch(/^routes\.yaml:7:12 {2}warning: `token` is a secret[\s\S]*write: +token: env:OPS_TOKEN/);
  expect(await said(file(text))).not.toContain('very-secret');
  expect(result.secrets).toContain(text);
});

test('secrets: a plug-in’s other options are no secrets', async () => {
  expect(await said(file('env:SLACK_TOKEN'), { 'env:SLACK_TOKEN': 'xoxb-1' })).toBe('');
  expect((await judged(file('env:SLACK_TOKEN'), { 'env:SLACK_TOKEN': 'xoxb-1' })).secrets).not.toContain('#wa-ops');
});
