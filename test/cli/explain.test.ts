import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { call, config, folder, root } from './call.ts';
import { type Running, running } from './running.ts';

type Line = { at: string; gate: string; text: string };
type Explained = {
  id: string;
  outcome: string;
  received_at: string;
  trace: Line[];
  deliveries: Record<string, unknown>[];
  later?: { trace: Line[] };
};
type Stored = Explained & { outcomes: { id: string; state: string }[] };

const words = (trace: Line[]) => trace.map(({ gate, text }) => `${gate}: ${text}`);

/** Sends one webhook and waits until all it led to is delivered, and that is at least so much. */
async function sendAndExplain(relay: Running, name: string, told: number, ...more: string[]): Promise<Stored> {
  const { out } = await relay.call('simulate', '--event', name, '--json', ...more);
  const [{ id }] = JSON.parse(out).answers;
  await relay.until<{ deliveries: { state: string }[] }>(
    `/events/${id}`,
    ({ deliveries }) => deliveries.length >= told && deliveries.every(({ state }) => state === 'delivered'),
  );
  return JSON.parse((await relay.call('explain', id, '--json')).out);
}

test('the stored trace and explain on paper say the same of each sample, word for word, in JSON and as text', async () => {
  const relay = await running();
  const names = readdirSync(join(root, 'test/events')).filter((name) => name.endsWith('.json'));
  expect(names).toHaveLength(9);
  const compare = async (name: string, n: number) => {
    const workspace = ['--workspace', `sample-${n}`];
    const stored = await sendAndExplain(relay, `test/events/${name}`, 0, ...workspace);
    const { out } = await relay.call('explain', '--event', `test/events/${name}`, ...workspace, '--at', stored.received_at, '--json');
    const paper: Explained = JSON.parse(out);
    expect(words(paper.trace)).toEqual(words(stored.trace));
    expect(paper.outcome).toBe(stored.outcome);
    expect(paper.later?.trace).toEqual([]);
  };
  await Promise.all(names.map(compare));
  // One of them also as a person reads it.
  const stored = await sendAndExplain(relay, 'messaging-100', 1);
  const told = (await relay.call('explain', stored.id)).out;
  const paper = (await relay.call('explain', '--event', 'messaging-100', '--at', stored.received_at)).out;
  expect(textOf(told)).not.toEqual([]);
  expect(textOf(paper)).toEqual(textOf(told));
});

/** The lines of the trace without their times. */
const textOf = (out: string): string[] =>
  out
    .split('\n')
    .filter((line) => /^\d{4}-/.test(line))
    .map((line) => line.slice(20).replace(/ +/g, ' ').trim());

test('what waits out a hold says so before its end, and after it what it led to, on paper as in the store', async () => {
  const relay = await running();
  const stored = await sendAndExplain(relay, 'disconnected', 1, '--workspace', 'acme');
  const at = ['--workspace', 'acme', '--at', stored.received_at];
  const paper: Explained = JSON.parse((await relay.call('explain', '--event', 'disconnected', ...at, '--json')).out);
  expect(words(paper.trace)).toEqual(words(stored.trace));
  expect(words(stored.trace)).toContain('hold: down-vip: still so after 1 s');
});

test('before its hold has ended an event on paper says what would come, apart from what is decided', async () => {
  const { code, out } = await call(['explain', '--event', 'disconnected', '--json'], config());
  expect(code).toBe(0);
  const { trace, deliveries, later } = JSON.parse(out);
  expect(words(trace).at(-1)).toMatch(/^hold: number-down: waits until /);
  expect(deliveries).toEqual([]);
  expect(words(later.trace)).toEqual(['hold: number-down: still so after 2 min', 'deliver: number-down: ops']);
  expect(later.deliveries).toEqual([expect.objectContaining({ kind: 'alert', destination: 'ops', route: 'number-down' })]);
  const text = (await call(['explain', '--event', 'disconnected'], config())).out;
  expect(text).toContain('If nothing else comes:');
});

test('--json shows the deliveries as http posted them', async () => {
  const relay = await running();
  const { deliveries } = await sendAndExplain(relay, 'messaging-100', 1, '--workspace', 'shop');
  expect(deliveries).toHaveLength(1);
  const [posted] = relay.posts;
  // Made ready a moment later or earlier: the time of the making is the only difference.
  expect({ ...deliveries[0], at: '' }).toEqual({ ...posted, at: '' });
});

test('an id of twenty digits keeps them all on the way through --workspace and --json', async () => {
  const dir = folder({
    'body.json': '{"workspace_id":12345678901234567890,"event_type":"workspace:seats_full","seats_purchased":98765432109876543210}',
  });
  const { out } = await call(['explain', '--event', `${dir}/body.json`, '--json'], config());
  expect(JSON.parse(out).workspace).toBe('12345678901234567890');
  const moved = await call(['explain', '--event', `${dir}/body.json`, '--workspace', 'acme', '--json'], config());
  expect(JSON.parse(moved.out).workspace).toBe('acme');
  expect(moved.out).toContain('98765432109876543210');
});

test('an event that is not in the store is the answer no', async () => {
  const relay = await running();
  const { code, out, err } = await relay.call('explain', 'e_01ARZ3NDEKTSV4RRFFQ69G5FAV');
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain('there is no event e_01ARZ3NDEKTSV4RRFFQ69G5FAV');
});

test('what was decided can be asked while routes.yaml has mistakes', async () => {
  const relay = await running();
  const { id } = await sendAndExplain(relay, 'token-rotated', 1);
  writeFileSync(join(relay.env.CONFIG_DIR!, 'routes.yaml'), 'version: 2\n');
  const { code, out, err } = await relay.call('explain', id);
  expect(code).toBe(0);
  expect(out).toMatch(/ match +rotated: yes$/m);
  expect(out).toMatch(/ notice +ops +rotated +delivered, 1 attempt$/m);
  expect(err).toContain('routes.yaml has mistakes');
});

test('a body that no relay would take is told with the reason', async () => {
  const dir = folder({ 'body.json': '{"event_type":"workspace:seats_full"}' });
  const { code, err } = await call(['explain', '--event', `${dir}/body.json`], config());
  expect(code).toBe(1);
  expect(err).toContain('webhook.no_event');
});
