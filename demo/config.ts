// The demo's rules are those of config/, edited as their own comments say to: real destinations instead of printed lines. Then every duration is
// divided by 60, so that an hour passes in a minute, Slack is looked for on this machine, and no night falls while somebody watches.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const shipped = new URL('../config/routes.yaml', import.meta.url);
const fleet = new URL('workspaces.csv', import.meta.url);

export type DemoConfig = {
  folder: string;
  routes: string;
  /** With a name that does not exist, as one writes it in a hurry. */
  mistaken: string;
  /** The same without the slip: a rule that was not there before. */
  mended: string;
  write(routes: string): void;
};

export function makeConfig(folder: string): DemoConfig {
  const routes = demoRoutes(readFileSync(shipped, 'utf8'));
  const rotated = 'send: [ops-email]';
  const config = {
    folder,
    routes,
    mistaken: changed(routes, rotated, 'send: [ops-email, biling]', { under: 'name: token-rotated' }),
    mended: changed(routes, rotated, 'send: [ops-email, billing]', { under: 'name: token-rotated' }),
    write: (text: string) => writeFileSync(join(folder, 'routes.yaml'), text),
  };
  mkdirSync(folder);
  writeFileSync(join(folder, 'workspaces.csv'), readFileSync(fleet));
  config.write(routes);
  return config;
}

export function demoRoutes(text: string, now = Date.now()): string {
  return realRoutes(text)
    .replace('# yaml-language-server: $schema=./routes.schema.json\n', head)
    .replace(
      /\{ from: "\d\d:\d\d", to: "\d\d:\d\d" \}/g,
      (hours) => `${farFrom(now)} # the demo only, so that it shows the same by night; ${inWords(hours)}`,
    )
    .split('\n')
    .map(faster)
    .join('\n');
}

/** With all that the shipped file asks to be edited, for a Slack and a receiver on this machine; its durations are as they are. */
export function realRoutes(text: string): string {
  const used = changed(
    withBilling(withRealDestinations(untested(text))),
    'send: [ops-slack, owner-email]',
    'send: [ops-slack, owner-email, billing]',
    {
      under: 'name: quota-used-up',
    },
  );
  return used
    .replace('# brand: {', 'brand: {')
    .replaceAll('Your company', 'Parlo')
    .replace(/^( +)token: env:SLACK_TOKEN$/gm, '$&\n$1api_url: env:DEMO_SLACK_URL # the demo only: Slack on this machine')
    .replace(
      /^( +)url: env:BILLING_URL.*$/m,
      '$1url: env:BILLING_URL\n$1allow_private: yes # the demo only: the receiver is on this machine',
    );
}

const head = `# The demo's copy of config/routes.yaml: the edits that it asks for are made, every duration is divided by 60, and its tests are left out. Change it, save it, and see.
`;

/** Its tests speak of whole minutes. */
const untested = (text: string) => text.replace(/\n(?:#.*\n)+tests:\n[\s\S]*$/, '');

/** Takes away `plugin: console` and the "# " in front of the lines below it. */
const withRealDestinations = (text: string) =>
  text.replace(/^ {4}plugin: console\n((?: {4}# .*\n)+)/gm, (_, lines: string) => lines.replace(/^ {4}# /gm, '    '));

const withBilling = (text: string) => text.replace(/^ {2}# billing:\n(?: {2}# .*\n)+/m, (lines) => lines.replace(/^ {2}# /gm, '  '));

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A minute that is half a day away in any time zone near. */
function farFrom(now: number): string {
  const clock = (at: number) => new Date(at).toISOString().slice(11, 16);
  const half = now + 12 * 3_600_000;
  return `{ from: "${clock(half)}", to: "${clock(half + 60_000)}" }`;
}

const inWords = (hours: string): string => [...hours.matchAll(/\d\d:\d\d/g)].join(' to ');

/** `hold: 5m` becomes `hold: 5s # 5m`; in braces, `{ every: 4h }` becomes `{ every: 4m } # 4h`. */
export function faster(line: string): string {
  const [, key, number, unit] = /^( +[a-z_]+: )(\d+)([smhd])(?= *(?:#.*)?$)/.exec(line) ?? [];
  if (key !== undefined && unit !== undefined) return `${key}${sixtieth(number!, unit)} # ${number}${unit}`;
  if (/^ *#/.test(line)) return line;
  const before: string[] = [];
  const after = line.replace(/(?<=[{,] *[a-z_]+: )(\d+)([smhd])(?= *[,}])/g, (own, count: string, letter: string) => {
    before.push(own);
    return sixtieth(count, letter);
  });
  return before.length === 0 ? line : `${after.replace(/ +#.*$/, '')} # ${before.join(', ')}`;
}

const sixtieth = (count: string, unit: string): string => short((Number(count) * units[unit]!) / 60);

function short(seconds: number): string {
  const [unit = 's', size = 1] = Object.entries(units).findLast(([, one]) => seconds >= one && seconds % one === 0) ?? [];
  return `${Math.max(1, Math.round(seconds / size))}${unit}`;
}

/** What the demo tells of must be in the file: were config/ to change, this says so instead of showing something else. */
function changed(text: string, from: string, to: string, { under = '' } = {}): string {
  const at = text.indexOf(from, text.indexOf(under));
  if (at < 0) throw new Error(`making the demo's rules: config/routes.yaml has no "${from}" any more; demo/config.ts has to follow it`);
  return text.slice(0, at) + to + text.slice(at + from.length);
}
