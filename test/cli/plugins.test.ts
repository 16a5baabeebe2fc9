import { expect, test } from 'vitest';
import { call, config, folder } from './call.ts';

const smallest = `import { definePlugin } from 'timelines-relay/plugin';
import { z } from 'zod';
export default definePlugin({
  type: 'pager',
  apiVersion: 1,
  description: 'Pages someone.',
  options: z.strictObject({ number: z.string() }),
  content: { format: 'text' },
  create: () => ({ async send() {} }),
});
`;

test('shipped plug-ins are listed with their options, and with who uses them', async () => {
  const { code, out } = await call(['plugins'], config());
  expect(code).toBe(0);
  expect(out).toMatch(/^console .* plugins\/console\.ts$/m);
  expect(out).toMatch(/^ {2}used by: ops, boss$/m);
  expect(out).toMatch(/^ {2}options: url \(required\), .*signing_secret \(secret\)/m);
});

test('a file of PLUGINS_DIR is listed beside them', async () => {
  const { code, out } = await call(['plugins', '--json'], { ...config(), PLUGINS_DIR: folder({ 'pager.ts': smallest }) });
  expect(code).toBe(0);
  expect(JSON.parse(out).plugins).toContainEqual(
    expect.objectContaining({
      type: 'pager',
      description: 'Pages someone.',
      options: [{ name: 'number', required: true, secret: false }],
      used_by: [],
    }),
  );
});

test('a file that does not load is told with its line and why: exit 1', async () => {
  const dir = folder({ 'pager.ts': smallest.replace('apiVersion: 1,', 'apiVersion: 1;') });
  const { code, out } = await call(['plugins'], { ...config(), PLUGINS_DIR: dir });
  expect(code).toBe(1);
  expect(out).toMatch(/pager\.ts did not load: line 5: /);
});

test('plug-ins are listed although routes.yaml has mistakes', async () => {
  const { code, out, err } = await call(
    ['plugins'],
    config(() => 'version: 2\n'),
  );
  expect(code).toBe(0);
  expect(out).toContain('console');
  expect(err).toContain('routes.yaml has mistakes');
});
