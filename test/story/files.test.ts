// What an operator does to the files of a running relay, and what mistakes do: nothing but being told. The relay's time runs ten times as fast, so
// that it looks at the files five times a second.
import { mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { admin, readyz, toldTo } from './ask.ts';
import { receiver } from './receiver.ts';
import { drop, post, type Running, sample, until, type World, world } from './world.ts';

type Target = Awaited<ReturnType<typeof receiver>>;
const targets = {} as Record<'one' | 'two' | 'ops', Target>;
const stages: World[] = [];

const stageOf = (routes: string, files?: Record<string, string>): World => {
  const stage = world(routes, files, { speed: 10 });
  stages.push(stage);
  return stage;
};

beforeAll(async () => {
  for (const name of ['one', 'two', 'ops'] as const) targets[name] = await receiver();
});
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.close();
  for (const { arrived, taken } of Object.values(targets)) {
    arrived.length = 0;
    taken.length = 0;
  }
});
afterAll(() => {
  for (const target of Object.values(targets)) target.close();
});

const routes = (to: string, { table = false } = {}) => `version: 1
timezone: UTC
${table ? 'workspaces: { file: workspaces.csv }\n' : ''}destinations:
  one: { plugin: http, url: "${targets.one.url}", allow_private: yes }
  two: { plugin: http, url: "${targets.two.url}", allow_private: yes }
  ops: { plugin: http, url: "${targets.ops.url}", allow_private: yes }
routes:
${table ? '  - { name: vip, where: { tag: vip }, send: [two], stop: yes }\n' : ''}  - { name: everything, send: [${to}] }
fallback: { send: [ops] }
operator: ops
`;
const twoMistakes = () => routes('one').replace('send: [one]', 'sned: [one]').replace('operator: ops', 'operator: opps');

let n = 0;
/** Where a new event ends up. */
async function heardBy(relay: Running, workspace = `w-${n++}`, rotated = new Date().toISOString()): Promise<string> {
  expect(await post(relay, { ...sample('token-rotated'), workspace_id: workspace, rotated_at: rotated })).toMatchObject({ status: 200 });
  const has = ({ taken }: Target) =>
    taken.some((one) => one.body.alert?.workspace.id === workspace && one.body.event?.rotated_at === rotated);
  return until('the message', () => Object.entries(targets).find(([, target]) => has(target))?.[0]);
}
const inForce = (relay: Running): number => relay.log().split('"msg":"rules.in_force"').length - 1;

test('a file that breaks changes nothing, is told once with its line, column and cure, and works again as soon as it is mended', async () => {
  const stage = stageOf(routes('one'));
  const relay = await stage.start();
  expect(await heardBy(relay)).toBe('one');
  stage.file('routes.yaml', twoMistakes());
  const told = await until('the operator to hear of it', () => toldTo(targets.ops)[0]);
  expect(told).toContain('mistakes in routes.yaml, the old rules stay');
  expect(told).toMatch(/routes\.yaml:8:25 .*`sned` is no key of a route\. Did you mean `send`\?/);
  expect(told).toMatch(/routes\.yaml:10:11 .*Did you mean `ops`\?/);
  expect(await readyz(relay)).toMatchObject({
    status: 200,
    body: { status: 'degraded', degraded: [{ code: 'rules.bad', subject: 'routes.yaml' }] },
  });
  expect(relay.log()).toMatch(/"level":"warn"[^\n]*routes\.yaml:8:25/);
  expect(await heardBy(relay)).toBe('one');

  const refusals = () => relay.log().split('"msg":"rules.refused"').length - 1;
  stage.file('routes.yaml', twoMistakes().replace('version: 1', 'version: 2'));
  await until('the next refusal', () => refusals() === 2);
  expect(await heardBy(relay)).toBe('one');

  stage.file('routes.yaml', routes('two'));
  await until('the new rules', () => inForce(relay) === 2);
  expect(await readyz(relay)).toMatchObject({ status: 200, body: { status: 'ok', degraded: [] } });
  expect(await heardBy(relay)).toBe('two');
  expect(toldTo(targets.ops)).toHaveLength(1);
  expect(relay.process.exitCode).toBeNull();
});

test('none of all the ways to break routes.yaml gets into force, and each is answered with its lines', async () => {
  const folder = new URL('../rules/broken/', import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith('.bad.yaml'));
  expect(names.length).toBeGreaterThanOrEqual(20);
  const stage = stageOf(routes('one'));
  const relay = await stage.start();
  const { body: before } = await admin(relay, '/config');
  for (const name of names) {
    stage.file('routes.yaml', readFileSync(new URL(name, folder), 'utf8'));
    const { status, body } = await admin<{ code: string; text: string; mistakes: { line: number; column: number }[] }>(
      relay,
      '/config/reload',
      { reason: name },
    );
    expect({ name, status, code: body.code }).toEqual({ name, status: 422, code: 'rules.bad' });
    expect(body.text, name).toMatch(/^routes\.yaml:\d+:\d+ /m);
  }
  expect(await admin(relay, '/config')).toMatchObject({ body: { revision: before.revision, from: 'file' } });
  expect(await heardBy(relay)).toBe('one');
  expect(toldTo(targets.ops)).toHaveLength(1);
});

test('what a running relay holds ends by the new file: where that has no hold, at once', async () => {
  const stage = stageOf(routes('one').replace('name: everything,', 'name: everything, hold: 1h,'));
  const relay = await stage.start();
  expect(await post(relay, drop('held'))).toMatchObject({ status: 200 });
  // A notice is not held: the drop is behind it.
  expect(await heardBy(relay)).toBe('one');
  expect(targets.one.taken).toHaveLength(1);
  stage.file('routes.yaml', routes('one'));
  await until('the drop', () => targets.one.taken.some((one) => one.body.alert?.workspace.id === 'held'));
});

test('what waits for its next try goes out at once when its destination is mended', async () => {
  const stage = stageOf(routes('one'));
  targets.one.answer((_, reply) => {
    reply.setHeader('retry-after', '3600');
    return 503;
  });
  const relay = await stage.start();
  expect(await post(relay, { ...sample('token-rotated'), workspace_id: 'waiting' })).toMatchObject({ status: 200 });
  await until('it to be put off for an hour', () => targets.one.arrived.length === 1);
  targets.one.answer(() => 200);
  stage.file(
    'routes.yaml',
    routes('one').replace('one: { plugin: http, ', 'one: { plugin: http, headers: { authorization: "the right one" }, '),
  );
  const arrived = await until('it to arrive', () => targets.one.taken[0]);
  expect(arrived).toMatchObject({ headers: { authorization: 'the right one' }, body: { alert: { workspace: { id: 'waiting' } } } });
});

test('a restart with a bad file serves the last good one and says so, until the file is mended', async () => {
  const stage = stageOf(routes('one'));
  expect(await stage.stop(await stage.start())).toBe(0);
  stage.file('routes.yaml', twoMistakes());
  const relay = await stage.start();
  expect(relay.log()).toMatch(/"rules":"last-good","msg":"listening"/);
  expect(relay.log()).toMatch(/"level":"warn"[^\n]*routes\.yaml:8:25/);
  expect(await readyz(relay)).toMatchObject({ status: 200, body: { status: 'degraded', degraded: [{ code: 'rules.bad' }] } });
  expect(await until('the operator to hear of it', () => toldTo(targets.ops)[0])).toContain('routes.yaml:8:25');
  expect(await heardBy(relay)).toBe('one');

  // The last good one outlives a crash too, and a second restart.
  await stage.kill(relay);
  const again = await stage.start();
  expect(await heardBy(again)).toBe('one');
  stage.file('routes.yaml', routes('two'));
  await until('the mended file', async () => (await readyz(again)).body.status === 'ok');
  expect(await heardBy(again)).toBe('two');
  expect(toldTo(targets.ops)).toHaveLength(1);
});

test('a first start with a bad file and no good copy ends with exit 1 and every mistake', async () => {
  const stage = stageOf(twoMistakes());
  const { code, output } = await stage.fails();
  expect(code).toBe(1);
  expect(output).toMatch(/^rules\.bad: routes\.yaml:8:25 /m);
  expect(output).toMatch(/^routes\.yaml:10:11 /m);
  expect(output).toContain('write:');
});

test('SIGHUP reads the files at once', async () => {
  const stage = stageOf(routes('one'));
  const relay = await stage.start();
  // Unchanged, so that only the signal can be the reason.
  relay.process.kill('SIGHUP');
  await until('the files to be read', () => inForce(relay) === 2);
  expect(await heardBy(relay)).toBe('one');
});

test('a change of the table takes effect, and a broken one keeps the old', async () => {
  const stage = stageOf(routes('one', { table: true }), { 'workspaces.csv': 'id,name,tags\nacme,Acme,\nzeta,Zeta,vip\n' });
  const relay = await stage.start();
  expect(await heardBy(relay, 'acme')).toBe('one');
  stage.file('workspaces.csv', 'id,name,tags\nacme,Acme,vip\nzeta,Zeta,\n');
  await until('the new table', () => inForce(relay) === 2);
  expect(await heardBy(relay, 'acme')).toBe('two');
  expect(await heardBy(relay, 'zeta')).toBe('one');
  stage.file('workspaces.csv', 'id,name,tags\nacme,Acme,\nacme,Acme twice,\n');
  expect(await until('the operator to hear of it', () => toldTo(targets.ops)[0])).toMatch(/workspaces\.csv:3/);
  expect(await heardBy(relay, 'acme')).toBe('two');
});

test('a swapped link, as a mounted config map changes, is a change', async () => {
  const stage = stageOf('', {});
  const mounted = join(stage.dir, 'mounted');
  for (const [version, to] of [
    ['v1', 'one'],
    ['v2', 'two'],
  ] as const) {
    mkdirSync(join(mounted, version), { recursive: true });
    writeFileSync(join(mounted, version, 'routes.yaml'), routes(to));
  }
  symlinkSync('v1', join(mounted, '..data'));
  symlinkSync('..data/routes.yaml', join(mounted, 'routes.yaml'));
  const relay = await stage.start({ CONFIG_DIR: mounted });
  expect(await heardBy(relay)).toBe('one');
  symlinkSync('v2', join(mounted, '..data_tmp'));
  renameSync(join(mounted, '..data_tmp'), join(mounted, '..data'));
  await until('the new rules', () => inForce(relay) === 2);
  expect(await heardBy(relay)).toBe('two');
});

test('a template that breaks keeps the words of before and is told with its line', async () => {
  const stage = stageOf(routes('one'));
  const templates = join(stage.dir, 'templates');
  mkdirSync(templates);
  const words = (headline: string) => writeFileSync(join(templates, 'token-rotated.yaml'), `headline: "${headline}"\n`);
  words('New token at {{workspace.id}}');
  const relay = await stage.start({ TEMPLATES_DIR: templates });
  await heardBy(relay, 'acme');
  words('New token at {{workspce.id}}');
  expect(await until('the operator to hear of it', () => toldTo(targets.ops)[0])).toMatch(/templates\/token-rotated\.yaml:1:\d+ /);
  await heardBy(relay, 'zeta');
  expect(targets.one.taken.map((one) => one.body.message.headline)).toEqual(['New token at acme', 'New token at zeta']);
});

/** Nobody is to hear of it, and yet it is told. */
const failingTest = () => `${routes('one')}tests:
  - name: a rotated token is nobody's business
    given: [{ at: "10:00", event: token-rotated, workspace: acme }]
    expect: nothing
`;

test('a reload whose tests fail changes nothing and is answered with their line of time', async () => {
  const stage = stageOf(routes('one'));
  const relay = await stage.start();
  const { body: before } = await admin(relay, '/config');
  stage.file('routes.yaml', failingTest());
  const { status, body } = await admin<{ code: string; text: string; mistakes: { code: string; line: number }[] }>(
    relay,
    '/config/reload',
    {
      reason: 'a try',
    },
  );
  expect({ status, code: body.code }).toEqual({ status: 422, code: 'rules.bad' });
  expect(body.mistakes).toMatchObject([{ code: 'test', line: 12 }]);
  expect(body.text).toContain('+ 10:00 got       notice → one (everything)');
  expect(await until('the operator to hear of it', () => toldTo(targets.ops)[0])).toContain('notice → one (everything)');
  expect(await readyz(relay)).toMatchObject({ status: 200, body: { status: 'degraded', degraded: [{ code: 'rules.bad' }] } });
  expect(await admin(relay, '/config')).toMatchObject({ body: { revision: before.revision, from: 'file' } });
  expect(await heardBy(relay)).toBe('one');

  stage.file('routes.yaml', failingTest().replace('expect: nothing', 'expect: [{ at: "10:00", to: one, what: notice }]'));
  await until('the tests to hold', async () => (await readyz(relay)).body.status === 'ok');
});

test('a start with a failing test serves the last good file and says so, and without one it ends with the line of time', async () => {
  const stage = stageOf(routes('two'));
  expect(await stage.stop(await stage.start())).toBe(0);
  stage.file('routes.yaml', failingTest());
  const relay = await stage.start();
  expect(relay.log()).toMatch(/"rules":"last-good","msg":"listening"/);
  expect(await readyz(relay)).toMatchObject({ status: 200, body: { status: 'degraded', degraded: [{ code: 'rules.bad' }] } });
  expect(await until('the operator to hear of it', () => toldTo(targets.ops)[0])).toContain("a rotated token is nobody's business");
  expect(await heardBy(relay)).toBe('two');

  const { code, output } = await stageOf(failingTest()).fails();
  expect(code).toBe(1);
  expect(output).toMatch(/^rules\.bad: routes\.yaml:12:5 /m);
  expect(output).toContain('+ 10:00 got       notice → one (everything)');
});
