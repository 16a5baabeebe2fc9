// The environment as the relay reads it: defaults, files, and every mistake told at once with its cure and without its secret.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readSettings, type SettingsOptions, secretValue } from '../src/settings.ts';
import { settingsTable } from '../src/settings-table.ts';

const folder = mkdtempSync(join(tmpdir(), 'relay-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const signed = { PARTNER_ID: 'partner_1', PARTNER_SECRET: 'first-secret' };
const mistakesIn = (env: Record<string, string>, options: SettingsOptions = {}): string => {
  try {
    readSettings(env, options);
  } catch (error) {
    expect(error).toMatchObject({ name: 'RelayError', code: 'settings.bad' });
    return (error as Error).message;
  }
  return '';
};

describe('settings', () => {
  test('have these defaults and nothing where nothing is set', () => {
    expect(readSettings(signed)).toEqual({
      port: 8080,
      host: '0.0.0.0',
      adminPort: 8081,
      adminHost: '127.0.0.1',
      partnerId: 'partner_1',
      partnerSecrets: ['first-secret'],
      allowUnsigned: false,
      databaseUrl: 'sqlite:data/relay.db',
      configDir: 'config',
      logLevel: 'info',
      proxy: {},
      secrets: ['first-secret'],
    });
  });

  test('are read as what they are', () => {
    const all = {
      PORT: '0',
      HOST: '::',
      ADMIN_PORT: '0',
      ADMIN_HOST: 'localhost',
      ADMIN_TOKEN: 'sixteen-letters!',
      PARTNER_ID: 'p',
      PARTNER_SECRET: 'new, old',
      WEBHOOK_TOKEN: 'a+b=',
      ALLOW_UNSIGNED: 'false',
      DATABASE_URL: 'postgres://u:p@db/relay',
      CONFIG_DIR: '/c',
      TEMPLATES_DIR: '/t',
      PLUGINS_DIR: '/p',
      PUBLIC_URL: 'https://relay.example.com/',
      ADMIN_URL: 'http://10.0.0.1:8081',
      PARTNER_API_URL: 'https://app.timelines.ai/partner/api/v1/',
      PING_URL: 'https://watch.example/api/push/0123456789?status=up',
      LOG_LEVEL: 'debug',
    };
    expect(Object.keys(all)).toEqual(settingsTable.map(({ name }) => name));
    expect(readSettings(all)).toEqual({
      port: 0,
      host: '::',
      adminPort: 0,
      adminHost: 'localhost',
      adminToken: 'sixteen-letters!',
      partnerId: 'p',
      partnerSecrets: ['new', 'old'],
      webhookToken: 'a+b=',
      allowUnsigned: false,
      databaseUrl: 'postgres://u:p@db/relay',
      configDir: '/c',
      templatesDir: '/t',
      pluginsDir: '/p',
      publicUrl: 'https://relay.example.com',
      adminUrl: 'http://10.0.0.1:8081',
      partnerApiUrl: 'https://app.timelines.ai/partner/api/v1',
      pingUrl: 'https://watch.example/api/push/0123456789?status=up',
      logLevel: 'debug',
      proxy: {},
      secrets: [
        ...['new', 'old', 'sixteen-letters!', 'a+b=', 'p', 'https://watch.example/api/push/0123456789?status=up'],
        ...['api/push/0123456789?status=up', '0123456789'],
      ],
    });
  });

  test('know the proxy of the machine, and every secret among them, passwords in addresses as written and as meant', () => {
    const env = {
      ...signed,
      DATABASE_URL: 'postgres://relay:p%40ss@db/relay',
      https_proxy: 'http://me:pr0xy@proxy:3128',
      NO_PROXY: 'localhost',
      HTTP_PROXY: '',
    };
    const settings = readSettings(env);
    expect(settings.proxy).toEqual({ https: 'http://me:pr0xy@proxy:3128', no: 'localhost' });
    expect(settings.secrets).toEqual(['first-secret', 'p%40ss', 'p@ss', 'pr0xy']);
  });

  test('that are empty are not set, and the process around is not looked at when another is handed in', () => {
    const empty = Object.fromEntries(settingsTable.flatMap(({ name }) => [[name, ''] as const, [`${name}_FILE`, ' '] as const]));
    expect(readSettings({ ...empty, ...signed })).toEqual(readSettings(signed));
  });

  test('may each come from a file, without the line end an editor leaves', () => {
    const files = {
      PARTNER_ID_FILE: file('id', 'partner_1\n'),
      PARTNER_SECRET_FILE: file('secret', 'first-secret\r\n'),
      PORT_FILE: file('port', '9090'),
    };
    expect(readSettings(files)).toMatchObject({ partnerId: 'partner_1', partnerSecrets: ['first-secret'], port: 9090 });
    expect(readSettings({ ...files, PORT: '' }).port).toBe(9090);
  });

  test('are listed with a meaning and an example that is no secret, and every default and example is itself right', () => {
    for (const { name, meaning, example, secret, default: preset } of settingsTable) {
      expect(meaning, name).toMatch(/\.$/);
      if (preset !== undefined) expect(mistakesIn({ ...signed, [name]: preset }), name).toBe('');
      if (!secret && name !== 'ALLOW_UNSIGNED') expect(mistakesIn({ ...signed, [name]: example }), name).toBe('');
    }
  });
});

describe('a mistake is told with its cure:', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    ['no number', { PORT: 'abc' }, /^ {2}PORT: found "abc"; write a whole number from 0 to 65535$/m],
    ['no whole number', { PORT: '80.5' }, /^ {2}PORT: found "80.5"; write a whole number/m],
    ['no port', { ADMIN_PORT: '65536' }, /^ {2}ADMIN_PORT: found "65536"; /m],
    ['one port for both', { ADMIN_PORT: '8080' }, /^ {2}ADMIN_PORT: is 8080, as PORT is; write another/m],
    ['an address for a host', { HOST: 'http://x' }, /^ {2}HOST: found "http:\/\/x"; write .* without http:\/\//m],
    ['a short token', { ADMIN_TOKEN: 'hunter2-canary' }, /^ {2}ADMIN_TOKEN: found a value of 14 characters; write at least 16/m],
    ['a database nobody has', { DATABASE_URL: 'mysql://u:canary@h' }, /^ {2}DATABASE_URL: found a value of 18 characters; write sqlite:/m],
    ['a token that fits no address', { WEBHOOK_TOKEN: 'can/ary' }, /^ {2}WEBHOOK_TOKEN: found a value of 7 characters; /m],
    ['maybe', { ALLOW_UNSIGNED: 'maybe' }, /^ {2}ALLOW_UNSIGNED: found "maybe"; write true or false$/m],
    ['a level nobody has', { LOG_LEVEL: 'verbose' }, /^ {2}LOG_LEVEL: found "verbose"; write fatal, error/m],
    [
      'no address',
      { PUBLIC_URL: 'relay.example.com' },
      /^ {2}PUBLIC_URL: found "relay.example.com"; write an address that begins with https/m,
    ],
    [
      'a password in an address',
      { PING_URL: 'https://u:canary@h/x' },
      /^ {2}PING_URL: found a value of 20 characters; write an address .* without a user/m,
    ],
    ['three secrets', { PARTNER_SECRET: 'canary1,canary2,canary3' }, /^ {2}PARTNER_SECRET: found 3 secrets; write one, or two/m],
    ['a comma alone', { PARTNER_SECRET: ' , ' }, /^ {2}PARTNER_SECRET: found 0 secrets; /m],
    [
      'a value and a file',
      { PARTNER_SECRET_FILE: '/canary' },
      /^ {2}PARTNER_SECRET: PARTNER_SECRET and PARTNER_SECRET_FILE are both set; take one/m,
    ],
    [
      'a file that is not there',
      { ADMIN_TOKEN_FILE: '/nowhere/at/all' },
      /^ {2}ADMIN_TOKEN: .*\/nowhere\/at\/all, which cannot be read \(ENOENT\); mend/m,
    ],
    ['an empty file', { ADMIN_TOKEN_FILE: file('empty', '\n') }, /^ {2}ADMIN_TOKEN: .* which is empty; write/m],
    ['everyone and a secret', { ALLOW_UNSIGNED: 'true' }, /^ {2}ALLOW_UNSIGNED: is true beside PARTNER_SECRET, .*take out one/m],
  ])('%s', (_what, env, told) => {
    const message = mistakesIn({ ...signed, ...env });
    expect(message).toMatch(told);
    expect(message.split('\n')).toHaveLength(2);
    expect(message.replace('/canary', '')).not.toMatch(/canary|first-secret/);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    [
      'nothing that says who may send',
      {},
      /PARTNER_SECRET: is not set, .* PARTNER_ID and PARTNER_SECRET .* WEBHOOK_TOKEN, .* ALLOW_UNSIGNED=true/,
    ],
    ['everyone not allowed either', { ALLOW_UNSIGNED: 'no' }, /PARTNER_SECRET: is not set, /],
    ['a secret of nobody', { PARTNER_SECRET: 'x' }, /PARTNER_ID: is not set, but PARTNER_SECRET is; /],
    ['a partner without a secret', { PARTNER_ID: 'x', WEBHOOK_TOKEN: 'y' }, /PARTNER_SECRET: is not set, but PARTNER_ID is; /],
    ['everyone and a token', { ALLOW_UNSIGNED: 'true', WEBHOOK_TOKEN: 'y' }, /ALLOW_UNSIGNED: is true beside WEBHOOK_TOKEN, /],
  ])('%s', (_what, env, told) => {
    const message = mistakesIn(env);
    expect(message).toMatch(told);
    expect(message.split('\n')).toHaveLength(2);
  });

  test('all of them at once', () => {
    const message = mistakesIn({ PORT: 'x', ADMIN_TOKEN: 'short', LOG_LEVEL: 'loud', PARTNER_SECRET: 'y' });
    expect(message.split('\n').map((line) => line.trim().split(':')[0])).toEqual([
      'The environment has 4 mistakes',
      'PORT',
      'ADMIN_TOKEN',
      'LOG_LEVEL',
      'PARTNER_ID',
    ]);
  });
});

describe('who may send is said', () => {
  test('by a token, by everyone, or by partners.yaml alone', () => {
    expect(readSettings({ WEBHOOK_TOKEN: 'a-token' })).toMatchObject({ webhookToken: 'a-token', partnerSecrets: [] });
    expect(readSettings({ ALLOW_UNSIGNED: 'true' }).allowUnsigned).toBe(true);
    const asked: string[] = [];
    const hasPartnersFile = (configDir: string) => asked.push(configDir) > 0;
    expect(readSettings({ CONFIG_DIR: '/etc/relay', PARTNER_ID: 'x' }, { hasPartnersFile })).toMatchObject({
      partnerId: 'x',
      partnerSecrets: [],
    });
    expect(asked).toEqual(['/etc/relay']);
    expect(mistakesIn({ ALLOW_UNSIGNED: 'true' }, { hasPartnersFile })).toMatch(/beside partners.yaml/);
  });

  test('to no command that receives nothing, even where it is said wrong', () => {
    const wrong = {
      PARTNER_SECRET: 'a,b,c',
      PARTNER_SECRET_FILE: '/nowhere',
      WEBHOOK_TOKEN: '/',
      ALLOW_UNSIGNED: 'maybe',
      CONFIG_DIR: '/c',
    };
    expect(readSettings(wrong, { serve: false })).toMatchObject({ configDir: '/c', allowUnsigned: false });
    expect(readSettings({}, { serve: false })).toMatchObject({ configDir: 'config', databaseUrl: 'sqlite:data/relay.db', adminPort: 8081 });
    expect(readSettings(signed, { serve: false })).toMatchObject({ partnerId: 'partner_1', partnerSecrets: ['first-secret'] });
    expect(mistakesIn({ ADMIN_TOKEN: 'short' }, { serve: false })).toMatch(/ADMIN_TOKEN/);
  });
});

describe('a secret that a file refers to', () => {
  const env = { TOKEN: 'from-env', KEY_FILE: file('key', 'from-file\n'), EMPTY: '' };

  test('is the variable, the file the variable names, or the file itself, from the folder of the file that refers to it', () => {
    expect(secretValue('env:TOKEN', folder, env)).toEqual({ ok: true, value: 'from-env' });
    expect(secretValue('env:KEY', folder, env)).toEqual({ ok: true, value: 'from-file' });
    expect(secretValue('file:key', folder, env)).toEqual({ ok: true, value: 'from-file' });
    expect(secretValue(`file:${join(folder, 'key')}`, '/elsewhere', env)).toEqual({ ok: true, value: 'from-file' });
  });

  test.each([
    ['env:NOT_THERE', /^NOT_THERE is not set; set NOT_THERE or NOT_THERE_FILE/],
    ['env:EMPTY', /^EMPTY is not set/],
    ['file:missing', /missing, which cannot be read \(ENOENT\)/],
    ['env:', /^write env:NAME or file:\/path$/],
    ['a-literal-canary', /^write env:NAME or file:\/path$/],
  ])('%s says why it has none', (reference, why) => {
    expect(secretValue(reference, folder, env)).toEqual({ ok: false, why: expect.stringMatching(why) });
  });
});
