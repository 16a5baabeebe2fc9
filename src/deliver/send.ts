// One attempt: a plug-in's `send` behind a deadline. Whatever it does, throw, hang, return junk, answer late, the lane gets one Outcome and no exception.
import type { Receipt } from '../delivery.ts';
import type { Logger, Message, Network, SendContext, Sender } from '../plugin.ts';
import { type Outcome, outcomeOf, shorten } from './outcome.ts';

export type Attempting = {
  timeoutMs: number;
  /** Fires when the relay stops. */
  signal: AbortSignal;
  network: Network;
  log: Logger;
  now: () => number;
  mask: (text: string) => string;
};

/** After the abort a plug-in that honours it may still say how far it came; one that does not is cut off. */
const graceMs = 50;
const receiptLimit = 4096;
const stopping = 'the relay is stopping';

export function send(sender: Sender, message: Message, { timeoutMs, signal, network, log, now, mask }: Attempting): Promise<Outcome> {
  const startedAt = now();
  const controller = new AbortController();
  return new Promise((resolve) => {
    let broken: { code: 'TIMEOUT' | 'STOPPED'; error: string } | undefined;
    let timer = setTimeout(() => breakOff('TIMEOUT', `no result within ${timeoutMs / 1000} s`), timeoutMs);

    const end = (outcome: Outcome) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      resolve(outcome);
    };
    const cutOff = (perhaps: boolean): Outcome => ({
      class: 'transient',
      startedAt,
      endedAt: now(),
      ...broken,
      ...(perhaps ? { perhaps } : {}),
    });
    const breakOff = (code: 'TIMEOUT' | 'STOPPED', error: string) => {
      broken = { code, error };
      clearTimeout(timer);
      timer = setTimeout(() => end(cutOff(true)), graceMs);
      controller.abort(new DOMException(error, 'AbortError'));
    };
    const stop = () => breakOff('STOPPED', stopping);
    const failed = (error: unknown) => {
      const frame = { startedAt, endedAt: now(), mask };
      const outcome = outcomeOf(error, frame);
      // After the abort the network says exactly whether the request was written; of other errors that are no verdict nothing is known.
      if (broken && (outcome.code === 'ABORTED' || outcome.fault)) return end(cutOff(outcome.fault || outcome.perhaps === true));
      end(outcome);
    };
    const returned = (result: unknown) => {
      try {
        end({ class: 'ok', startedAt, endedAt: now(), ...checked(result, mask) });
      } catch (error) {
        end({ ...outcomeOf(error, { startedAt, endedAt: now(), mask }), perhaps: true });
      }
    };

    if (signal.aborted) {
      broken = { code: 'STOPPED', error: stopping };
      return end(cutOff(false));
    }
    signal.addEventListener('abort', stop);
    try {
      // The second handler also takes a rejection that comes after the cut-off, which would otherwise end the process.
      Promise.resolve(sender.send(frozen(message), contextOf(controller.signal, network, log, now))).then(returned, failed);
    } catch (error) {
      failed(error);
    }
  });
}

/** The network with the attempt's own signal in it, so that a plug-in that forgets to pass it on is still ended in time. */
function contextOf(signal: AbortSignal, network: Network, log: Logger, now: () => number): SendContext {
  const both = (own: AbortSignal | null | undefined) => (own && own !== signal ? AbortSignal.any([own, signal]) : signal);
  return {
    signal,
    log,
    now: () => new Date(now()),
    request: (url, init) => network.request(url, init.signal === signal ? init : { ...init, signal: both(init.signal) }),
    fetch: (input, init) => network.fetch(input, { ...init, signal: both(init?.signal) }),
    resolve: (url) => network.resolve(url),
  };
}

/** Throws what is no SendResult. Nothing returned is fine. */
function checked(result: unknown, mask: (text: string) => string): { receipt?: Receipt; note?: string } {
  if (result === undefined || result === null) return {};
  if (typeof result !== 'object' || Array.isArray(result)) throw new TypeError(`send returned ${typeof result}, not { ref, note }`);
  const { ref, note } = result as { ref?: unknown; note?: unknown };
  if (note !== undefined && typeof note !== 'string') throw new TypeError('send returned a note that is not text');
  if (ref !== undefined && (typeof ref !== 'object' || ref === null || Array.isArray(ref)))
    throw new TypeError('send returned a ref that is not an object');
  for (const [key, value] of Object.entries(ref ?? {}))
    if (typeof value !== 'string') throw new TypeError(`send returned a ref whose ${key} is not text; a ref is flat strings`);
  if (ref && Buffer.byteLength(JSON.stringify(ref)) > receiptLimit)
    throw new TypeError(`send returned a ref larger than ${receiptLimit} bytes`);
  return { ...(ref ? { receipt: { ...ref } as Receipt } : {}), ...(note === undefined ? {} : { note: shorten(mask(note)) }) };
}

/** Views are shared between the deliveries of one event: a plug-in that writes into one must not change its neighbour's message. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const key in value) {
    const inner = value[key];
    if (typeof inner === 'object' && inner !== null) frozen(inner);
  }
  return value;
}
