// The console plug-in: one line per message, whatever is in it.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import plugin from '../../plugins/console.ts';
import type { PluginDefinition } from '../../src/plugin.ts';
import { inNode } from '../deliver/in-node.ts';
import { pluginContract } from './contract.ts';
import { hostileNames, messageOf } from './messages.ts';

const file = fileURLToPath(new URL('../../plugins/console.ts', import.meta.url));

// The contract sends hundreds of lines, which nobody wants to read between the results.
beforeAll(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation((_, encodingOrDone, done) => {
    (typeof encodingOrDone === 'function' ? encodingOrDone : done)?.();
    return true;
  });
});
afterAll(() => {
  vi.restoreAllMocks();
});
pluginContract({ plugin: plugin as PluginDefinition, file, options: () => ({}) });

async function print(messages: unknown[]): Promise<{ stdout: string; told: unknown }> {
  const { stdout, told } = await inNode(`
    import plugin from ${JSON.stringify(`file://${file}`)};
    const sender = await plugin.create({}, {});
    const results = [];
    for (const message of ${JSON.stringify(messages)}) results.push((await sender.send(message, {})) ?? 'nothing');
    tell(results);
    process.disconnect();
  `);
  return { stdout, told };
}

describe('standard output', () => {
  test('gets time, kind, words and id in one line, without colour where nobody looks', async () => {
    const { stdout, told } = await print([
      messageOf(),
      messageOf({ kind: 'resolved', message: { headline: 'Acme Ltd: back', facts: [] } }),
    ]);
    expect(stdout.split('\n')).toEqual([
      '2026-11-23T09:00:00.000Z ALERT    Acme Ltd: message quota used up: New messages are refused until 1 December. (d_01JD0000000000000000000002)',
      '2026-11-23T09:00:00.000Z RESOLVED Acme Ltd: back (d_01JD0000000000000000000002)',
      '',
    ]);
    expect(told).toEqual(['nothing', 'nothing']);
  });

  test('gets a digest as its line and one below it for each that it lists, whatever their names', async () => {
    const line = { severity: 'critical', icon: '🔴', color: '#D92D20' };
    const members = [
      { ...line, headline: 'Acme Ltd: down', note: 'since 09:00' },
      { ...line, headline: hostileNames[1]! },
    ];
    const { stdout } = await print([
      messageOf({ kind: 'digest', message: { headline: '9 numbers down', members, more: 'and 7 more', facts: [] } as never }),
    ]);
    expect(stdout.split('\n')).toEqual([
      '2026-11-23T09:00:00.000Z DIGEST   9 numbers down (d_01JD0000000000000000000002)',
      '    Acme Ltd: down, since 09:00',
      expect.stringMatching(/^ {4}line breaks and nul *\[31mred$/),
      '    and 7 more',
      '',
    ]);
  });

  test('gets one line from a name with line breaks and escape codes in it', async () => {
    const { stdout } = await print(hostileNames.map((name) => messageOf({}, name)));
    expect(stdout.trimEnd().split(/[\n\r\u2028]/)).toHaveLength(hostileNames.length);
    for (const control of ['\u0000', '\u001b']) expect(stdout).not.toContain(control);
  });
});
