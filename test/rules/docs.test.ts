// docs/routing.md: every block in it is read by the real loader, and its lists are those of the code.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalogue } from '../../src/intake/catalogue.ts';
import { checkRules } from '../../src/rules/load.ts';
import { formatMistakes } from '../../src/rules/mistake.ts';
import { readPartners } from '../../src/rules/partners.ts';
import { destinationKeys, routesFile, whereKeys } from '../../src/rules/schema.ts';
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

const secret = (ref: string) =>
  ref.startsWith('env:') ? { ok: true as const, value: 'https://example.com/a-value' } : { ok: false as const, why: '' };

test.each(blocks.filter((block) => !/^# (partners|silences)\.yaml/.test(block)))(
  'a block of docs/routing.md is read without mistake or warning: %s',
  (block) => {
    const loaded = checkRules({ 'routes.yaml': completed(block), 'workspaces.csv': shipped['workspaces.csv'] }, { ...deps, secret });
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

test('it has a line for every key of the file, of a destination, of a route and of a condition, and for every event', () => {
  const { shape } = routesFile;
  for (const key of [...Object.keys(shape), ...Object.keys(destinationKeys), ...Object.keys(shape.routes.element.shape)])
    expect(page).toContain(`\`${key}\``);
  for (const key of Object.keys(whereKeys)) expect(page).toMatch(new RegExp(`^ {6}${key}:`, 'm'));
  for (const type of Object.keys(catalogue)) expect(page).toContain(`\`${type}\``);
});

test('every word that it calls not available yet is refused by name', () => {
  const section = page.slice(page.indexOf('## Not available yet'), page.indexOf('## More than one partner'));
  const words = [...section.matchAll(/`([a-z_]+)`/g)].map(([, word]) => word!);
  expect(words.length).toBeGreaterThan(12);
  for (const word of words) {
    const places = [
      `${word}: x\n${completed('')}`,
      completed(`routes:\n  - { name: r, send: [log], ${word}: x }`),
      completed(`routes:\n  - { name: r, send: [log], where: { tag: a, ${word}: x } }`),
      completed(`destinations:\n  log: { plugin: console, ${word}: x }`),
    ];
    expect(places.map((text) => said(text)).join('\n')).toContain(`\`${word}\` is not available yet.`);
  }
});

test('the mistake that it shows is what the loader says', () => {
  const shown = /```\n(routes\.yaml:.*?)\n```/s.exec(page)?.[1];
  const text = `${completed('').split('\n').slice(0, 3).join('\n')}\n\n\n\n\n\n\nfallback: { send: [log] }\noperator: log\ndestinations:\n  log:\n    channel: #wa-ops\n    plugin: chat\n    token: env:CHAT_TOKEN\nroutes:\n  - { name: all, send: [log] }\n`;
  expect(check(text).ok).toBe(false);
  expect(said(text).replace(/\d+:/, '14:')).toContain(shown);
});
