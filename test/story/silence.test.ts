// Silences of a real relay: made over the API, kept over a kill, ended by a person, planned in a file. The relay's time runs ten times as fast, so
// that it looks at the files five times a second.
import { expect, onTestFinished, test } from 'vitest';
import { admin } from './ask.ts';
import { back, drop, post, type Running, scene, toOne, until } from './world.ts';

type Silence = { id: string; source: string; muted: number; until: string; line?: number };
type Event = { trace: { gate: string; text: string }[] };

async function stageOf() {
  const { target, stage } = await scene(onTestFinished, toOne, { speed: 10 });
  const heard = (workspace: string): string[] =>
    target.taken.filter(({ body }) => body.alert?.workspace.id === workspace).map(({ body }) => String(body.kind));
  const told = (workspace: string, ...kinds: string[]) =>
    until(`${workspace} to be told (${kinds})`, () => heard(workspace).join() === kinds.join());
  /** What is said after it has arrived, so it would have too. */
  const sentinel = async (relay: Running, name: string) => {
    await post(relay, drop(name, stage.now()));
    await told(name, 'alert');
  };
  return { stage, heard, told, sentinel };
}

test('a drop within a silence tells nobody, also over a kill; ended by a person, the message comes; the recovery of what was told before goes out', async () => {
  const { stage, heard, told, sentinel } = await stageOf();
  let relay = await stage.start();
  await post(relay, drop('before', stage.now()));
  await told('before', 'alert');
  const asked = { where: { workspace: ['before', 'acme', 'short'] }, for: '2h', reason: 'they move house', by: 'ann' };
  const made = await admin<Silence>(relay, '/silences', asked);
  expect(made).toMatchObject({ status: 200, body: { source: 'person', muted: 0 } });
  const { body: event } = await post(relay, drop('acme', stage.now()));
  await post(relay, drop('short', stage.now()));
  await post(relay, back('short', stage.now()));
  await post(relay, back('before', stage.now()));
  await told('before', 'alert', 'resolved');
  await sentinel(relay, 'one');
  expect([heard('acme'), heard('short')]).toEqual([[], []]);
  const { body: detail } = await admin<Event>(relay, `/events/${event.id}`);
  expect(detail.trace.find(({ gate }) => gate === 'silence')?.text).toMatch(/^down: silenced until .+ by ann \(they move house\)/);

  await stage.kill(relay);
  relay = await stage.start();
  await sentinel(relay, 'two');
  expect(heard('acme')).toEqual([]);
  const { body: list } = await admin<{ items: Silence[] }>(relay, '/silences');
  expect(list.items).toMatchObject([{ id: made.body.id, muted: 2, by: 'ann', where: { workspace: asked.where.workspace } }]);
  expect(await admin(relay, `/silences/${made.body.id}`, { reason: 'they have moved' }, 'DELETE')).toMatchObject({ status: 200 });
  await told('acme', 'alert');
  await post(relay, back('acme', stage.now()));
  await told('acme', 'alert', 'resolved');
  expect([heard('acme'), heard('short')]).toEqual([['alert', 'resolved'], []]);
  expect(relay.log()).toMatch(/"what":"unsilence"[^\n]*"why":"they have moved"/);
});

test('a silence of the file is in force as soon as the file is there, is ended in the file alone, and its end tells what is open', async () => {
  const { stage, heard, told, sentinel } = await stageOf();
  const relay = await stage.start();
  const silences = async () => (await admin<{ items: Silence[] }>(relay, '/silences')).body.items;
  const ends = new Date(stage.now() + 86_400_000).toISOString();
  stage.file('silences.yaml', `silences:\n  - { where: { workspace: acme }, until: ${ends}, reason: planned }\n`);
  const [planned] = await until('the silence', async () => {
    const found = await silences();
    return found.length > 0 && found;
  });
  expect(planned).toMatchObject({ source: 'file', line: 2, until: ends });
  await post(relay, drop('acme', stage.now()));
  await sentinel(relay, 'one');
  expect(heard('acme')).toEqual([]);
  const refused = await admin(relay, `/silences/${planned?.id}`, { reason: 'done' }, 'DELETE');
  expect(refused).toMatchObject({
    status: 409,
    body: { code: 'silence.in_file', detail: expect.stringContaining('silences.yaml, line 2') },
  });

  stage.file('silences.yaml', 'silences:\n  - { where: { workspce: acme }, until: tomorrow, reason: planned }\n');
  await until('the mistakes', () => relay.log().includes('silences.yaml:2:16'));
  expect(await silences()).toHaveLength(1);
  stage.file('silences.yaml', 'silences: []\n');
  await told('acme', 'alert');
  expect(await silences()).toEqual([]);
});

test('what stands in the file no longer when the relay comes up again is told then', async () => {
  const { stage, heard, told, sentinel } = await stageOf();
  const ends = new Date(stage.now() + 86_400_000).toISOString();
  stage.file('silences.yaml', `silences:\n  - { where: { workspace: acme }, until: ${ends}, reason: planned }\n`);
  const before = await stage.start();
  await post(before, drop('acme', stage.now()));
  await sentinel(before, 'one');
  expect(heard('acme')).toEqual([]);
  await stage.stop(before);
  stage.file('silences.yaml', '# none\n');
  await stage.start();
  await told('acme', 'alert');
});
