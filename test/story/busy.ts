// A relay to which everything happens: a target of every kind that takes, refuses and fails with words of its own, messages that died and were sent
// again, silences, somebody who takes an incident on. For stories that look at all it says of that.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { openMailServer } from '../../demo/mail-server.ts';
import { rows } from './ask.ts';
import { receiver } from './receiver.ts';
import { post, type Running, until, type World, world } from './world.ts';

/** What must be told to nobody. */
export const planted = {
  adminToken: 'planted-admin-token-of-more-than-32-bytes',
  webhookToken: 'planted-webhook-token-of-more-than-32',
  slack: 'xoxb-planted-token-of-slack',
  smtpPassword: 'planted-pass/word=of-smtp',
  header: 'planted-header-of-http',
  signing: 'planted-signing-secret-of-http',
  plugIn: 'planted-key-of-a-plug-in',
};

export type Busy = { stage: World; relay: Running; ids: Ids; streams(): string; close(): Promise<void> };
export type Ids = { events: string[]; deliveries: string[]; incidents: string[]; silences: string[]; workspaces: string[]; ackKey: string };

/** `said`: what strangers, targets and people write wherever they can; `named`: what the operator's table calls a workspace. */
export async function busyRelay({
  said,
  named,
  bodies,
  speed = 20,
}: {
  said: string;
  named: string;
  bodies: object[];
  speed?: number;
}): Promise<Busy> {
  // Twice, for what is cut off may be cut off in the middle of one.
  const all = Object.values(planted).join(' ');
  const answers = JSON.stringify(`${said} ${all} ${all}`);
  const [taking, refusing, failing] = await Promise.all([
    receiver(),
    receiver((_, reply) => say(reply, 400)),
    receiver((_, reply) => say(reply, 500)),
  ]);
  const say = (reply: Parameters<Parameters<typeof receiver>[0] & object>[1], status: number) => {
    reply.writeHead(status).end(answers.slice(0, 1000));
    return 'silence' as const;
  };
  const slack = await grumblingSlack(`${said} ${planted.slack}`);
  const mail = await openMailServer({ login: { user: 'relay', password: planted.smtpPassword } });
  mail.script({ at: 'recipient', answer: 550, text: `${said.replaceAll(/[\r\n]/g, ' ')} ${planted.smtpPassword}`, times: 1000 });
  const smtp = `smtp://relay:${encodeURIComponent(planted.smtpPassword)}@127.0.0.1:${mail.port}?tls=no`;
  const http = (url: string) => `plugin: http, url: "${url}in", allow_private: yes`;
  const routes = `version: 1
timezone: UTC
destinations:
  taking: { ${http(taking.url)}, headers: { x-key: env:HTTP_HEADER }, signing_secret: env:SIGNING, show_phone: yes }
  refusing: { ${http(refusing.url)}, max_age: 1h }
  failing: { ${http(failing.url)}, max_age: 1m }
  slack: { plugin: slack, token: env:SLACK_TOKEN, api_url: "${slack.url}", channel: "#ops", max_age: 10m }
  mail: { plugin: email, smtp: env:SMTP, from: a@relay.example, to: b@relay.example, show_phone: yes }
  thrower: { plugin: thrower, key: env:PLUG_IN_KEY, show_phone: yes, max_age: 1m }
  ops: { ${http(taking.url)} }
  digested: { ${http(`${taking.url}digests/`)} }
routes:
  - { name: all, where: { workspace: "*" }, send: [taking, refusing, failing, slack, mail, thrower], repeat: { every: 1h, at_most: 1 } }
  - { name: gathered, where: { workspace: "*" }, send: [digested], digest: { every: 1m } }
segments: { named: { tags: [vip] } }
workspaces: { file: workspaces.csv }
fallback: { send: [ops] }
operator: ops
`;
  const cell = `"${named.replaceAll('"', '""')}"`;
  const table = `id,name,tags,owner_email\nmy-workspace,${cell},${cell},${cell}\n12345,${cell},vip,\n`;
  const quoted = JSON.stringify(said);
  const silences = (until: string) =>
    `silences:\n  - { where: { workspace: elsewhere }, until: "${until}", reason: ${quoted}, by: ${quoted} }\n`;
  const stage = world(routes, { 'workspaces.csv': table }, { speed });
  stage.file('silences.yaml', silences(new Date(stage.now() + 10 * 86_400_000).toISOString()));
  const folder = join(stage.dir, 'plug-ins');
  mkdirSync(folder);
  writeFileSync(join(folder, 'thrower.ts'), thrower(said));
  const relay = await stage.start({
    ADMIN_TOKEN: planted.adminToken,
    WEBHOOK_TOKEN: planted.webhookToken,
    PLUGINS_DIR: folder,
    PUBLIC_URL: 'https://relay.example',
    ADMIN_URL: 'https://admin.relay.example',
    LOG_LEVEL: 'debug',
    HTTP_HEADER: planted.header,
    SIGNING: planted.signing,
    SLACK_TOKEN: planted.slack,
    SMTP: smtp,
    PLUG_IN_KEY: planted.plugIn,
  });
  const close = async () => {
    await stage.close();
    await mail.close();
    slack.close();
    for (const one of [taking, refusing, failing]) one.close();
  };
  try {
    const streams = listen(relay);
    await until('the streams', () => streams().split('retry:').length === 3);
    for (const body of bodies) await post(relay, body);
    await fetch(`${relay.url}/webhooks/timelinesai/${planted.webhookToken}`, { method: 'POST', body: JSON.stringify(bodies[0]) });
    await until(
      'every target to have been tried',
      () => {
        const tried = rows(stage, 'SELECT DISTINCT destination FROM deliveries WHERE attempts > 0 OR last_error IS NOT NULL');
        return tried.length >= 6 && rows(stage, "SELECT id FROM deliveries WHERE kind = 'digest' AND state = 'delivered'").length > 0;
      },
      15_000,
    );
    const dead = await until(
      'messages to die',
      () => {
        const found = rows(stage, "SELECT id FROM deliveries WHERE state = 'dead' ORDER BY destination DESC LIMIT 5");
        return found.length > 0 && found.map(({ id }) => String(id));
      },
      30_000,
    );
    const change = async (path: string, body: object) => {
      const answer = await fetch(`http://127.0.0.1:${relay.adminPort}/api/v1${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${planted.adminToken}` },
        body: JSON.stringify(body),
      });
      if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    };
    await change('/deliveries/replay', { ids: dead, reason: said });
    await change('/silences', { where: { workspace: 'nobody', reason: said }, for: '2h', reason: said, by: said.slice(0, 200) });
    const incidents = rows(stage, 'SELECT key FROM incidents').map(({ key }) => String(key));
    const open = rows(stage, 'SELECT key FROM incidents WHERE open = 1').map(({ key }) => String(key));
    for (const key of open.slice(0, 3))
      await change(`/incidents/${encodeURIComponent(key)}/acknowledge`, { by: said.slice(0, 100), reason: said });
    for (const name of ['taking', 'refusing', 'slack', 'mail', 'thrower']) await change(`/destinations/${name}/test`, { reason: said });
    await until(
      'what was sent again to be tried',
      () => rows(stage, 'SELECT id FROM deliveries WHERE replay_of IS NOT NULL AND (attempts > 0 OR last_error IS NOT NULL)').length > 0,
    );
    const idsOf = (table_: string) => rows(stage, `SELECT id FROM ${table_} ORDER BY id`).map(({ id }) => String(id));
    const ids: Ids = {
      events: idsOf('events'),
      deliveries: idsOf('deliveries'),
      incidents,
      silences: JSON.parse(String(rows(stage, "SELECT value FROM cells WHERE key = 'silences'")[0]?.value ?? '[]')).map(
        ({ id }: { id: string }) => id,
      ),
      workspaces: rows(stage, 'SELECT DISTINCT workspace_id AS id FROM events').map(({ id }) => String(id)),
      ackKey: String(rows(stage, "SELECT value FROM notes WHERE key = 'ack.key'")[0]?.value),
    };
    return { stage, relay, ids, streams, close };
  } catch (error) {
    console.error(
      rows(stage, 'SELECT destination, kind, state, route, count(*) AS n, max(last_error) AS error FROM deliveries GROUP BY 1, 2, 3'),
    );
    await close();
    throw error;
  }
}

/** Refuses every message with a code that it explains at length. */
async function grumblingSlack(said: string): Promise<{ url: string; close(): void }> {
  const answer = JSON.stringify({ ok: false, error: 'invalid_blocks', response_metadata: { messages: [`[ERROR] ${said}`] } });
  const server = createServer((request, reply) => {
    request.resume().on('end', () => reply.writeHead(200, { 'content-type': 'application/json' }).end(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`, close };
}

/** All that both streams say from now on. */
function listen(relay: Running): () => string {
  let heard = '';
  for (const path of ['/api/v1/live', '/live']) {
    const headers = { authorization: `Bearer ${planted.adminToken}` };
    get({ port: relay.adminPort, host: '127.0.0.1', path, headers }, (reply) => {
      reply.on('data', (chunk) => {
        heard += chunk;
      });
      reply.on('error', () => {});
    }).on('error', () => {});
  }
  return () => heard;
}

/** Its error names all that it knows. */
const thrower = (said: string) => `import { definePlugin } from 'timelines-relay/plugin';
import { z } from 'zod';
export default definePlugin({
  type: 'thrower', apiVersion: 1, options: z.strictObject({ key: z.string() }), content: { format: 'text' },
  create: ({ key }) => ({
    async send({ alert }, { log }) {
      log.warn({ key, alert }, 'thrower.tried');
      throw new Error(${JSON.stringify(said)} + ' ' + key + ' ' + JSON.stringify(alert));
    },
  }),
});
`;
