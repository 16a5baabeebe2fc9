// What one decision costs: 50 routes, a table of 100 000 workspaces, a mix of events, first over a memory in maps, then over SQLite as the ledger
// thread runs it. Beside it, on the same machine, JSON.parse of the same webhook and the relay's whole reading of it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monotonicFactory } from 'ulid';
import { pluginsOf } from '../src/cli/files.ts';
import { seeded } from '../src/cli/month/seeded.ts';
import { decide } from '../src/decide/decide.ts';
import type { Input } from '../src/decide/decision.ts';
import { rehearse } from '../src/decide/rehearsal.ts';
import { judgeDisk } from '../src/in-force/judge.ts';
import { sampleWebhook } from '../src/in-force/sample-webhook.ts';
import { targetOf } from '../src/in-force/target.ts';
import { parse } from '../src/intake/parse.ts';
import type { Event, Workspace } from '../src/model.ts';
import { reachOf } from '../src/render/options.ts';
import type { Reach } from '../src/rules/rules.ts';
import { readSettings } from '../src/settings.ts';
import { openSqlite } from '../src/store/sqlite.ts';
import type { Work } from '../src/store/store.ts';

const workspaces = 100_000;
const warm = 5_000;
const measured = 20_000;
const mix = [
  ...Array(9).fill('disconnected'),
  ...Array(8).fill('connected'),
  'messaging-90',
  'messaging-100',
  'seats-full',
  'token-rotated',
] as string[];
const tags = ['vip', 'enterprise', 'trial', 'agency', 'spain', 'brazil'];

/** As a reseller's file grows: the shipped routes, then one for each region, plan and large customer. */
function routesYaml(): string {
  const own = [
    '- { name: our-own, where: { segment: internal }, send: nobody, stop: yes }',
    '- { name: down-vip, events: [disconnected], where: { segment: vip }, hold: 2m, send: [client-slack, ops-slack] }',
    '- { name: down, events: [disconnected], except: [{ segment: vip }], hold: 5m, send: [ops-slack, owner-email] }',
    '- { name: quota-near, events: [messaging-90], send: [ops-slack] }',
    '- { name: quota, events: [messaging-100, transactions-100, api-calls-100], send: [ops-slack, owner-email] }',
    '- { name: seats, events: [seats-full], send: [owner-email] }',
    '- { name: tokens, events: [token-rotated], send: [ops-email] }',
    '- { name: audit, send: [billing] }',
  ];
  const more = Array.from({ length: 50 - own.length }, (_, n) => {
    const where = [
      `where: { tag: ${tags[n % tags.length]}, workspace.region: r${n} }`,
      `where: { workspace: "w-${n}*", percent: ">=${90 + (n % 10)}" }`,
      `where: { segment: vip, reason: "*logged out*", workspace.plan: p${n} }`,
      `where: { phone: "+34${n}*" }, except: [{ segment: internal }]`,
    ][n % 4];
    const events = ['[disconnected]', '[messaging-90, messaging-100]', '[disconnected]', '["whatsapp_account:*"]'][n % 4];
    return `- { name: more-${n}, events: ${events}, ${where}, hold: ${1 + (n % 9)}m, send: [ops-slack, ops-email] }`;
  });
  return `version: 1
timezone: Europe/Madrid
workspaces: { file: workspaces.csv }
segments:
  vip: { tags: [vip, enterprise] }
  internal: { ids: ["demo-*", "qa-*"] }
destinations:
  ops-slack: { plugin: slack, token: xoxb-bench, channel: "#wa-ops" }
  client-slack: { plugin: slack, token: xoxb-bench, channel: "{{workspace.slack_channel}}", if_empty: ops-slack }
  owner-email: { plugin: email, smtp: "smtp://127.0.0.1:2525", from: a@example.com, to: "{{workspace.owner_email}}", if_empty: ops-email }
  ops-email: { plugin: email, smtp: "smtp://127.0.0.1:2525", from: a@example.com, to: ops@example.com }
  billing: { plugin: http, url: "https://billing.example.com/" }
routes:
  ${[...own, ...more].join('\n  ')}
fallback: { send: [ops-slack] }
operator: ops-email
`;
}

function tableCsv(): string {
  const rows = Array.from({ length: workspaces }, (_, n) => {
    const channel = n % 3 === 0 ? `#c-${n}` : '';
    return `w-${n},Customer ${n},${tags[n % tags.length]},owner@w-${n}.example,${channel},Europe/Madrid,r${n % 50},p${n % 7}`;
  });
  return `id,name,tags,owner_email,slack_channel,timezone,region,plan\n${rows.join('\n')}\n`;
}

type Case = { text: string; input: Extract<Input, { kind: 'event' }> };

async function prepare(dir: string) {
  writeFileSync(join(dir, 'routes.yaml'), routesYaml());
  writeFileSync(join(dir, 'workspaces.csv'), tableCsv());
  const settings = { ...readSettings(undefined, { serve: false }), configDir: dir };
  const plugins = await pluginsOf(settings);
  const good = await judgeDisk({ settings, plugins, now: Date.now });
  if (!good.ok) throw new Error(good.mistakes.map(({ line, text }) => `${line}: ${text}`).join('\n'));
  const { rules, workspaces: table } = good;
  const target = targetOf(plugins);
  const whoIs = (id: string): { workspace: Workspace; reach: Reach } => {
    const workspace = table.find(id);
    return { workspace, reach: reachOf(rules.destinations, workspace, target) };
  };
  return { rules, whoIs };
}

const start = Date.UTC(2026, 10, 23, 9);
const ulid = monotonicFactory();
const ids = (prefix: 'e' | 'd') => `${prefix}_${ulid()}`;
const micros = (began: number) => (performance.now() - began) * 1000;
const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const at99 = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? Number.NaN;

/** In microseconds, medians unless it says otherwise. */
export async function measureDecisions(): Promise<Record<string, number>> {
  const dir = mkdtempSync(join(tmpdir(), 'relay-decision-'));
  try {
    const { rules, whoIs } = await prepare(dir);
    const random = seeded(1);
    const laps = { json: [] as number[], read: [] as number[], who: [] as number[], maps: [] as number[], sqlite: [] as number[] };

    const next = (n: number): Case => {
      const at = start + n * 5;
      const workspace = `w-${Math.floor(random() * workspaces)}`;
      const name = mix[Math.floor(random() * mix.length)]!;
      const text = JSON.stringify(sampleWebhook(name, { workspace, partner: 'partner_bench', at, phone: `+34600${n % 1000}` }));
      let began = performance.now();
      JSON.parse(text);
      laps.json.push(micros(began));
      const bytes = Buffer.from(text);
      began = performance.now();
      const event: Event = parse(bytes, { id: ids('e'), proof: 'signature', partner: 'partner_bench', receivedAt: at }).event;
      laps.read.push(micros(began));
      began = performance.now();
      const who = whoIs(workspace);
      laps.who.push(micros(began));
      return { text, input: { kind: 'event', event, ...who } };
    };

    const { workspace, reach } = whoIs('w-0');
    const stage = rehearse({ rules: () => rules, workspace: () => workspace, reach: () => reach, keepTraces: false });
    const store = await openSqlite({ url: `sqlite:${join(dir, 'relay.db')}`, owner: ulid(), now: start, ids });
    let batch: Work[] = [];
    for (let n = 0; n < warm + measured; n++) {
      const { text, input } = next(n);
      const now = input.event.receivedAt;
      const clock = { now, ids };
      const began = performance.now();
      decide(rules, stage.memory, input, clock);
      laps.maps.push(micros(began));
      stage.put(input, now);
      batch.push({ do: 'decide', input, body: text });
      if (batch.length < 64) continue;
      await store.commit({ work: batch, now, room: {} }, (memory, one, own) => {
        const lap = performance.now();
        const decision = decide(rules, memory, one, own);
        laps.sqlite.push(micros(lap));
        return decision;
      });
      batch = [];
    }
    await store.close();
    for (const list of Object.values(laps)) list.splice(0, warm);
    return {
      'decision in maps µs': median(laps.maps),
      'decision in maps µs, 99 of 100': at99(laps.maps),
      'decision over SQLite µs': median(laps.sqlite),
      'decision over SQLite µs, 99 of 100': at99(laps.sqlite),
      'its workspace and its targets µs': median(laps.who),
      'reading the webhook µs': median(laps.read),
      'JSON.parse of the webhook µs': median(laps.json),
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
