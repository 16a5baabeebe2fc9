// What every plug-in must hold to, shipped or dropped in. A test file hands in its plug-in with options that work and gets the whole suite.
import { basename, dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkOptions, contractFaults, pluginInfo } from '../../src/deliver/plug-in-contract.ts';
import type { Message, PluginDefinition } from '../../src/plugin.ts';
import { inNode } from '../deliver/in-node.ts';
import { everyMessage, hostileNames, messageOf } from './messages.ts';
import { createSending } from './sending.ts';

export type UnderTest = {
  plugin: PluginDefinition;
  file: string;
  /** Options that work, made when the test runs; secrets hold the word SECRET. */
  options: () => Record<string, unknown>;
  /** What its layout gives, where it has one. */
  rendered?: (message: Message) => unknown;
  /** Options with which it fails, secrets in them. */
  failing?: () => Record<string, unknown>[];
  /** Options of a target that never answers. */
  silent?: () => Record<string, unknown>;
};

export function pluginContract({ plugin, file, options, rendered, failing = () => [], silent }: UnderTest): void {
  const given = (message: Message): Message => ({ ...message, rendered: rendered?.(message), target: targets()[0] ?? message.target });
  const targets = () => [plugin.target?.(plugin.options.parse(options())) ?? []].flat();
  const during = async <T>(run: (sending: ReturnType<typeof createSending>) => Promise<T>): Promise<T> => {
    const sending = createSending(plugin);
    try {
      return await run(sending);
    } finally {
      await sending.close();
    }
  };

  describe(`the plug-in ${plugin.type} keeps the contract:`, () => {
    test('it is one, and is named like its file', () => {
      expect(contractFaults(plugin)).toEqual([]);
      const name = basename(file).replace(/\.m?[tj]s$/, '');
      expect(plugin.type).toBe(name === 'index' ? basename(dirname(file)) : name);
    });

    test('it refuses options it does not know, and says which it has', async () => {
      expect(await checkOptions(plugin, options())).toHaveProperty('value');
      expect(await checkOptions(plugin, { ...options(), no_such_option: 'x' })).toMatchObject({
        issues: [{ message: expect.stringContaining('no_such_option') }],
      });
      expect(pluginInfo(plugin).schema).toBeDefined();
    });

    test('its targets are lines of text, the same each time, without a secret', async () => {
      const checked = await checkOptions(plugin, options());
      const value = 'value' in checked ? checked.value : undefined;
      const named = plugin.target?.(value) ?? '';
      expect(named).toEqual(plugin.target?.(value) ?? '');
      for (const target of [named].flat()) expect(target).not.toMatch(/SECRET|\n/);
    });

    test('loading it opens nothing: a process that does so ends by itself', async () => {
      const { told, code, stdout } = await inNode<string[]>(`
        const before = process.getActiveResourcesInfo().length;
        await import(${JSON.stringify(new URL(`file://${file}`).href)});
        tell(process.getActiveResourcesInfo().slice(before));
        process.disconnect();
      `);
      expect({ told, code, stdout }).toEqual({ told: [], code: 0, stdout: '' });
    });

    test('it sends every sample as every kind, and answers with a receipt of flat text or none', async () => {
      await during(async (sending) => {
        for (const [name, message] of everyMessage) {
          const outcome = await sending.send(options(), given(message));
          expect({ name, ...outcome }).toMatchObject({ name, class: 'ok' });
          for (const value of Object.values(outcome.receipt ?? {})) expect(typeof value).toBe('string');
        }
      });
    });

    test('it sends names that want to break it', async () => {
      await during(async (sending) => {
        for (const name of hostileNames) {
          expect({ name, ...(await sending.send(options(), given(messageOf({}, name)))) }).toMatchObject({ name, class: 'ok' });
        }
      });
    });

    test('its failures say what happened, and no secret', async () => {
      await during(async (sending) => {
        for (const bad of failing()) {
          const outcome = await sending.send(bad, given(messageOf()));
          expect(outcome).toMatchObject({ class: expect.not.stringMatching('ok'), error: expect.stringMatching(/.{10}/) });
          expect(outcome).not.toHaveProperty('fault');
          expect(JSON.stringify(outcome)).not.toContain('SECRET');
        }
      });
    });

    test('it ends when its signal fires, and says that the message perhaps arrived', async () => {
      if (!silent) return;
      await during(async (sending) => {
        const outcome = await sending.send(silent(), given(messageOf()), 500);
        expect(outcome).toMatchObject({ class: 'transient', code: 'TIMEOUT', perhaps: true });
      });
    });

    test('it says whether it would get through, without a secret', async () => {
      await during(async (sending) => {
        const health = await sending.check(options());
        if (health) expect(health).toMatchObject({ ok: true });
        expect(JSON.stringify(health ?? '')).not.toContain('SECRET');
      });
    });

    test('it may be closed twice', async () => {
      await during(async (sending) => {
        const { sender } = await sending.senderFor(options());
        await sending.send(options(), given(messageOf()));
        await sender.close?.();
        await sender.close?.();
      });
    });
  });
}
