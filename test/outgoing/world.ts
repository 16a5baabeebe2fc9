// Receivers and networks that are taken down after each test, and the failure of an attempt as a DeliveryError.
import { readFileSync } from 'node:fs';
import { afterEach } from 'vitest';
import { createNetwork, type NetworkOptions, type OwnedNetwork } from '../../src/outgoing.ts';
import { DeliveryError } from '../../src/plugin.ts';
import { createReceiver, type Receiver } from './receiver.ts';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

export function closedAfter<T extends { close(): Promise<unknown> }>(one: T): T {
  open.push(one);
  return one;
}

export const receiver = async (...args: Parameters<typeof createReceiver>): Promise<Receiver> => closedAfter(await createReceiver(...args));

export const network = (options: Partial<NetworkOptions> = {}): OwnedNetwork =>
  closedAfter(createNetwork({ allowPrivate: true, timeoutMs: 5000, ...options }));

export async function failure(attempt: Promise<unknown>): Promise<DeliveryError> {
  const error = await attempt.then(
    () => undefined,
    (reason) => reason,
  );
  if (!DeliveryError.is(error)) throw new Error(`expected a DeliveryError, got ${String(error)}`);
  return error;
}

/** Self-signed, made for these tests, good until 2120 where their name does not say otherwise. */
export const pem = (name: 'key' | 'local' | 'elsewhere' | 'expired'): string =>
  readFileSync(new URL(`${name}.pem`, import.meta.url), 'utf8');
