// Plug-ins dropped into a folder: one of twenty lines works by being there, and every way to be broken harms nothing else. The relay's time runs twenty
// times as fast, so that retries take less long.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { attemptsOf, deliveriesTo, readyz, toldTo } from './ask.ts';
import { receiver } from './receiver.ts';
import { post, type Running, sample, until, type World, world } from './world.ts';

type Target = Awaited<ReturnType<typeof receiver>>;
let fine: Target;
let ops: Target;
let notes: Target;
let stage: World;
let folder: string;
let relay: Running;

const postIt = `import { definePlugin, failFromReply } from 'timelines-relay/plugin';
import { z } from 'zod';

export default definePlugin({
  type: 'post-it',
  apiVersion: 1,
  options: z.strictObject({ board: z.url(), colour: z.enum(['yellow', 'pink']).default('yellow') }),
  content: { format: 'text' },
  target: ({ board }) => board,
  create: ({ board, colour }) => ({
    async send({ id, kind, message, alert }, { request }) {
      const lines = [message.headline, ...message.facts.map(({ label, value }) => \`\${label}: \${value}\`)];
      const body = JSON.stringify({ kind, colour, alert, message, lines });
      const headers = { 'content-type': 'application/json', 'webhook-id': id };
      const reply = await request(board, { headers, body });
      if (reply.status !== 200) failFromReply(reply);
      return { ref: { note: id } };
    },
  }),
});
`;
const sends = (type: string, send: string) => `import { definePlugin } from 'timelines-relay/plugin';
import { z } from 'zod';
export default definePlugin({
  type: '${type}', apiVersion: 1, options: z.strictObject({}), content: { format: 'text' },
  create: () => ({ ${send} }),
});
`;
const files = {
  'post-it.ts': postIt,
  'comma.ts': sends('comma', 'async send() {}').replace('apiVersion: 1,', 'apiVersion: 1,,'),
  'bang.ts': "import { definePlugin } from 'timelines-relay/plugin';\nthrow new Error('no licence');\nexport default definePlugin({});\n",
  'thrower.ts': sends('thrower', "async send() { throw new TypeError('undefined is no board'); }"),
  'hanger.ts': sends('hanger', 'send: () => new Promise(() => {})'),
  'junk.ts': sends('junk', 'async send() { return 42; }'),
};

beforeAll(async () => {
  [fine, ops, notes] = await Promise.all([receiver(), receiver(), receiver()]);
  const routes = `version: 1
timezone: UTC
destinations:
  fine: { plugin: http, url: "${fine.url}", allow_private: yes }
  ops: { plugin: http, url: "${ops.url}", allow_private: yes }
  wall: { plugin: post-it, board: "${notes.url}", colour: pink }
  comma: { plugin: comma }
  bang: { plugin: bang }
  thrower: { plugin: thrower, max_age: 1m, if_it_fails: fine }
  hanger: { plugin: hanger, timeout: 1s, max_age: 1m, if_it_fails: fine }
  junk: { plugin: junk, max_age: 1m, if_it_fails: fine }
routes:
${['fine', 'wall', 'comma', 'bang', 'thrower', 'hanger', 'junk'].map((name) => `  - { name: to-${name}, where: { workspace: "${name}-*" }, send: [${name}] }`).join('\n')}
fallback: { send: [ops] }
operator: ops
`;
  stage = world(routes, {}, { speed: 20 });
  folder = join(stage.dir, 'plugins');
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  relay = await stage.start({ PLUGINS_DIR: folder });
});
afterAll(async () => {
  await stage.close();
  for (const target of [fine, ops, notes]) target.close();
});

const send = async (workspace: string) => {
  expect(await post(relay, { ...sample('disconnected'), workspace_id: workspace })).toMatchObject({ status: 200 });
};
const heard = (target: Target, workspace: string) => target.taken.filter((one) => one.body.alert?.workspace.id === workspace);
let n = 0;
const othersGoOn = async () => {
  const workspace = `fine-${n++}`;
  await send(workspace);
  await until('the message of another destination', () => heard(fine, workspace).length === 1);
};

test('twenty lines of TypeScript work by being copied into the folder', async () => {
  expect(postIt.trim().split('\n')).toHaveLength(20);
  await send('wall-1');
  const [note] = await until('the note', () => heard(notes, 'wall-1').length > 0 && heard(notes, 'wall-1'));
  const lines = expect.arrayContaining(['wall-1: +•••••6789 is down (logged out)', 'Workspace: wall-1']);
  expect(note!.body).toMatchObject({ kind: 'alert', colour: 'pink', lines });
  const done = await until('its receipt', () => deliveriesTo(stage, 'wall').find(({ state }) => state === 'delivered'));
  expect(done.receipt).toBe(JSON.stringify({ note: note!.id }));
});

test('a syntax error and a throw at import degrade: told with file and line, webhooks accepted, messages wait, others deliver', async () => {
  const { status, body } = await readyz(relay);
  expect(status).toBe(200);
  expect(body.status).toBe('degraded');
  expect(body.degraded.filter(({ code }) => code === 'plugin.bad').map(({ subject, text }) => `${subject}: ${text}`)).toEqual([
    expect.stringMatching(/bang\.ts: line 2: .*no licence/),
    expect.stringMatching(/comma\.ts: line 4: syntax error/),
  ]);
  for (const name of ['comma', 'bang']) {
    await until(`the operator to hear of ${name}`, () => toldTo(ops).some((text) => text.includes(`${name}.ts`)));
    await send(`${name}-1`);
    await until(`${name} to be held`, async () =>
      (await readyz(relay)).body.degraded.some(({ code, subject }) => code === 'destination.held' && subject === name),
    );
    expect(deliveriesTo(stage, name)).toMatchObject([{ attempts: 0 }]);
  }
  await othersGoOn();
});

const faults = {
  thrower: /TypeError: undefined is no board \(at thrower\.ts:\d+:\d+\)/,
  hanger: /no result within 1 s/,
  junk: /send returned number/,
};
for (const [name, error] of Object.entries(faults)) {
  test.concurrent(`${name}: costs its attempts alone, is retried, then if_it_fails takes it and the operator is told`, async () => {
    await send(`${name}-1`);
    await until('its first attempt', () => deliveriesTo(stage, name).some((one) => one.attempts === 1));
    await othersGoOn();
    await until('the message by the next destination', () => heard(fine, `${name}-1`).length === 1);
    const [delivery] = deliveriesTo(stage, name);
    expect(delivery).toMatchObject({ state: 'dead' });
    const attempts = attemptsOf(stage, String(delivery!.id));
    expect(attempts.length).toBeGreaterThanOrEqual(2);
    for (const attempt of attempts) expect(attempt.error).toMatch(error);
    await until('the operator to hear of it', () => toldTo(ops).some((text) => text.includes(`A message for ${name}`)));
  });
}

test('what waited for a broken plug-in arrives once the file is mended and the relay started again', async () => {
  await send('comma-2');
  expect(await stage.stop(relay)).toBe(0);
  writeFileSync(
    join(folder, 'comma.ts'),
    postIt.replaceAll("'post-it'", "'comma'").replace('board: z.url()', `board: z.url().default('${notes.url}')`),
  );
  relay = await stage.start({ PLUGINS_DIR: folder });
  await until('what waited', () => heard(notes, 'comma-2').length === 1);
  const degraded = (await readyz(relay)).body.degraded.map(({ subject }) => subject.split('/').at(-1));
  expect(degraded).toContain('bang.ts');
  expect(degraded.filter((subject) => subject?.startsWith('comma'))).toEqual([]);
});

test('a message that brings the relay down is given up after three begun attempts, and the relay stays up', async () => {
  await stage.stop(relay);
  // Outside of any promise of its own: nothing can catch it, and the supervisor starts the relay again.
  const crash =
    "async send({ alert }) { if (alert?.workspace.id === 'bang-2') await new Promise(() => setTimeout(() => { throw new Error('out of the blue'); })); }";
  writeFileSync(join(folder, 'bang.ts'), sends('bang', crash));
  let crashes = 0;
  const given = () => deliveriesTo(stage, 'bang').find((one) => one.last_class === 'poison');
  relay = await stage.start({ PLUGINS_DIR: folder });
  await send('bang-2');
  while (given() === undefined) {
    await until('a crash, or the end of the message', () => relay.process.exitCode !== null || given() !== undefined);
    if (relay.process.exitCode === null) break;
    crashes++;
    // It may come down before it is up.
    for (let up = false; !up; ) {
      up = await stage.start({ PLUGINS_DIR: folder }).then(
        (started) => {
          relay = started;
          return true;
        },
        () => {
          crashes++;
          return false;
        },
      );
    }
  }
  expect(crashes).toBe(4);
  expect(relay.process.exitCode).toBeNull();
  await until('the operator to hear of it', () => toldTo(ops).some((text) => text.includes('as if it brought the relay down')));
  await othersGoOn();
});

test('a plug-in that spins is seen from another thread: the relay ends itself, and what waited arrives once the file is mended', async () => {
  await stage.stop(relay);
  const spin = "async send({ alert }) { while (alert?.workspace.id === 'bang-3') {} }";
  writeFileSync(join(folder, 'bang.ts'), sends('bang', spin));
  relay = await stage.start({ PLUGINS_DIR: folder, STORY_STALL_MS: '2000' });
  await send('bang-3');
  await until('the end of the process', () => relay.process.signalCode === 'SIGKILL');
  expect(relay.log()).toContain('relay.stalled');
  writeFileSync(join(folder, 'bang.ts'), sends('bang', 'async send() {}'));
  relay = await stage.start({ PLUGINS_DIR: folder });
  await until('its message', () => deliveriesTo(stage, 'bang').at(-1)?.state === 'delivered');
  await othersGoOn();
});
