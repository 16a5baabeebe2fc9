// Tells a watch outside, once a minute, that the relay is well: where that stays out, somebody is called who does not depend on this machine.
// For Healthchecks.io, Uptime Kuma, Dead Man's Snitch and whatever else takes a GET. Its address may hold a secret, and is never said.
import { createNetwork, type OwnedNetwork } from '../outgoing.ts';
import { DeliveryError, type Logger } from '../plugin.ts';
import type { Settings } from '../settings.ts';

export type Ping = {
  /** Asks and does not wait for the answer: the loop has other things to do. */
  run(): void;
  close(): Promise<void>;
};

export type PingParts = {
  settings: Pick<Settings, 'pingUrl' | 'proxy'>;
  /** Whether a webhook sent now would be kept. */
  well(): boolean;
  pinged(outcome: 'answered' | 'failed'): void;
  log: Pick<Logger, 'info' | 'warn'>;
  timeoutMs?: number;
};

export function openPing({ settings, well, pinged, log, timeoutMs = 10_000 }: PingParts): Ping {
  const { pingUrl: url, proxy } = settings;
  // Whoever set the address is trusted: the watch is often next door.
  const network: OwnedNetwork = createNetwork({ allowPrivate: true, timeoutMs, proxy });
  let asking: Promise<void> | undefined;
  let failing = false;
  let closed = false;

  async function ask(url: string): Promise<void> {
    const trouble = await troubleOf(network, url);
    // Broken off by the stop, which says nothing about the watch.
    if (closed) return;
    pinged(trouble === undefined ? 'answered' : 'failed');
    if (trouble !== undefined && !failing) log.warn({ error: trouble }, 'ping.failed');
    if (trouble === undefined && failing) log.info({}, 'ping.answered_again');
    failing = trouble !== undefined;
  }

  return {
    run: () => {
      if (url === undefined || closed || asking !== undefined || !well()) return;
      asking = ask(url).finally(() => {
        asking = undefined;
      });
    },
    close: async () => {
      closed = true;
      await network.close();
      await asking;
    },
  };
}

async function troubleOf(network: OwnedNetwork, url: string): Promise<string | undefined> {
  try {
    const { status } = await network.request(url, { method: 'GET', headers: { 'user-agent': 'timelines-relay' } });
    if (status >= 200 && status < 300) return undefined;
    if (status >= 300 && status < 400)
      return `HTTP ${status}: it leads elsewhere, and redirects are not followed; set PING_URL to the address it leads to`;
    return `HTTP ${status}: the address is not, or no longer, one that the watch knows; compare PING_URL with what it gave you`;
  } catch (error) {
    // These name the host alone.
    return DeliveryError.is(error) ? error.message : 'the request failed';
  }
}
