// A real relay in a process of its own with a receiver beside it, and the environment that a user of its command line would have.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startRelay } from '../../demo/relay-process.ts';
import { type Answer, call, folder } from './call.ts';

export type Running = {
  /** What the receiver got, parsed. */
  posts: Post[];
  /** What the receiver answers from now on. */
  answer: { status: number };
  env: Record<string, string>;
  call(...args: string[]): Promise<Answer>;
  /** Asks the API until its answer holds: a command each time would cost more than what it waits for. */
  until<T>(path: string, holds: (answer: T) => boolean): Promise<T>;
};
export type Post = { id: string; kind: string; destination: string; alert?: { id: string }; event?: unknown };

const routes = (url: string) => `version: 1
timezone: Europe/Madrid
workspaces: { file: workspaces.csv }
segments:
  vip: { tags: [vip] }
destinations:
  ops: { plugin: http, url: "${url}/ops", allow_private: yes }
  boss: { plugin: http, url: "${url}/boss", allow_private: yes }
routes:
  - { name: down-vip, events: [disconnected], where: { segment: vip }, hold: 1s, send: [ops] }
  - { name: down, events: [disconnected], send: [ops, boss], except: [{ segment: vip }] }
  - { name: everything-else, events: [seats-full, messaging-90, messaging-100, transactions-100, api-calls-100], send: [ops] }
  - { name: rotated, events: [token-rotated], send: [ops, boss] }
fallback: { send: [boss] }
operator: boss
`;

export async function running(more: Record<string, string> = {}): Promise<Running> {
  const posts: Post[] = [];
  const answer = { status: 200 };
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    posts.push(JSON.parse(text));
    response.writeHead(answer.status).end('not today');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const dir = folder({
    'routes.yaml': routes(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    'workspaces.csv': 'id,name,tags\nacme,Acme Ltd,vip\n',
  });
  const env: Record<string, string> = {
    HOST: '127.0.0.1',
    PARTNER_ID: 'partner_12345',
    PARTNER_SECRET: 'a-partner-secret-of-this-test',
    CONFIG_DIR: dir,
    DATABASE_URL: `sqlite:${join(dir, 'relay.db')}`,
    ...more,
  };
  const relay = await startRelay({ ...env, PORT: '0', ADMIN_PORT: '0' });
  onTestFinished(() => relay.stop().then(() => {}));
  Object.assign(env, { PORT: String(relay.port), ADMIN_PORT: String(relay.adminPort) });
  return {
    posts,
    answer,
    env,
    call: (...args) => call(args, env),
    until: async <T>(path: string, holds: (answer: T) => boolean): Promise<T> => {
      for (;;) {
        const reply = await fetch(`http://127.0.0.1:${relay.adminPort}/api/v1${path}`);
        const found = (await reply.json()) as T;
        if (reply.ok && holds(found)) return found;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  };
}
