// What the loader is handed in these tests: the real catalogue, the real pattern match and the real shipped plug-ins, beside two made for the purpose.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import console from '../../plugins/console.ts';
import http from '../../plugins/http.ts';
import { anyGlob } from '../../src/decide/glob.ts';
import { instant } from '../../src/decide/wall.ts';
import { pluginInfo } from '../../src/deliver/plug-in-contract.ts';
import { catalogue } from '../../src/intake/catalogue.ts';
import { definePlugin, type PluginDefinition, secret } from '../../src/plugin.ts';
import { checkRules, type Loaded, type PluginInfo, type RulesDeps } from '../../src/rules/load.ts';
import { formatMistakes } from '../../src/rules/mistake.ts';

export const events = Object.entries(catalogue).map(([type, { wire, also = [] }]) => ({ type, wire: [wire, ...also] }));

/** With the options that the shipped Slack plug-in will have, so that the routing page's own mistakes can be tried. */
const chat = definePlugin({
  type: 'chat',
  apiVersion: 1,
  options: z.strictObject({
    token: secret(z.string().min(1)),
    channel: z.string().min(1),
    mention: z.string().optional(),
    retries: z.number().int().max(9).optional(),
    loud: z.boolean().optional(),
  }),
  content: { format: 'text' },
  create: () => ({ send: async () => {} }),
});
const mail = definePlugin({
  type: 'mail',
  apiVersion: 1,
  options: z.strictObject({ smtp: secret(z.string()), from: z.email(), to: z.union([z.email(), z.array(z.email())]) }),
  content: { format: 'text' },
  create: () => ({ send: async () => {} }),
});

export const info = (plugin: PluginDefinition): [string, PluginInfo] => [
  plugin.type,
  {
    type: plugin.type,
    options: plugin.options,
    secrets: pluginInfo(plugin).secrets,
    templates: plugin.content.layoutOption === undefined ? [] : [plugin.content.layoutOption],
  },
];

export const environment: Record<string, string> = {
  'env:CHAT_TOKEN': 'xoxb-very-secret',
  'env:BILLING_URL': 'https://billing.example.com/hooks/s3cr3t-path',
  'file:/run/secrets/chat': 'xoxb-from-a-file',
  'env:SMTP_URL': 'smtp://relay:pa55word@mail.example.com',
};

export const deps: RulesDeps & { plugins: ReadonlyMap<string, PluginInfo> } = {
  plugins: new Map([console, http, chat, mail].map((plugin) => info(plugin as unknown as PluginDefinition))),
  broken: new Map([['pager', 'pager.ts: line 3 cannot be read']]),
  events,
  glob: (pattern, value) => anyGlob([pattern], value),
  instant,
  now: () => Date.parse('2026-11-23T09:00:00Z'),
  secret(ref) {
    const value = environment[ref];
    return value === undefined
      ? { ok: false, why: ref.startsWith('env:') ? 'it is not set' : 'there is no such file' }
      : { ok: true, value };
  },
};

export const shipped = {
  'routes.yaml': readFileSync(new URL('../../config/routes.yaml', import.meta.url), 'utf8'),
  'workspaces.csv': readFileSync(new URL('../../config/workspaces.csv', import.meta.url), 'utf8'),
};

export const check = (routes: string, table: Record<string, string> = { 'workspaces.csv': shipped['workspaces.csv'] }): Loaded =>
  checkRules({ 'routes.yaml': routes, ...table }, deps);

/** Everything that is said of a file, as a person reads it. */
export function said(routes: string, table?: Record<string, string>): string {
  const loaded = check(routes, table);
  return formatMistakes(loaded.ok ? loaded.warnings : loaded.mistakes);
}
