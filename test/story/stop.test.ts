// The end of a relay, asked for and not: SIGTERM under load, a second relay beside it, a disk that fills up.
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDeliveries, readyz, rows, toldTo } from './ask.ts';
import type { receiver } from './receiver.ts';
import { partner, post, type Running, sample, scene, signature, until } from './world.ts';

const routes = (url: string) => `version: 1
timezone: UTC
destinations:
  hook: { plugin: http, url: "${url}", allow_private: yes }
routes:
  - { name: everything, send: [hook] }
fallback: { send: [hook] }
operator: hook
`;
const body = (workspace: string) => ({ ...sample('token-rotated'), workspace_id: workspace });

const arrived = (target: Awaited<ReturnType<typeof receiver>>) => new Set(target.taken.map((one) => one.body.alert?.workspace.id));

type Heard = { status: number | 'closed'; workspace: string };
/** Clients that keep their connections, and say what they heard until they hear no more. */
function keepAlive(relay: Running, name: string) {
  const heard: Heard[] = [];
  let stopped = false;
  let n = 0;
  const one = (agent: Agent, workspace: string) =>
    new Promise<Heard>((resolve) => {
      const headers = { 'content-type': 'application/json', 'x-tl-partner-id': partner, 'x-tl-signature': signature() };
      const sent = request(`${relay.url}/webhooks/timelinesai`, { method: 'POST', agent, headers }, (reply) => {
        reply.resume();
        reply.on('end', () => resolve({ status: reply.statusCode!, workspace }));
        reply.on('error', () => resolve({ status: 'closed', workspace }));
      });
      sent.on('error', () => resolve({ status: 'closed', workspace }));
      sent.end(JSON.stringify(body(workspace)));
    });
  const done = Promise.all(
    Array.from({ length: 16 }, async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      while (!stopped) {
        const answer = await one(agent, `${name}-${n++}`);
        heard.push(answer);
        if (answer.status === 'closed') break;
      }
      agent.destroy();
    }),
  );
  const end = () => {
    stopped = true;
    return done;
  };
  return { heard, end, answered: () => heard.filter(({ status }) => status === 200).map(({ workspace }) => workspace) };
}

for (const hangs of [false, true]) {
  test.concurrent(`SIGTERM under load${hangs ? ' while a receiver hangs' : ''}: exit 0 within eight seconds, clients hear 200, 503 or a close, and nothing answered is lost`, async ({
    onTestFinished,
  }) => {
    const { target, stage } = await scene(onTestFinished, routes);
    if (hangs) target.answer((one) => (one.body.alert?.workspace.id.endsWith('7') ? 'silence' : 200));
    const relay = await stage.start();
    const clients = keepAlive(relay, 'load');
    await until('some load', () => clients.answered().length > 150);
    const began = Date.now();
    expect(await stage.stop(relay)).toBe(0);
    expect(Date.now() - began).toBeLessThan(8000);
    await clients.end();
    expect([...new Set(clients.heard.map(({ status }) => status))].filter((status) => ![200, 503, 'closed'].includes(status))).toEqual([]);

    target.answer(() => 200);
    await stage.start();
    await until('all that was answered', () => clients.answered().every((workspace) => arrived(target).has(workspace)));
    await until('the last outcome', () => openDeliveries(stage) === 0);
    const copies = [...Map.groupBy(target.arrived, (one) => one.id).values()].map((list) => list.length);
    if (!hangs) expect(Math.max(...copies)).toBe(1);
    expect(new Set(target.arrived.map((one) => one.id)).size).toBe(arrived(target).size);
  });
}

test.concurrent('while it stops it is not ready and takes nothing, and a second SIGTERM ends it at once', async ({ onTestFinished }) => {
  const { target, stage } = await scene(onTestFinished, routes);
  target.answer(() => 'silence');
  const relay = await stage.start();
  await post(relay, body('hanging'));
  await until('the request that hangs', () => target.arrived.length === 1);
  relay.process.kill('SIGTERM');
  await until('it to be told', () => relay.log().includes('"msg":"stopping"'));
  expect(await readyz(relay)).toMatchObject({ status: 503, body: { status: 'down', reason: 'the relay is stopping' } });
  expect(await post(relay, body('late'))).toMatchObject({ status: 503, retryAfter: '5', body: { code: 'relay.draining' } });
  relay.process.kill('SIGTERM');
  expect(await relay.exited).toBe(1);
  target.answer(() => 200);
  await stage.start();
  await until('the message after all', () => arrived(target).has('hanging'));
});

test.concurrent('SIGINT stops it as SIGTERM does', async ({ onTestFinished }) => {
  const { stage } = await scene(onTestFinished, routes);
  const relay = await stage.start();
  relay.process.kill('SIGINT');
  expect(await relay.exited).toBe(0);
  expect(rows(stage, "SELECT value FROM notes WHERE key = 'store:clean'")).toEqual([{ value: '1' }]);
});

test.concurrent('a second relay on the same data directory ends at once and says why; the first goes on', async ({ onTestFinished }) => {
  const { target, stage } = await scene(onTestFinished, routes);
  const relay = await stage.start();
  const { code, output } = await stage.fails();
  expect(code).toBe(1);
  expect(output).toMatch(/^store\.owned: .*another relay runs on the same data directory/m);
  expect(await post(relay, body('first'))).toMatchObject({ status: 200 });
  await until('its message', () => arrived(target).has('first'));
});

test('a full disk: webhooks are answered 503 with Retry-After, what was accepted goes out, and it goes on by itself when space comes back', async ({
  onTestFinished,
}) => {
  const { target, stage } = await scene(onTestFinished, routes, { speed: 10 });
  const disk = { dir: join(stage.dir, 'disk') };
  mkdirSync(disk.dir);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk.dir]).status === 0;
  // Only root may mount. Elsewhere the page limit stands in for the disk, and raising it for freed space.
  const start = (limit: number) =>
    stage.start({ DATABASE_URL: `sqlite:${disk.dir}/relay.db`, ...(mounted ? {} : { STORY_MAX_BYTES: String(limit) }) });
  const answered: string[] = [];
  let n = 0;
  const knock = async (relay: Running) => {
    const workspace = `full-${n++}`;
    const answer = await post(relay, body(workspace));
    if (answer.status === 200) answered.push(workspace);
    return answer;
  };
  const filler = join(disk.dir, 'filler');
  try {
    let relay = await start(1_000_000);
    target.answer((_, reply) => {
      reply.setHeader('retry-after', '30');
      return 429;
    });
    for (let i = 0; i < 40; i++) expect(await knock(relay)).toMatchObject({ status: 200 });
    await until(
      'the receiver to ask for a pause',
      () => rows(disk, "SELECT id FROM deliveries WHERE last_class = 'rate-limited'").length > 0,
    );
    target.answer(() => 200);
    if (mounted) fill(filler);
    const refused = await until('the disk to be full', async () => {
      const answer = await knock(relay);
      return answer.status !== 200 && answer;
    });
    expect(refused).toMatchObject({ status: 503, body: { code: 'store.full' }, retryAfter: '60' });
    if (mounted) {
      const state = await until('it to be not ready', async () => (await readyz(relay)).status === 503 && readyz(relay));
      expect(state.body.reason).toContain('free space');
    }

    await until('what was accepted', () => answered.every((workspace) => arrived(target).has(workspace)));
    await until('the outcomes', () => openDeliveries(disk) === 0);
    expect(await knock(relay)).toMatchObject({ status: 503 });

    if (mounted) rmSync(filler);
    else {
      expect(await stage.stop(relay)).toBe(0);
      relay = await start(100_000_000);
    }
    await until('the relay to take webhooks again', async () => (await knock(relay)).status === 200);
    await until('it to be ready', async () => (await readyz(relay)).body.status === 'ok');
    await until('the rest', () => answered.every((workspace) => arrived(target).has(workspace)));
    await until('the last outcome', () => openDeliveries(disk) === 0);
    expect(target.taken.filter((one) => one.body.kind !== 'relay')).toHaveLength(answered.length);
    // A full store can keep no message, so it is told as soon as it can.
    if (mounted) await until('the operator to hear of it', () => toldTo(target).some((text) => text.includes('the disk was full')));
    expect(await stage.stop(relay)).toBe(0);
  } finally {
    await stage.end();
    if (mounted) execFileSync('umount', [disk.dir]);
  }
});

function fill(file: string): void {
  const handle = openSync(file, 'w');
  try {
    for (const chunk of [1 << 20, 1 << 16, 1 << 12]) {
      try {
        for (;;) writeSync(handle, Buffer.alloc(chunk));
      } catch (error) {
        if ((error as { code?: string }).code !== 'ENOSPC') throw error;
      }
    }
  } finally {
    closeSync(handle);
  }
}
