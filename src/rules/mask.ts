// Mistakes show the line they stand on, and that line may hold a password: what is known or looks like a secret is blotted out, one sign for one.
import type { Mistake } from './mistake.ts';

export function masked(secrets: readonly string[]): (mistake: Mistake) => Mistake {
  const known = secrets.filter((one) => one.length >= 6).sort((a, b) => b.length - a.length);
  const blot = (text: string): string => {
    const shown = known.reduce((rest, secret) => rest.replaceAll(secret, dots(secret)), text);
    return shown
      .replace(named, (_, before: string, value: string) => before + dots(value))
      .replace(inUrl, (_, before: string, value: string, after: string) => before + dots(value) + after);
  };
  return ({ text, found, fix, ...rest }) => ({
    ...rest,
    text: blot(text),
    ...(found !== undefined && { found: blot(found) }),
    ...(fix !== undefined && { fix: blot(fix) }),
  });
}

const dots = (secret: string): string => '•'.repeat(secret.length);
/** A value under a name that says what it is, unless it only says where the secret is kept. */
const named =
  /(\b(?:\w*token|\w*secret|\w*password|\w*api_?key|webhook_url|smtp|authorization)\s*:\s*["']?(?!["']?(?:env:|file:|\{\{|\$))(?:bearer )?)([^\s"',{}]{4,})/gi;
const inUrl = /(:\/\/)([^\s/@"']*:[^\s/@"']+)(@)/g;
