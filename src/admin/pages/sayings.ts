// What a page says once after a change, kept until it is read: by an id that nobody can guess, so that no link from elsewhere puts words on a page.
import { randomBytes } from 'node:crypto';

export function createSayings({ most = 200 } = {}): { keep(text: string): string; take(id: string): string | undefined } {
  const kept = new Map<string, string>();
  return {
    keep: (text) => {
      const id = randomBytes(12).toString('base64url');
      kept.set(id, text);
      // Whoever never reads theirs: the oldest goes.
      if (kept.size > most) kept.delete(kept.keys().next().value!);
      return id;
    },
    take: (id) => {
      const text = kept.get(id);
      kept.delete(id);
      return text;
    },
  };
}
