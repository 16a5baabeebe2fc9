// The only way out of the relay over HTTP, handed to plug-ins and to everything else that asks something of another machine: redirects are never
// followed, replies are capped, time is bounded, and unless allowed no address inside a private network is connected to.
import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { createRequire } from 'node:module';
import { isIP } from 'node:net';
import type { buildConnector as BuildConnector, Dispatcher } from 'undici';
import { type Address, isPublicAddress, parseAddress, saysPrivate } from './outgoing/address.ts';
import { exchange, replyCap, watch } from './outgoing/exchange.ts';
import { failureOf, refused, tooLate } from './outgoing/failure.ts';
import { AuthError, type Network } from './plugin.ts';

export type Lookup = (host: string, options: { all: true }, done: (error: Error | null, addresses: LookupAddress[]) => void) => void;
export type NetworkOptions = {
  allowPrivate: boolean;
  /** From the call to the last byte of the reply. */
  timeoutMs: number;
  /** As in HTTP_PROXY, HTTPS_PROXY, NO_PROXY. The proxy itself may be anywhere: whoever set it is trusted. */
  proxy?: { http?: string; https?: string; no?: string } | undefined;
  /** A certificate (PEM) trusted beside the usual ones. */
  ca?: string | undefined;
  lookup?: Lookup;
};
export type OwnedNetwork = Network & { close(): Promise<void> };

export function createNetwork(options: NetworkOptions): OwnedNetwork {
  const { allowPrivate, timeoutMs, lookup = systemLookup as Lookup } = options;
  const proxied = Boolean(options.proxy?.http || options.proxy?.https);
  const known = new Map<string, Address>();
  let dispatcher: Dispatcher | undefined;

  const addressOf = (url: string): Address => {
    let address = known.get(url);
    if (!address) {
      address = parseAddress(url);
      // What a proxy resolves cannot be checked here, only what the URL itself says.
      if (proxied && !allowPrivate && saysPrivate(address.host)) throw refused(address.label, address.host);
      if (known.size >= 1000) known.clear();
      known.set(url, address);
    }
    return address;
  };

  const vetted: Lookup = (host, all, done) =>
    lookup(host, all, (error, addresses) => {
      // All answers must be allowed: one private address among public ones is how a name is rebound.
      const inside = error || allowPrivate ? undefined : addresses.find(({ address }) => !isPublicAddress(address));
      done(inside ? refused(host, inside.address) : error, addresses);
    });

  return {
    request: async (url, init) => {
      const address = addressOf(url);
      dispatcher ??= open(options, vetted, proxied);
      return exchange(dispatcher, address, init, timeoutMs);
    },

    fetch: async (input, init) => {
      const { label } = addressOf(typeof input === 'string' ? input : 'url' in input ? input.url : input.href);
      const asked = new Request(input, init);
      if (!asked.headers.has('accept-encoding')) asked.headers.set('accept-encoding', 'identity');
      const deadline = AbortSignal.timeout(timeoutMs);
      const trail = { sent: false };
      dispatcher ??= open(options, vetted, proxied);
      const inner = dispatcher;
      const { Dispatcher1Wrapper } = undici(proxied);
      // Node's own fetch speaks an older dialect to its dispatcher; one wrapper per call tells whether this request was written.
      const via = new Dispatcher1Wrapper({ dispatch: (what, handler) => inner.dispatch(what, watch(handler, trail)) } as Dispatcher);
      // A Request follows its caller's signal only as long as it is held itself, and garbage is collected while an answer is waited for.
      const signal = AbortSignal.any([
        asked.signal,
        deadline,
        ...(init?.signal ? [init.signal] : []),
        ...(input instanceof Request ? [input.signal] : []),
      ]);
      const how = { redirect: 'manual', signal, dispatcher: via } as const;
      return fetch(asked, how as unknown as RequestInit).catch((error: Error) => {
        throw failureOf(deadline.aborted ? tooLate(timeoutMs) : (error.cause ?? error), label, trail.sent);
      });
    },

    resolve: async (url) => {
      const { host, label } = addressOf(url);
      if (isIP(host) && !allowPrivate && !isPublicAddress(host)) throw refused(label, host);
      if (isIP(host)) return [host];
      if (proxied) return [];
      return new Promise((settle, reject) =>
        vetted(host, { all: true }, (error, found) =>
          error ? reject(failureOf(error, label, false)) : settle(found.map(({ address }) => address)),
        ),
      );
    },

    close: async () => {
      await dispatcher?.destroy();
    },
  };
}

/** One for each answer to `allow_private`, made when first asked for, so that all destinations share their connections. */
export function createNetworks(options: Omit<NetworkOptions, 'allowPrivate'>): {
  of(allowPrivate: boolean): Network;
  close(): Promise<void>;
} {
  const made = new Map<boolean, OwnedNetwork>();
  return {
    of: (allowPrivate) => {
      const network = made.get(allowPrivate) ?? createNetwork({ ...options, allowPrivate });
      made.set(allowPrivate, network);
      return network;
    },
    close: async () => {
      await Promise.all([...made.values()].map((network) => network.close()));
    },
  };
}

function open({ allowPrivate, timeoutMs, proxy, ca }: NetworkOptions, vetted: Lookup, proxied: boolean): Dispatcher {
  const { Agent, buildConnector, EnvHttpProxyAgent } = undici(proxied);
  const trust = ca === undefined ? {} : { ca: [...require('node:tls').getCACertificates('default'), ca] };
  const connectTo = buildConnector({
    ...trust,
    allowH2: false,
    timeout: timeoutMs,
    // The address that was checked is the one connected to; Host and the name on the certificate stay what the URL says.
    lookup: (host, how, done) =>
      vetted(host, { all: true }, (error, found) =>
        how.all ? done(error, found) : done(error, found?.[0]?.address ?? '', found?.[0]?.family),
      ),
  });
  const connect: BuildConnector.connector = (target, done) => {
    // An address written as such is never looked up.
    if (!allowPrivate && isIP(target.hostname) && !isPublicAddress(target.hostname))
      done(refused(target.host ?? '', target.hostname), null);
    else connectTo(target, done);
  };
  // undici's own timeouts are off: every request has a total deadline, which also ends a reply that drips.
  const settings = { connect, allowH2: false, headersTimeout: 0, bodyTimeout: 0, connections: 256, maxResponseSize: 16 * replyCap };
  if (!proxied) return new Agent(settings);
  // '' and not undefined: otherwise undici reads the environment by itself.
  const { http = '', https = '', no = '' } = proxy ?? {};
  try {
    return new EnvHttpProxyAgent({ ...settings, requestTls: trust, httpProxy: http, httpsProxy: https, noProxy: no });
  } catch {
    // undici's own words may hold the proxy's password.
    throw new AuthError('HTTP_PROXY or HTTPS_PROXY is not an address such as http://proxy.example:3128');
  }
}

const require = createRequire(import.meta.url);

/** Without a proxy three files of undici are enough, and the other 11 MB of it stay on disk. */
function undici(whole: boolean): typeof import('undici') {
  if (whole) return require('undici');
  return {
    Agent: require('undici/lib/dispatcher/agent.js'),
    buildConnector: require('undici/lib/core/connect.js'),
    Dispatcher1Wrapper: require('undici/lib/dispatcher/dispatcher1-wrapper.js'),
  } as typeof import('undici');
}
