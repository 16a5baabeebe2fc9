// From a destination's rendered options to the thing that sends: made once per distinct set of options, kept while it is used, closed at the end.
import {
  type InitContext,
  type Logger,
  type Network,
  PermanentError,
  type PluginDefinition,
  RetryableError,
  type Sender,
} from '../plugin.ts';
import { checkOptions } from './plug-in-contract.ts';

/** A sender with the network it may use. */
export type Ready = { sender: Sender; network: Network };
export type SendersHost = {
  network: (allowPrivate: boolean) => Network;
  log: Logger;
  relayVersion: string;
  now: () => number;
  /** How many are kept. A templated destination has one for each workspace. */
  limit?: number;
  createTimeoutMs?: number;
};
export type Senders = {
  /** Rejects with a DeliveryError for options that do not fit, or with what `create` threw. */
  senderFor(
    plugin: PluginDefinition,
    options: Record<string, unknown>,
    destination: string,
    templated?: readonly string[],
  ): Ready | Promise<Ready>;
  /** Newest first. What does not close in time is left behind. */
  closeAll(timeoutMs: number): Promise<void>;
};

type Entry = { plugin: PluginDefinition; destination: string; ready: Ready | Promise<Ready>; usedAt: number; retired?: true };

/** Longer than any attempt may take: by then nobody sends through a retired one. */
const retireMs = 120_000;

export function createSenders({ network, log, relayVersion, now, limit = 1000, createTimeoutMs = 10_000 }: SendersHost): Senders {
  const byKey = new Map<string, Entry>();
  // Untemplated options are the same object for every message: found without making a key of them.
  const byObject = new WeakMap<object, Entry>();
  let retired: Entry[] = [];

  async function make(plugin: PluginDefinition, options: unknown, destination: string, templated: readonly string[]): Promise<Ready> {
    const checked = await checkOptions(plugin, options);
    if ('issues' in checked) {
      const text = checked.issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
      throw new PermanentError(`the options of ${destination} do not fit once filled in: ${text}`);
    }
    const net = network(plugin.allowPrivate?.(checked.value) ?? true);
    const context: InitContext = {
      fetch: net.fetch,
      request: net.request,
      resolve: net.resolve,
      destination,
      templated,
      log,
      relayVersion,
    };
    const sender = await within(createTimeoutMs, async () => plugin.create(checked.value, context), 'create did not end');
    if (typeof sender?.send !== 'function') throw new TypeError('create returned no { send }');
    return { sender, network: net };
  }

  function senderFor(
    plugin: PluginDefinition,
    options: Record<string, unknown>,
    destination: string,
    templated: readonly string[] = [],
  ): Ready | Promise<Ready> {
    const known = byObject.get(options);
    if (known && known.plugin === plugin && known.destination === destination && !known.retired) {
      known.usedAt = now();
      return known.ready;
    }
    const key = `${destination} ${plugin.type} ${JSON.stringify([templated, options])}`;
    let entry = byKey.get(key);
    if (entry?.plugin !== plugin) {
      const made: Entry = { plugin, destination, ready: make(plugin, options, destination, templated), usedAt: now() };
      byKey.set(key, made);
      Promise.resolve(made.ready).then(
        (ready) => (made.ready = ready),
        () => drop(key, made),
      );
      entry = made;
      retireSome();
    }
    entry.usedAt = now();
    byObject.set(options, entry);
    return entry.ready;
  }

  /** What could not be made is tried afresh with the next message. */
  function drop(key: string, entry: Entry): void {
    entry.retired = true;
    if (byKey.get(key) === entry) byKey.delete(key);
  }

  function retireSome(): void {
    if (byKey.size > limit) {
      const oldest = [...byKey].sort(([, a], [, b]) => a.usedAt - b.usedAt).slice(0, Math.ceil(limit / 10));
      for (const [key, entry] of oldest) {
        drop(key, entry);
        retired.push(entry);
      }
    }
    const over = retired.filter(({ usedAt }) => usedAt + retireMs < now());
    if (over.length === 0) return;
    retired = retired.filter((entry) => !over.includes(entry));
    for (const entry of over) void close(entry);
  }

  async function close({ plugin, destination, ready }: Entry): Promise<void> {
    try {
      await (await ready).sender.close?.();
    } catch (error) {
      log.warn({ plugin: plugin.type, destination, error: String(error) }, 'sender.not_closed');
    }
  }

  return {
    senderFor,
    closeAll: async (timeoutMs) => {
      const open = [...retired, ...byKey.values()].reverse();
      byKey.clear();
      retired = [];
      for (const entry of open) entry.retired = true;
      const closing = async () => {
        for (const entry of open) await close(entry);
      };
      await within(timeoutMs, closing, 'closing did not end').catch((error) => log.warn({ error: String(error) }, 'senders.left_open'));
    },
  };
}

async function within<T>(ms: number, run: () => Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new RetryableError(`${what} within ${ms / 1000} s`, { code: 'plugin.fault' })), ms);
  });
  try {
    return await Promise.race([run(), late]);
  } finally {
    clearTimeout(timer);
  }
}
