// What every plug-in must hold to, shipped or dropped in. A test file hands in its plug-in with options that work and gets the whole suite.
import { basename, dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { outcomeOf } from '../../src/deliver/outcome.ts';
import { checkOptions, contractFaults, pluginInfo } from '../../src/deliver/plug-in-contract.ts';
import { send } from '../../src/deliver/send.ts';
import { createSenders } from '../../src/deliver/senders.ts';
import { createNetworks } from '../../src/outgoing.ts';
import type { Logger, Message, PluginDefinition } from '../../src/plugin.ts';
import { inNode } from '../deliver/in-node.ts';
import { everyMessage, hostileNames, messageOf } from './messages.ts';

export const quiet: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export type UnderTest = {
  plugin: PluginDefinition;
  file: string;
  /** Options that work, made when the test runs; secrets hold the word SECRET. */
  options: () => Record<string, unknown>;
  /** What its layout gives, where it has one. */
  rendered?: (message: Message) => unknown;
};

/** One attempt as the relay makes it, with the plug-in's own senders and networks. */
export function createSending(plugin: PluginDefinition, destination = 'under-test', now: () => number = Date.now) {
  const networks = createNetworks({ timeoutMs: 5000 });
  const senders = createSenders({ network: networks.of, log: quiet, relayVersion: '0.1.0', now });
  const signal = new AbortController().signal;
  return {
    async send(options: Record<string, unknown>, message: Message, timeoutMs = 5000, stop = signal) {
      const startedAt = now();
      const mask = (text: string) => text;
      try {
        const { sender, network } = await senders.senderFor(plugin, options, destination);
        return await send(sender, message, { timeoutMs, signal: stop, network, log: quiet, now, mask });
      } catch (error) {
        return outcomeOf(error, { startedAt, endedAt: now(), mask });
      }
    },
    async check(options: Record<string, unknown>) {
      const { sender, network } = await senders.senderFor(plugin, options, destination);
      return sender.check?.({ ...network, signal, log: quiet, now: () => new Date(now()) });
    },
    senderFor: (options: Record<string, unknown>) => senders.senderFor(plugin, options, destination),
    async close() {
      await senders.closeAll(1000);
      await networks.close();
    },
  };
}

export function pluginContract({ plugin, file, options, rendered }: UnderTest): void {
  const given = (message: Message): Message => ({ ...message, rendered: rendered?.(message) });
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

    test('its target is one line of text, the same each time, without a secret', async () => {
      const checked = await checkOptions(plugin, options());
      const value = 'value' in checked ? checked.value : undefined;
      const target = plugin.target?.(value) ?? '';
      expect(target).toBe(plugin.target?.(value) ?? '');
      expect(target).not.toMatch(/SECRET|\n/);
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
