// Where the database is, by DATABASE_URL.
import { resolve } from 'node:path';
import { RelayError } from '../errors.ts';

export function fileOf(url: string): string {
  const file = /^sqlite:(?:\/\/)?(.+)$/.exec(url)?.[1];
  if (file !== undefined) return resolve(file);
  // Only the part before the colon: what follows may hold a password.
  throw new RelayError('store.unusable', `opening the store: DATABASE_URL begins with "${url.split(':')[0]}:"; write sqlite:data/relay.db`);
}
