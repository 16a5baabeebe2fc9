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
  const holds = (text: string) => [...text.matchAll(/^ +hold: (\S+)/gm)].map(([, value]) => value);
  expect(holds(shipped).length).toBeGreaterThan(0);
  expect(holds(demoRoutes(shipped))).toEqual(holds(shipped).map((value) => value!.replace('m', 's')));
});

test('its routes are those of config/, but for durations and billing', () => {
  const routesOf = (text: string) => linesOf(text.slice(text.indexOf('\nroutes:')));
  const [real, demo] = [routesOf(shipped), routesOf(demoRoutes(shipped))];
  const other = demo.filter((line, at) => line !== real[at]);
  expect(demo).toHaveLength(real.length);
  for (const line of other) expect(line).toMatch(/hold: \ds # \dm|send: \[ops-slack, owner-email, billing\]/);
});

test('where config/ no longer has what the demo tells of, it says so instead of showing something else', () => {
  expect(() => demoRoutes(shipped.replace('send: [ops-slack, owner-email]', 'send: [ops-slack]'))).not.toThrow();
  expect(() => demoRoutes(shipped.replaceAll('send: [ops-slack, owner-email]', 'send: [ops-slack]'))).toThrow(
    /making the demo's rules: config\/routes\.yaml has no "send: \[ops-slack, owner-email\]"/,
  );
  expect(makeConfig).toBeTypeOf('function');
});
