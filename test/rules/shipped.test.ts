// The shipped config/ is a letter to a person who is no programmer: what it promises of its three edits is done here, with the real plug-ins.
import { expect, test } from 'vitest';
import type { Loaded } from '../../src/rules/load.ts';
import { formatMistakes } from '../../src/rules/mistake.ts';
import { checkInEarnest } from './in-earnest.ts';
import { shipped } from './kit.ts';

const said = (loaded: Loaded) => formatMistakes(loaded.ok ? loaded.warnings : loaded.mistakes);
const pluginsOf = (loaded: Loaded) =>
  loaded.ok && Object.fromEntries(Object.entries(loaded.rules.destinations).map(([name, { plugin }]) => [name, plugin]));

/** Takes away `plugin: console` and the "# " in front of the lines below it, as the file asks for. */
const turnOn = (routes: string, plugin: string): string =>
  routes.replace(/^ {4}plugin: console\n((?: {4}# .*\n)+)/gm, (found, real: string) =>
    real.startsWith(`    # plugin: ${plugin}\n`) ? real.replace(/^ {4}# /gm, '    ') : found,
  );
const asShipped = shipped['routes.yaml'];
const edited = turnOn(turnOn(asShipped, 'slack'), 'email').replace('# brand:', 'brand:');

test('starts without any secret: all four destinations print', () => {
  const loaded = checkInEarnest(asShipped, {});
  expect(said(loaded)).toBe('');
  expect(pluginsOf(loaded)).toEqual({
    'ops-slack': 'console',
    'client-slack': 'console',
    'owner-email': 'console',
    'ops-email': 'console',
  });
});

test('each edit alone, and all of them, give neither a mistake nor a warning', () => {
  for (const plugin of ['slack', 'email']) expect(said(checkInEarnest(turnOn(asShipped, plugin)))).toBe('');
  const loaded = checkInEarnest(edited);
  expect(said(loaded)).toBe('');
  expect(pluginsOf(loaded)).toEqual({ 'ops-slack': 'slack', 'client-slack': 'slack', 'owner-email': 'email', 'ops-email': 'email' });
});

test('the destination for a system of your own works once its "# " is taken away', () => {
  const billing = asShipped
    .replace(/^ {2}# billing:\n(?: {2}# .*\n)+/m, (lines) => lines.replace(/^ {2}# /gm, '  '))
    .replace('send: [ops-slack, owner-email]', 'send: [ops-slack, owner-email, billing]');
  const loaded = checkInEarnest(billing);
  expect(said(loaded)).toBe('');
  expect(pluginsOf(loaded)).toMatchObject({ billing: 'http' });
});

test('an edit before its secret is set names the variable', () => {
  const loaded = checkInEarnest(edited, {});
  expect(loaded.ok).toBe(false);
  expect(said(loaded)).toMatch(/SLACK_TOKEN is not set/);
  expect(said(loaded)).toMatch(/SMTP_URL is not set/);
});

test('`plugin: console` left in beside the real lines is a mistake with its line', () => {
  const both = asShipped.replace(/^ {4}# (plugin: slack)$/m, '    $1');
  const loaded = checkInEarnest(both);
  expect(loaded.ok).toBe(false);
  const line = both.split('\n').indexOf('    plugin: slack') + 1;
  expect(said(loaded)).toContain(`routes.yaml:${line}:`);
});

test('a customer without a channel or an address is told of in the channels of the team', () => {
  const loaded = checkInEarnest(edited);
  const { destinations } = loaded.ok ? loaded.rules : expect.fail('it has mistakes');
  expect([destinations['client-slack']?.ifEmpty, destinations['owner-email']?.ifEmpty]).toEqual(['ops-slack', 'ops-email']);
});
