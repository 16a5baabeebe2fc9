// A new file in the middle of everything that waits, and a kill: every promised message arrives once, and nothing more. The relay's time runs twenty
// times as fast. What holds at any moment is in test/decide/reload.test.ts; here it is whole, with its store and its clock.
import { expect, test } from 'vitest';
import { openDeliveries } from './ask.ts';
import { back, drop, post, type Running, scene, until } from './world.ts';

const speed = 20;
const minute = 60_000;
const clock = (at: number) => new Date(at).toISOString().slice(11, 16);

/** A route for each thing that waits, and for each a destination of its own, so that none was already told by another. */
const waiting = [
  'held: hold: 5m',
  'gathered: digest: { every: 5m }',
  'repeated: repeat: { every: 4m, at_most: 2 }',
  'escalated: escalate: [{ after: 5m, send: [boss] }]',
  'limited: limit: { max: 1, per: 5m }',
  'quiet: quiet: now',
].map((line) => line.split(/: (.*)/) as [name: string, key: string]);

const fileOf = (url: string, quiet: [from: string, to: string], lines: string[]) => `version: 1
timezone: UTC
quiet_hours:
  now: { from: "${quiet[0]}", to: "${quiet[1]}" }
destinations:
${[...waiting.map(([name]) => name), 'boss', 'rest'].map((name) => `  ${name}: { plugin: http, url: "${url}${name}", allow_private: yes }`).join('\n')}
routes:
${lines.map((line) => `  - ${line}`).join('\n')}
fallback: { send: [rest] }
operator: rest
`;
const lines = waiting.map(
  ([name, key]) => `{ name: ${name}, events: [disconnected], where: { workspace: "${name}-*" }, send: [${name}], ${key} }`,
);
const inserted = '{ name: new, events: [seats-full], send: [rest] }';

const reads = (relay: Running) => relay.log().split('"rules.in_force"').length;
async function reload(relay: Running, write: () => void): Promise<void> {
  const before = reads(relay);
  write();
  relay.process.kill('SIGHUP');
  await until('the file to be in force', () => reads(relay) > before);
}

test('files read again and a kill, in the middle of holds, digests, reminders, escalations, limits and quiet hours: every message once, and nothing more', async ({
  onTestFinished,
}) => {
  const { target, stage } = await scene(onTestFinished, () => '', { speed });
  // Whole minutes, the last of them past what the rest waits for.
  const hours: [string, string] = [clock(stage.now() - 60 * minute), clock(stage.now() + 7 * minute)];
  const write = (routes: string[], more = '') => stage.file('routes.yaml', fileOf(target.url, hours, routes) + more);
  write(lines);
  let relay = await stage.start();

  const began = stage.now();
  const down = ['held-1', 'held-2', 'gathered-1', 'gathered-2', 'gathered-3', 'repeated-1', 'escalated-1'];
  for (const shop of [...down, 'limited-1', 'limited-2', 'limited-3', 'quiet-1', 'quiet-2']) {
    expect((await post(relay, drop(shop, stage.now()))).status).toBe(200);
  }
  const told = () =>
    target.taken.map(({ path, body }) => {
      const { kind, alert, alerts } = body as typeof body & { alerts: { workspace: { id: string } }[] };
      const whom = alerts.length > 0 ? alerts.map(({ workspace: { id } }) => id).sort() : [alert?.workspace.id];
      return `${path.slice(1)} ${kind} ${whom.join(' ')}`;
    });
  const atOnce = ['escalated alert escalated-1', 'limited alert limited-1', 'repeated alert repeated-1'];
  await until('what nothing keeps', () => told().length >= atOnce.length);

  await reload(relay, () => write(lines, '# nothing of importance\n'));
  await post(relay, back('held-2', stage.now()));
  await reload(relay, () => write([inserted, ...lines.toReversed()]));
  await until('what was sent to be written', () => openDeliveries(stage) === 0);
  await stage.kill(relay);
  relay = await stage.start();
  expect(told().sort(), 'all of that was in the middle').toEqual(atOnce);

  const afterwards = [
    'boss escalation escalated-1',
    'gathered digest gathered-1 gathered-2 gathered-3',
    'held alert held-1',
    'limited digest limited-2 limited-3',
    'quiet digest quiet-1 quiet-2',
    'repeated reminder repeated-1',
  ];
  await until('the first reminder', () => told().includes('repeated reminder repeated-1'), 30_000);
  await reload(relay, () => write([...lines.slice(3), inserted, ...lines.slice(0, 3)]));
  const all = [...atOnce, ...afterwards, 'repeated reminder repeated-1'].sort();
  await until('all that was promised', () => all.every((line) => told().includes(line)) && told().length >= all.length, 60_000).catch(
    () => {},
  );
  await until('long enough for more to come', () => stage.now() > began + 11 * minute, 60_000);
  expect(told().sort()).toEqual(all);

  await post(relay, back('held-1', stage.now()));
  await post(relay, back('repeated-1', stage.now()));
  const ends = ['held resolved held-1', 'repeated resolved repeated-1'];
  await until('their ends', () => ends.every((line) => told().includes(line)));
  expect(told().sort()).toEqual([...all, ...ends].sort());
  expect(new Set(target.taken.map(({ id }) => id)).size).toBe(target.taken.length);
}, 150_000);
