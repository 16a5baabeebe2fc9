// A file judged with the real Slack and mail, by the shipped table, where the secrets that it names are set.
import email from '../../plugins/email/index.ts';
import slack from '../../plugins/slack/index.ts';
import type { PluginDefinition } from '../../src/plugin.ts';
import { checkRules, type Loaded, type RulesDeps } from '../../src/rules/load.ts';
import { deps, info, shipped } from './kit.ts';

const plugins = new Map([...deps.plugins, ...[slack, email].map((plugin) => info(plugin as unknown as PluginDefinition))]);

const environment: Record<string, string> = {
  'env:SLACK_TOKEN': 'xoxb-not-real',
  'env:SMTP_URL': 'smtp://relay:not-real@mail.example.com:587',
  'env:BILLING_URL': 'https://billing.example.com/hooks/whatsapp',
  'env:BILLING_SECRET': 'whsec_bm90IHJlYWwgYnV0IGxvbmcgZW5vdWdo',
};

/** `env`: the variables that are set. */
export function checkInEarnest(routes: string, env: Readonly<Record<string, string>> = environment): Loaded {
  const secret: RulesDeps['secret'] = (reference) => {
    const value = env[reference];
    return value === undefined ? { ok: false, why: `${reference.slice(4)} is not set` } : { ok: true, value };
  };
  return checkRules({ 'routes.yaml': routes, 'workspaces.csv': shipped['workspaces.csv'] }, { ...deps, plugins, secret });
}
