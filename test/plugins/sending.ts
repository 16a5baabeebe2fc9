// A plug-in with senders and networks as the relay gives it, outside the relay: for tests, in the runner or in a Node of their own.
import { outcomeOf } from '../../src/deliver/outcome.ts';
import { send } from '../../src/deliver/send.ts';
import { createSenders } from '../../src/deliver/senders.ts';
import { createNetworks } from '../../src/outgoing.ts';
import type { Logger, Message, PluginDefinition } from '../../src/plugin.ts';

const quiet: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export function createSending(
  plugin: PluginDefinition,
  destination = 'under-test',
  now: () => number = Date.now,
  templated: readonly string[] = [],
) {
  const networks = createNetworks({ timeoutMs: 5000 });
  const senders = createSenders({ network: networks.of, log: quiet, relayVersion: '0.1.0', now });
  const signal = new AbortController().signal;
  return {
    async send(options: Record<string, unknown>, message: Message, timeoutMs = 5000, stop = signal) {
      const startedAt = now();
      const mask = (text: string) => text;
      try {
        const { sender, network } = await senders.senderFor(plugin, options, destination, templated);
        return await send(sender, message, { timeoutMs, signal: stop, network, log: quiet, now, mask });
      } catch (error) {
        return outcomeOf(error, { startedAt, endedAt: now(), mask });
      }
    },
    async check(options: Record<string, unknown>, stop = signal) {
      const { sender, network } = await senders.senderFor(plugin, options, destination, templated);
      return sender.check?.({ ...network, signal: stop, log: quiet, now: () => new Date(now()) });
    },
    senderFor: (options: Record<string, unknown>) => senders.senderFor(plugin, options, destination, templated),
    async close() {
      await senders.closeAll(1000);
      await networks.close();
    },
  };
}
