// `incidents`, and the members that `deliveries --id` lists.
import { expect, onTestFinished, test } from 'vitest';
import { openStored } from '../admin/stored.ts';
import { virtualClock } from '../clock.ts';
import { at, destination, eventAt, route, rulesOf } from '../decide/paper.ts';
import { call, config } from './call.ts';
import { running } from './running.ts';

type Listed = { items: { key: string; acknowledged?: { by: string } }[] };

test('incidents lists what is open; --ack has the running relay take it on, and the list then says who has it', async () => {
  const relay = await running();
  expect((await relay.call('incidents', '--all')).out).toBe('no incidents\n');
  await relay.call('simulate', '--event', 'disconnected', '--event', 'seats-full', '--workspace', 'shop');
  const list = await relay.call('incidents', '--workspace', 'shop');
  expect(list.code).toBe(0);
  expect(list.out).toMatch(/disconnected +shop +\+•+\d{4} +open +ops, boss +wa:shop:/);
  expect(list.out).toMatch(/seats-full +shop +open +ops +seats:shop$/m);
  const { items } = JSON.parse((await relay.call('incidents', '--json')).out) as Listed;
  const key = items.find((one) => one.key.startsWith('wa:'))!.key;

  const taken = await relay.call('incidents', '--ack', key, '--by', 'Ann', '--reason', 'on it');
  expect(taken.code).toBe(0);
  expect(taken.out).toMatch(new RegExp(`^Ann has ${key} until \\d{4}-.* \\(UTC\\): no reminders, no escalation\n$`));
  expect((await relay.call('incidents')).out).toMatch(/disconnected .* Ann has it until /);
  const json = await relay.call('incidents', '--ack', 'seats:shop', '--json');
  expect(JSON.parse(json.out)).toMatchObject({ key: 'seats:shop', acknowledged: { by: expect.stringMatching(/./) } });
});

test('what is over or was never there is the answer no', async () => {
  const relay = await running();
  const { code, err } = await relay.call('incidents', '--ack', 'wa:nobody:1');
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('admin.not_found') });
  await relay.call('simulate', '--event', 'disconnected', '--event', 'connected', '--workspace', 'shop');
  const { items } = JSON.parse((await relay.call('incidents', '--all', '--json')).out) as Listed;
  expect((await relay.call('incidents')).out).toBe('no open incidents\n');
  expect((await relay.call('incidents', '--all')).out).toMatch(/disconnected +shop .* over \d{4}-/);
  const over = await relay.call('incidents', '--ack', items[0]!.key);
  expect({ code: over.code, err: over.err }).toEqual({ code: 1, err: expect.stringContaining('incident.over') });
});

test('--close has the running relay close one, the list then says by whom, and it cannot be closed twice', async () => {
  const relay = await running();
  await relay.call('simulate', '--event', 'disconnected', '--event', 'seats-full', '--workspace', 'shop');
  const { items } = JSON.parse((await relay.call('incidents', '--json')).out) as Listed;
  const key = items.find((one) => one.key.startsWith('wa:'))!.key;
  const closing = ['incidents', '--close', key, '--by', 'Ann', '--reason', 'number given up'];
  const closed = await relay.call(...closing);
  expect({ code: closed.code, out: closed.out }).toEqual({ code: 0, out: `${key} is closed: who was told of it hears that\n` });
  expect((await relay.call('incidents')).out).not.toContain('disconnected');
  expect((await relay.call('incidents', '--all')).out).toMatch(/disconnected +shop .* over \d{4}-\S+ \S+ \(closed by Ann\)/);
  const again = await relay.call(...closing);
  expect({ code: again.code, err: again.err }).toEqual({ code: 1, err: expect.stringContaining('incident.over') });
  const json = await relay.call('incidents', '--close', 'seats:shop', '--reason', 'bought more', '--json');
  expect(JSON.parse(json.out)).toMatchObject({ key: 'seats:shop', ended_by: 'person', closed: { reason: 'bought more' } });
});

test('deliveries --id lists all that a digest tells of, with names and numbers as its destination shows them', async () => {
  const rules = rulesOf([route('seats', ['ops', 'boss'], { events: ['seats-full'], digest: { everyMs: 60_000 } })]);
  rules.destinations.ops = destination('ops');
  const stored = await openStored(rules, virtualClock(at('09:00')));
  onTestFinished(stored.close);
  for (const [n, workspaceId] of ['acme', 'other'].entries())
    await stored.accept(eventAt('09:00', 'seats-full', { id: stored.ids('e'), workspaceId, account: { phone: `+3460011122${n}` } }));
  const [ticked] = await stored.commit([{ do: 'tick' }], at('09:02'));
  const [flush] = ticked?.did === 'tick' ? ticked.timers : [];
  await stored.commit([{ do: 'decide', input: { kind: 'timer', timer: flush!, workspace: { id: '' }, reach: {} } }], at('09:02'));
  const { items } = await stored.reads.read.deliveries({});
  const idOf = (name: string) => items.find((one) => one.kind === 'digest' && one.destination === name)!.id;

  const files = config((text) => text.replace('boss: { plugin: console }', 'boss: { plugin: console, show_phone: yes }'));
  const env = { ...files, DATABASE_URL: stored.url };
  const masked = await call(['deliveries', '--id', idOf('ops')], env);
  expect(masked.code).toBe(0);
  expect(masked.out).toMatch(/^acme +Acme Ltd +\+•••••••1220 +all seats taken +2026-11-23 09:00:00 +not over$/m);
  expect(masked.out).toMatch(/^other +\+•••••••1221 +all seats taken/m);
  expect((await call(['deliveries', '--id', idOf('boss')], env)).out).toContain('+34600111220');
  const json = JSON.parse((await call(['deliveries', '--id', idOf('ops'), '--json'], env)).out);
  expect(json.members).toMatchObject([
    { workspace: 'acme', name: 'Acme Ltd', number: '+•••••••1220', type: 'seats-full', since: '2026-11-23T09:00:00.000Z', state: 'open' },
    { workspace: 'other', number: '+•••••••1221' },
  ]);
  const bad = await call(['deliveries', '--id', idOf('boss')], { ...env, ...config(() => 'version: 2\n') });
  expect(bad.code).toBe(0);
  expect(bad.out).toContain('+•••••••1220');
  expect(bad.err).toContain('Names are not shown');
});
