// Reads the settings, and the secrets that files refer to: the only place that knows the environment. All mistakes are told at once, each
// with its cure, and no secret is ever part of a message.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { RelayError } from './errors.ts';
import { passwordsOf } from './mask.ts';
import { type Setting, settingsTable } from './settings-table.ts';

export type Settings = {
  port: number;
  host: string;
  adminPort: number;
  adminHost: string;
  adminToken?: string;
  partnerId?: string;
  /** None, one, or the new and the old one while they rotate. */
  partnerSecrets: string[];
  webhookToken?: string;
  allowUnsigned: boolean;
  databaseUrl: string;
  configDir: string;
  templatesDir?: string;
  pluginsDir?: string;
  /** Addresses are without a slash at their end. */
  publicUrl?: string;
  adminUrl?: string;
  partnerApiUrl?: string;
  /** As it is written. */
  pingUrl?: string;
  logLevel: string;
  /** HTTP_PROXY, HTTPS_PROXY and NO_PROXY, which belong to the machine and not to the relay. */
  proxy: { http?: string; https?: string; no?: string };
  /** Every secret above, to be masked wherever text leaves the relay. */
  secrets: readonly string[];
};

type Env = Readonly<Record<string, string | undefined>>;
type ReadFile = (path: string) => string;
const readText: ReadFile = (path) => readFileSync(path, 'utf8');
export type SettingsOptions = {
  /** false: for commands that receive no webhook. Proof of origin may then be missing or wrong. */
  serve?: boolean;
  readFile?: ReadFile;
  /** Whether a partners.yaml says who may send; asked with CONFIG_DIR. */
  hasPartnersFile?: (configDir: string) => boolean;
};

export function readSettings(env: Env = process.env, options: SettingsOptions = {}): Settings {
  const { serve = true, readFile = readText, hasPartnersFile = () => false } = options;
  const mistakes = new Map<string, string>();
  const given: Record<string, string> = {};
  for (const { name } of settingsTable) {
    const found = lookUp(name, env, readFile);
    if (!found.ok) mistakes.set(name, found.why);
    else if (found.value !== undefined) given[name] = found.value;
  }
  const values = checkValues(given, mistakes);
  if (serve) checkProof(given, mistakes, hasPartnersFile(values.CONFIG_DIR ?? 'config'));
  else for (const { name, proof } of settingsTable) if (proof) mistakes.delete(name);
  if (values.PORT !== undefined && Number(values.PORT) !== 0 && Number(values.PORT) === Number(values.ADMIN_PORT))
    mistakes.set('ADMIN_PORT', `is ${values.PORT}, as PORT is; write another number`);
  if (mistakes.size === 0) return settingsFrom(values, proxyOf(env));
  const lines = [...mistakes].map(([name, mistake]) => `  ${name}: ${mistake}`);
  throw new RelayError(
    'settings.bad',
    `The environment has ${lines.length === 1 ? 'a mistake' : `${lines.length} mistakes`}:\n${lines.join('\n')}`,
  );
}

type Values = Readonly<Record<string, string | number | undefined>> & { CONFIG_DIR?: string };

/** Defaults filled in and numbers made; what does not fit stands as it was given. */
function checkValues(given: Readonly<Record<string, string>>, mistakes: Map<string, string>): Values {
  const values: Record<string, string | number> = {};
  for (const setting of settingsTable) {
    const text = given[setting.name] ?? setting.default;
    if (text === undefined) continue;
    const value = setting.schema.type === 'integer' && /^-?\d+$/.test(text) ? Number(text) : text;
    values[setting.name] = value;
    if (!z.fromJSONSchema(setting.schema).safeParse(value).success)
      mistakes.set(setting.name, `found ${show(setting, text)}; ${setting.must}`);
  }
  return values;
}

const show = ({ secret }: Setting, value: string): string =>
  secret ? `a value of ${value.length} characters` : JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);

function checkProof(given: Readonly<Record<string, string>>, mistakes: Map<string, string>, partnersFile: boolean): void {
  const isSet = (name: string): boolean => given[name] !== undefined || mistakes.has(name);
  const secrets = splitSecrets(given.PARTNER_SECRET);
  if (given.PARTNER_SECRET !== undefined && (secrets.length < 1 || secrets.length > 2))
    mistakes.set('PARTNER_SECRET', `found ${secrets.length} secrets; write one, or two with a comma between while they rotate`);
  if (isSet('PARTNER_SECRET') && !isSet('PARTNER_ID'))
    mistakes.set('PARTNER_ID', 'is not set, but PARTNER_SECRET is; write the id TimelinesAI gave you with the secret');
  if (isSet('PARTNER_ID') && !isSet('PARTNER_SECRET') && !partnersFile)
    mistakes.set('PARTNER_SECRET', 'is not set, but PARTNER_ID is; write the secret TimelinesAI gave you with the id');
  const proofs = [...['PARTNER_SECRET', 'WEBHOOK_TOKEN'].filter(isSet), ...(partnersFile ? ['partners.yaml'] : [])];
  const unsigned = isYes(given.ALLOW_UNSIGNED);
  if (unsigned && proofs.length > 0)
    mistakes.set('ALLOW_UNSIGNED', `is true beside ${proofs.join(' and ')}, which it would make useless; take out one or the other`);
  if (!unsigned && proofs.length === 0 && !isSet('PARTNER_ID') && !mistakes.has('ALLOW_UNSIGNED'))
    mistakes.set(
      'PARTNER_SECRET',
      'is not set, and nothing else says who may send webhooks; set PARTNER_ID and PARTNER_SECRET (from TimelinesAI), ' +
        'or WEBHOOK_TOKEN, or, to take webhooks from anyone, ALLOW_UNSIGNED=true',
    );
}

const isYes = (value: unknown): boolean => value === 'true' || value === 'yes';
const splitSecrets = (value: unknown): string[] =>
  (value === undefined ? [] : String(value).split(',')).map((one) => one.trim()).filter(Boolean);

function settingsFrom(values: Values, proxy: Settings['proxy']): Settings {
  const textOf = (name: string): string | undefined => (values[name] === undefined ? undefined : String(values[name]));
  const addressOf = (name: string): string | undefined => textOf(name)?.replace(/\/+$/, '');
  const optional = {
    adminToken: textOf('ADMIN_TOKEN'),
    partnerId: textOf('PARTNER_ID'),
    webhookToken: textOf('WEBHOOK_TOKEN'),
    templatesDir: textOf('TEMPLATES_DIR'),
    pluginsDir: textOf('PLUGINS_DIR'),
    publicUrl: addressOf('PUBLIC_URL'),
    adminUrl: addressOf('ADMIN_URL'),
    partnerApiUrl: addressOf('PARTNER_API_URL'),
    pingUrl: textOf('PING_URL'),
  };
  const partnerSecrets = splitSecrets(values.PARTNER_SECRET);
  const urls = [values.DATABASE_URL, proxy.http, proxy.https];
  const secrets = [
    ...partnerSecrets,
    optional.adminToken,
    optional.webhookToken,
    ...urls.flatMap(passwordsOf),
    ...secretsOfPing(optional.pingUrl),
  ];
  return {
    port: Number(values.PORT),
    host: String(values.HOST),
    adminPort: Number(values.ADMIN_PORT),
    adminHost: String(values.ADMIN_HOST),
    partnerSecrets,
    allowUnsigned: isYes(values.ALLOW_UNSIGNED),
    databaseUrl: String(values.DATABASE_URL),
    configDir: String(values.CONFIG_DIR),
    logLevel: String(values.LOG_LEVEL),
    proxy,
    secrets: secrets.filter((one) => one !== undefined),
    ...(Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)) as Partial<Settings>),
  };
}

function proxyOf(env: Env): Settings['proxy'] {
  const either = (name: string): string | undefined => env[name] || env[name.toLowerCase()] || undefined;
  const [http, https, no] = [either('HTTP_PROXY'), either('HTTPS_PROXY'), either('NO_PROXY')];
  return { ...(http && { http }), ...(https && { https }), ...(no && { no }) };
}

/** Whoever knows such an address can say in the relay's place that it is well: the whole of it, what stands behind the host, and each part that is long
 * enough to be a secret and no word. */
function secretsOfPing(url: string | undefined): string[] {
  if (url === undefined) return [];
  const behindHost = /^[a-z]+:\/\/[^/?#]+[/?]*(.*)$/i.exec(url)?.[1] ?? '';
  return [...new Set([url, behindHost, ...behindHost.split(/[/?&=#]/).filter((part) => part.length >= 8)])].filter((one) => one !== '');
}

type Found = { ok: true; value?: string } | { ok: false; why: string };

/** NAME, or the text of the file that NAME_FILE names. What is set to nothing is not set. */
function lookUp(name: string, env: Env, readFile: ReadFile): Found {
  const direct = env[name]?.trim() ? env[name] : undefined;
  const path = env[`${name}_FILE`]?.trim() || undefined;
  if (direct !== undefined && path !== undefined) return { ok: false, why: `${name} and ${name}_FILE are both set; take one of them out` };
  if (path === undefined) return { ok: true, ...(direct !== undefined && { value: direct }) };
  const found = readSecretFile(path, readFile);
  return found.ok ? found : { ok: false, why: `${name}_FILE names ${path}, ${found.why}` };
}

function readSecretFile(path: string, readFile: ReadFile): { ok: true; value: string } | { ok: false; why: string } {
  try {
    // Editors end a file with a line end, and it is no part of a password.
    const value = readFile(path).replace(/\r?\n$/, '');
    return value.trim() ? { ok: true, value } : { ok: false, why: 'which is empty; write the value into it' };
  } catch (error) {
    return {
      ok: false,
      why: `which cannot be read (${(error as { code?: string }).code ?? 'unknown error'}); mend the path or the permission`,
    };
  }
}

export type Credentials = { url: string; partnerId: string; secrets: readonly string[] };

/** What the Partner API is asked with; undefined: it is not asked. */
export const credentialsOf = ({
  partnerApiUrl,
  partnerId,
  partnerSecrets,
}: Pick<Settings, 'partnerApiUrl' | 'partnerId' | 'partnerSecrets'>): Credentials | undefined =>
  partnerApiUrl === undefined || partnerId === undefined || partnerSecrets.length === 0
    ? undefined
    : { url: partnerApiUrl, partnerId, secrets: partnerSecrets };

/** What `env:NAME` (or NAME_FILE) or `file:/path` in a file of CONFIG_DIR stands for. */
export function secretValue(
  reference: string,
  configDir: string,
  env: Env = process.env,
  readFile: ReadFile = readText,
): { ok: true; value: string } | { ok: false; why: string } {
  const [, kind, rest = ''] = /^(env|file):\s*(.*?)\s*$/s.exec(reference) ?? [];
  if (kind === undefined || rest === '') return { ok: false, why: 'write env:NAME or file:/path' };
  if (kind === 'file') {
    const found = readSecretFile(resolve(configDir, rest), readFile);
    return found.ok ? found : { ok: false, why: `file:${rest} names ${resolve(configDir, rest)}, ${found.why}` };
  }
  const found = lookUp(rest, env, readFile);
  if (!found.ok) return found;
  if (found.value === undefined) return { ok: false, why: `${rest} is not set; set ${rest} or ${rest}_FILE in the relay's environment` };
  return { ok: true, value: found.value };
}
