// Takes secrets out of text that leaves the relay: log lines, errors, answers. Told of every known secret by the composition; what looks like
// a credential goes too, for an error's text may quote what nobody told of.

const hidden = '•••';

/** Shorter ones would blot out ordinary words, and protect nothing. */
const shortest = 4;

/** One expression for each list of secrets, for a log masks every line by the same list. */
const patterns = new WeakMap<readonly string[], RegExp>();

/** A list is replaced when it changes, never changed in place. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  let pattern = patterns.get(secrets);
  if (!pattern) {
    pattern = patternOf(secrets);
    patterns.set(secrets, pattern);
  }
  return maskCredentials(text.replace(pattern, hidden));
}

function patternOf(secrets: readonly string[]): RegExp {
  // As it is, as an address has it, as JSON has it, as CSV has it.
  const formsOf = (secret: string) => [
    secret,
    encodeURIComponent(secret.toWellFormed()),
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll('"', '""'),
  ];
  const all = [...secrets, ...secrets.flatMap(passwordsOf), ...secrets.flatMap(partsOf)];
  const forms = new Set(all.filter((secret) => secret.length >= shortest).flatMap(formsOf));
  // The longer first, or a secret that begins with another would leave its tail.
  const known = [...forms].sort((a, b) => b.length - a.length).map(literal);
  return new RegExp(known.join('|') || '(?!)', 'g');
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** Of an address: as it is written there, and as it is meant. */
export function passwordsOf(url: unknown): string[] {
  const written = /^[a-z]+:\/\/[^:/@]*:([^/?#]+)@/i.exec(String(url))?.[1];
  if (written === undefined) return [];
  try {
    return [...new Set([written, decodeURIComponent(written)])];
  } catch {
    return [written];
  }
}

/** Of an address that is a secret: what a server repeats of it where it refuses, `Cannot POST /services/T0123/…`. Its other parts are names and ordinary
 * words, which the relay's own texts hold too. */
function partsOf(secret: string): string[] {
  const behindHost = /^https?:\/\/[^/?#]+([/?][^#]*)/i.exec(secret)?.[1] ?? '';
  const [path = '', ...queries] = behindHost.split('?');
  const values = queries
    .join('?')
    .split('&')
    .map((pair) => pair.slice(pair.indexOf('=') + 1));
  const segments = path.split('/').filter(isNoWord);
  const parts = [...(segments.length > 0 ? [path] : []), ...segments, ...values.filter(isNoWord)];
  return [...parts, ...parts.map(decoded)];
}

/** By its length alone, or with digits and the like among its letters. A short token cannot be told from a word. */
function isNoWord(part: string): boolean {
  const text = decoded(part);
  return text.length >= 16 || (text.length >= 12 && /\p{L}/u.test(text) && /[^\p{L}\s._-]/u.test(text));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** user:password@ in an address, and signed tokens such as X-TL-Signature. Each step is bounded, so that no text makes it slow. */
function maskCredentials(text: string): string {
  const addresses = text.includes('://') ? text.replace(/([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/?#"']{1,300}@/gi, `$1${hidden}@`) : text;
  return addresses.includes('eyJ') ? addresses.replace(/eyJ[\w-]{5,200}\.[\w-]{5,4000}(?:\.[\w-]*)?/g, hidden) : addresses;
}
