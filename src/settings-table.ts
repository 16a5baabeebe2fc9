// Every setting of the relay as data: settings.ts reads the environment by it, the README's table is made from it, a test compares the two.

export type Setting = {
  name: string;
  /** As it would be written; absent = unset. */
  default?: string;
  /** Never shown, not even where it is wrong. */
  secret?: true;
  /** Says who may send webhooks: of no concern to commands that receive none. */
  proof?: true;
  meaning: string;
  example: string;
  /** JSON Schema of the value. */
  schema: Readonly<Record<string, unknown>>;
  /** What the schema asks for, in words: mends a mistake. */
  must: string;
};

const text = { type: 'string' };
const host = { schema: { type: 'string', pattern: '^[^\\s/]+$' }, must: 'write an address or a host name, without http://' };
const port = { schema: { type: 'integer', minimum: 0, maximum: 65535 }, must: 'write a whole number from 0 to 65535' };
const folder = { schema: text, must: 'write the path of a folder' };
const address = {
  schema: { type: 'string', pattern: '^https?://[^\\s/]\\S*$' },
  must: 'write an address that begins with https:// or http://',
};

export const settingsTable: readonly Setting[] = [
  { name: 'PORT', default: '8080', meaning: 'Port of the webhook listener.', example: '8080', ...port },
  { name: 'HOST', default: '0.0.0.0', meaning: 'Address the webhook listener binds to.', example: '0.0.0.0', ...host },
  { name: 'ADMIN_PORT', default: '8081', meaning: 'Port of the admin listener: pages, API, metrics.', example: '8081', ...port },
  { name: 'ADMIN_HOST', default: '127.0.0.1', meaning: 'Address the admin listener binds to.', example: '127.0.0.1', ...host },
  {
    name: 'ADMIN_TOKEN',
    secret: true,
    meaning: 'Opens the admin listener to whoever has it, as a bearer token or typed in at the pages. Unset: it answers this machine only.',
    example: '(openssl rand -hex 32)',
    schema: { type: 'string', minLength: 16 },
    must: 'write at least 16 characters; `openssl rand -hex 32` makes a good one',
  },
  {
    name: 'PARTNER_ID',
    proof: true,
    meaning: 'Your partner id at TimelinesAI.',
    example: 'partner_12345',
    schema: text,
    must: 'write the id TimelinesAI gave you',
  },
  {
    name: 'PARTNER_SECRET',
    secret: true,
    proof: true,
    meaning: 'The secret that signs the webhooks; while it is being changed the new and the old one, with a comma between.',
    example: '(from TimelinesAI)',
    schema: text,
    must: 'write one secret, or two with a comma between',
  },
  {
    name: 'WEBHOOK_TOKEN',
    secret: true,
    proof: true,
    meaning: 'Lets webhooks in at /webhooks/timelinesai/WEBHOOK_TOKEN without a signature.',
    example: '(openssl rand -hex 32)',
    schema: { type: 'string', pattern: '^[^\\s/?#%]{1,500}$' },
    must: 'write at most 500 characters without spaces and / ? # %, for it is part of an address',
  },
  {
    name: 'ALLOW_UNSIGNED',
    proof: true,
    meaning: 'true takes webhooks from anyone who can reach the port. For trying things out, with neither of the two above.',
    example: 'true',
    schema: { enum: ['true', 'false', 'yes', 'no'] },
    must: 'write true or false',
  },
  {
    name: 'DATABASE_URL',
    default: 'sqlite:data/relay.db',
    secret: true,
    meaning: 'Where events and deliveries are kept: sqlite: and the path of a file on a local disk.',
    example: 'sqlite:/data/relay.db',
    schema: { type: 'string', pattern: '^(sqlite:\\S|postgres(ql)?://\\S)' },
    must: 'write sqlite: and the path of a file; PostgreSQL is not there yet',
  },
  { name: 'CONFIG_DIR', default: 'config', meaning: 'Folder of routes.yaml and the files it names.', example: '/config', ...folder },
  {
    name: 'TEMPLATES_DIR',
    meaning: 'Folder of your own words, laid over the shipped ones file by file.',
    example: '/templates',
    ...folder,
  },
  { name: 'PLUGINS_DIR', meaning: 'Folder of your own plug-ins, laid over the shipped ones file by file.', example: '/plugins', ...folder },
  {
    name: 'PUBLIC_URL',
    meaning: 'Where the webhook listener is reached from outside; links to take an incident on lead there.',
    example: 'https://relay.example.com',
    ...address,
  },
  {
    name: 'ADMIN_URL',
    meaning: 'Where the pages are reached; links in messages lead there.',
    example: 'https://relay.internal.example.com',
    ...address,
  },
  {
    name: 'PARTNER_API_URL',
    meaning: 'The Partner API, to ask for what was missed. Unset: nothing is asked.',
    example: 'https://app.timelines.ai/partner/api/v1',
    ...address,
  },
  {
    name: 'PING_URL',
    secret: true,
    meaning:
      'Asked by GET every minute while the relay is well, for a watch that calls somebody when that stays out. Unset: nothing is asked.',
    example: 'https://hc-ping.com/(your check)',
    schema: { type: 'string', pattern: '^https?://[^\\s/?#@]+([/?]\\S*)?$' },
    must: 'write an address that begins with https:// or http://, without a user and a password',
  },
  {
    name: 'LOG_LEVEL',
    default: 'info',
    meaning: 'How much is logged.',
    example: 'debug',
    schema: { enum: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] },
    must: 'write fatal, error, warn, info, debug, trace or silent',
  },
];
