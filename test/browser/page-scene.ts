// What the pictures of the pages show: a relay by the shipped rules over an hour and a half of a fleet's life, sixty times as fast, with a Slack, a mail
// server and a receiver that has a bad quarter of an hour.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { realRoutes } from '../../demo/config.ts';
import { openWorld } from '../../demo/world.ts';
import { seeded } from '../../src/cli/month/seeded.ts';
import { sampleWebhook } from '../../src/in-force/sample-webhook.ts';
import type { EventType } from '../../src/model.ts';
import { back, drop, partner, post, type Running, until, world } from '../story/world.ts';

const root = join(import.meta.dirname, '../..');
const minutes = 90;
const speed = 60;

const quarters = ['North', 'Harbor', 'Lima', 'Cobalt', 'Verde', 'Atlas', 'Nimbus', 'Orchard', 'Pelican', 'Quartz'];
const trades = ['Travel', 'Dental', 'Motors', 'Hotels', 'Flowers', 'Legal'];
const fleet = quarters.flatMap((first, n) =>
  trades.slice(0, 3 + (n % 4)).map((trade, k) => ({
    id: `${first}-${trade}`.toLowerCase(),
    name: `${first} ${trade}`,
    tags: k === 0 ? 'vip' : n % 3 === 0 ? 'enterprise spain' : '',
    owner: `${first.toLowerCase()}@${trade.toLowerCase()}.example`,
  })),
);
const table = [
  'id,name,tags,owner_email,slack_channel,timezone,language',
  ...fleet.map(({ id, name, tags, owner }) => `${id},${name},${tags},${owner},,Europe/Madrid,en`),
].join('\n');

export const adminToken = 'an-admin-token-of-more-than-32-bytes';

export type Scene = { relay: Running; api(path: string, body?: object): Promise<unknown>; close(): Promise<void> };

/** Takes as many seconds as it plays minutes. */
export async function playScene(say: (text: string) => void): Promise<Scene> {
  const ends = await openWorld();
  const routes = realRoutes(readFileSync(join(root, 'config/routes.yaml'), 'utf8')).replace(
    'from: "22:00", to: "07:00"',
    'from: "03:00", to: "04:00"',
  );
  const stage = world(routes, { 'workspaces.csv': table }, { speed });
  const relay = await stage.start({ ...ends.settings, ADMIN_TOKEN: adminToken });
  const random = seeded(7);
  const one = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const number = () => ({
    phone_number_e164: `+346${10_000_000 + Math.floor(random() * 89_999_999)}`,
    whatsapp_account_id: Math.floor(random() * 900_000),
  });
  const numbers = new Map(fleet.map(({ id }) => [id, [number(), number()]]));
  const down: { id: string; which: object }[] = [];
  for (let minute = 0; minute < minutes; minute++) {
    if (minute === 40) ends.receiver.break(true);
    if (minute === 55) ends.receiver.break(false);
    const busy = minute > 60 && minute < 68 ? 5 : 1 + (minute % 2);
    for (let n = 0; n < busy; n++) {
      const { id } = one(fleet);
      const which = one(numbers.get(id)!);
      const at = stage.now() - 20_000 * random();
      const chance = random();
      if (chance < 0.5) {
        await post(relay, drop(id, at, which));
        down.push({ id, which });
      } else if (chance < 0.9 && down.length > 0) {
        const [up] = down.splice(Math.floor(random() * down.length), 1);
        await post(relay, back(up!.id, at, up!.which));
      } else {
        const kind = one<EventType>(['messaging-90', 'messaging-90', 'messaging-100', 'seats-full', 'token-rotated', 'token-rotated']);
        await post(relay, sampleWebhook(kind, { workspace: id, partner, at }));
      }
    }
    say(`minute ${minute + 1} of ${minutes}`);
    const end = Date.now() + 1000;
    await until('the next minute', () => Date.now() >= end);
  }
  return {
    relay,
    api: async (path, body) => {
      const reply = await fetch(`http://127.0.0.1:${relay.adminPort}/api/v1${path}`, {
        headers: { authorization: `Bearer ${adminToken}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
      });
      const text = await reply.text();
      if (!reply.ok) throw new Error(`${path}: ${reply.status} ${text}`);
      return JSON.parse(text);
    },
    close: async () => {
      await stage.close();
      await ends.close();
    },
  };
}
