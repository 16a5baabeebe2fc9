// What a person does at an incident and at a destination: closes it, silences it, pauses it, sends again what died there.
import { expect, onTestFinished, test } from 'vitest';
import type { AdminParts } from '../../../src/admin/parts.ts';
import type { LaneState, Shut } from '../../../src/deliver/lane-state.ts';
import { at, route, rulesOf } from '../../decide/paper.ts';
import { openPages, type Stage } from './stage.ts';

const rules = rulesOf([route('down', ['ops', 'mail'], { events: ['disconnected'] })]);
const path = '/incidents/wa%3Ashop%3A1';

async function stageOf() {
  let shut: Shut | undefined;
  const ops = (): LaneState => ({
    ...{ name: 'ops', health: 'ok', since: at('09:00'), waiting: 0, running: 0, slots: 8, counts: {} },
    ...(shut && { health: 'paused', slots: 0, since: shut.since, by: shut.by, reason: `paused by ${shut.by}: ${shut.reason}` }),
    ...(shut?.until !== undefined && { until: shut.until }),
  });
  const parts: Partial<AdminParts> = {
    lanes: () => [ops()],
    pause: async (_name, wanted) => {
      shut = wanted;
    },
    resume: () => {
      const was = shut !== undefined;
      shut = undefined;
      return was;
    },
    replay: (ids, reason) => stage.stored.replay(ids, reason, stage.clock.now()),
  };
  const stage: Stage = await openPages({ rules, parts });
  onTestFinished(() => stage.close());
  return stage;
}

const plain = (html: string) => html.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=').replaceAll('&#x2F;', '/');
const follow = async (stage: Stage, answer: { headers: Record<string, string | string[] | undefined> }) =>
  (await stage.get(String(answer.headers.location))).text;

test('an incident is closed with a name and a reason, and its page then says so and has no form', async () => {
  const stage = await stageOf();
  await stage.happens('09:10', 'disconnected');
  const refused = await stage.submit(path, `${path}/close`, { by: 'Ann', reason: ' ' });
  expect(refused.status).toBe(400);
  const answer = await stage.submit(path, `${path}/close`, { by: 'Ann', reason: 'the number +34600111222 is <given> up' });
  expect(answer.status).toBe(303);
  const text = await follow(stage, answer);
  expect(text).toContain('Closed: whoever was told of it hears that');
  expect(text).toContain('closed by Ann: the number +•••••••1222 is &lt;given&gt; up');
  expect(text).not.toMatch(/<form class="stack"/);
  expect(stage.lines).toContainEqual(expect.objectContaining({ message: 'admin.changed', what: 'close', by: 'Ann' }));
  expect((await stage.submit('/destinations/ops', `${path}/close`, { by: 'Bob', reason: 'me too' })).status).toBe(409);
});

test('one whose key holds its number is still found by its hidden key when it is closed: after the form, from the list and from the audit', async () => {
  const stage = await stageOf();
  await stage.happens('09:10', 'disconnected', { incidentKey: 'wa:shop:+34600111222' });
  const hidden = `/incidents/${encodeURIComponent('wa:shop:+•••••••1222')}`;
  const answer = await stage.submit(hidden, `${hidden}/close`, { by: 'Ann', reason: 'given up' });
  expect(answer.status).toBe(303);
  expect(await follow(stage, answer)).toContain('closed by Ann: given up');
  expect(plain((await stage.get('/incidents?state=over')).text)).toContain(`href="${hidden}"`);
  expect((await stage.get(hidden)).status).toBe(200);
});

test('an incident and an event lead to the form of a silence, filled in for them; looking silences nothing', async () => {
  const stage = await stageOf();
  const { id } = await stage.happens('09:10', 'disconnected');
  for (const from of [path, `/events/${id}`]) {
    const link = plain((await stage.get(from)).text).match(/href="(\/silences\?[^"]+)"/)?.[1];
    expect(link, from).toBe('/silences?workspace=shop&account=1#new');
  }
  const { text } = await stage.get('/silences?workspace=shop&account=1');
  expect(text).toMatch(/name="workspace" [^>]*value="shop"/);
  expect(text).toMatch(/name="account" [^>]*value="1"/);
  expect(text).toContain('None: everybody hears');
  expect((await stage.get('/silences?workspace=%22%3E%3Cscript%3E')).text).not.toContain('"><script>');
});

test('a number without an id is left for the reader to name, for its page does not show it whole', async () => {
  const stage = await stageOf();
  await stage.happens('09:10', 'disconnected', { incidentKey: 'wa:shop:+34600111222' });
  const { text } = await stage.get(`/incidents/${encodeURIComponent('wa:shop:+•••••••1222')}`);
  expect(plain(text)).toContain('href="/silences?workspace=shop#new"');
});

test('a destination is paused with a reason and for a while, and resumed', async () => {
  const stage = await stageOf();
  const page = '/destinations/ops';
  expect((await stage.submit(page, `${page}/pause`, { reason: '' })).status).toBe(400);
  expect((await stage.submit(page, `${page}/pause`, { reason: 'x', lasts: '31d' })).status).toBe(400);
  const answer = await stage.submit(page, `${page}/pause`, { reason: 'the channel moves', lasts: '2h', by: 'Ann' });
  const text = await follow(stage, answer);
  expect(text).toContain('Paused: what is for it waits until');
  expect(text).toContain('paused by Ann: the channel moves');
  expect(text).toContain('Pause it for longer');
  expect(stage.lines).toContainEqual(
    expect.objectContaining({ what: 'pause', destination: 'ops', by: 'Ann', until: '2026-11-23T11:00:00.000Z', why: 'the channel moves' }),
  );
  expect(await follow(stage, await stage.submit(page, `${page}/resume`))).toContain('Resumed: what is due goes out now.');
  await stage.submit(page, `${page}/pause`, { reason: 'for good' });
  expect((await stage.get(page)).text).toContain('paused by somebody on this machine: for good');
});

test('what died there in the last week is listed and sent again by one press, once', async () => {
  const stage = await stageOf();
  expect((await stage.get('/destinations/ops')).text).toContain('<p>Nothing.</p>');
  const event = await stage.happens('09:10', 'disconnected');
  const { items } = await stage.stored.reads.read.deliveries({ destination: 'ops' });
  await stage.stored.settle({ delivery: items[0]! }, { class: 'permanent', error: 'gone: sekret' }, { state: 'dead' }, at('09:11'));
  const { text } = await stage.get('/destinations/ops');
  expect(text).toContain('1 message died and was not sent again.');
  expect(text).toContain(`/events/${event.id}`);
  expect(text).toContain('gone: •••');
  const answer = await stage.submit('/destinations/ops', '/destinations/ops/replay', { reason: 'mended' });
  const after = await follow(stage, answer);
  expect(after).toContain('Sent again: 1.');
  expect(after).toContain('<p>Nothing.</p>');
  expect(stage.lines).toContainEqual(expect.objectContaining({ what: 'replay', matched: 1, why: 'mended' }));
});
