// Reads the samples, and whatever a test makes of them, as the intake would.
import { readFileSync } from 'node:fs';
import { parse } from '../../src/intake/parse.ts';
import type { Event } from '../../src/model.ts';

export const receivedAt = Date.UTC(2024, 0, 1, 12, 0, 5);
export const samples = new URL('../events/', import.meta.url);
export const sample = (name: string): Record<string, unknown> => JSON.parse(readFileSync(new URL(`${name}.json`, samples), 'utf8'));
export const bytes = (body: unknown): Uint8Array => Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
export const eventOf = (body: unknown, at = receivedAt): Event => parse(bytes(body), { id: 'e_1', proof: 'token', receivedAt: at }).event;
export const codeOf = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return (error as { code?: string }).code ?? error;
  }
  return undefined;
};
export const codeFor = (body: unknown): unknown => codeOf(() => eventOf(body));
