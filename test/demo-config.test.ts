import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { demoRoutes, faster, makeConfig } from '../demo/config.ts';
import { root } from './cli/call.ts';

const shipped = readFileSync(join(root, 'config/routes.yaml'), 'utf8');
const linesOf = (text: string) => text.split('\n').filter((line) => /^ *[^ #]/.test(line));

test('every duration is divided by 60, and its own stands beside it', () => {
  expect(faster('    hold: 5m')).toBe('    hold: 5s # 5m');
  expect(faster('    max_age: 1d # a day')).toBe('    max_age: 24m # 1d');
  expect(faster('    repeat: 30m')).toBe('    repeat: 30s # 30m');
  expect(faster('    to: "23:00"')).toBe('    to: "23:00"');
  expect(faster('    repeat: { every: 4h, at_most: 3 }')).toBe('    repeat: { every: 4m, at_most: 3 } # 4h');
  expect(faster('      - { after: 15m, send: [ops-email] } # the next')).toBe('      - { after: 15s, send: [ops-email] } # 15m');
  expect(faster('storm: { more_than: 200, within: 5m }')).toBe('storm: { more_than: 200, within: 5s } # 5m');
  expect(faster('    digest: { at: "09:00" }')).toBe('    digest: { at: "09:00" }');
  expect(faster('    # repeat: { every: 4h }')).toBe('    # repeat: { every: 4h }');
  const holds = (text: string) => [...text.matchAll(/^ +hold: (\S+)/gm)].map(([, value]) => value);
  expect(holds(shipped).length).toBeGreaterThan(0);
  expect(holds(demoRoutes(shipped))).toEqual(holds(shipped).map((value) => value!.replace('m', 's')));
});

test('its routes are those of config/, but for durations, billing and the tests', () => {
  const routesOf = (text: string) => linesOf(text.slice(text.indexOf('\nroutes:')).split('\n# What must come of these rules')[0]!);
  expect(demoRoutes(shipped)).not.toMatch(/^tests:/m);
  const [real, demo] = [routesOf(shipped), routesOf(demoRoutes(shipped))];
  const other = demo.filter((line, at) => line !== real[at]);
  expect(demo).toHaveLength(real.length);
  for (const line of other) expect(line).toMatch(/\d+[sm]\b.* # \d+[mh]$|send: \[ops-slack, owner-email, billing\]/);
  // A minute that is left was an hour.
  const left = demo.filter((line) => /\b\d+[mhd]\b/.test(line.replace(/#.*/, '')));
  expect(left.length).toBeGreaterThan(1);
  for (const line of left) expect(line).toMatch(/\b\d+m\b.* # \d+h$/);
});

test('no night falls while somebody watches, whenever that is', () => {
  const at = (time: string) => demoRoutes(shipped, Date.parse(`2026-01-14T${time}:00Z`));
  expect(at('23:30')).toContain(
    'nights: { from: "11:30", to: "11:31" } # the demo only, so that it shows the same by night; 22:00 to 07:00',
  );
  expect(at('11:59')).toContain('nights: { from: "23:59", to: "00:00" }');
});

test('where config/ no longer has what the demo tells of, it says so instead of showing something else', () => {
  expect(() => demoRoutes(shipped.replace('send: [client-slack, ops-slack]', 'send: [ops-slack]'))).not.toThrow();
  expect(() => demoRoutes(shipped.replaceAll('send: [ops-slack, owner-email]', 'send: [ops-slack]'))).toThrow(
    /making the demo's rules: config\/routes\.yaml has no "send: \[ops-slack, owner-email\]"/,
  );
  expect(makeConfig).toBeTypeOf('function');
});
