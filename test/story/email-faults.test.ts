// Every way in which a mail server fails, and how it stands in the store of a real relay: what was answered, what became of the mail and of its
// destination, and that the mail arrives once the server is well again. The relay's time runs ten times as fast.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fault, type MailServer, openMailServer } from '../../demo/mail-server.ts';
import { admin, attemptsOf, type Row, rows } from './ask.ts';
import { receiver } from './receiver.ts';
import { post, type Running, sample, until, type World, world } from './world.ts';

type End = {
  state: 'pending' | 'dead';
  class: 'config' | 'permanent' | 'transient' | 'rate-limited';
  /** Whether the try costs an attempt. */
  counts: boolean;
  health: 'ok' | 'held' | 'paused';
  perhaps?: true;
  /** Seconds to the next try; absent where the steps of a retry say it. */
  wait?: number;
};
const held: End = { state: 'pending', class: 'config', counts: false, health: 'held', wait: 0 };
const dead: End = { state: 'dead', class: 'permanent', counts: true, health: 'ok' };
const again: End = { state: 'pending', class: 'transient', counts: true, health: 'ok' };
const perhaps: End = { ...again, perhaps: true };
const pause: End = { state: 'pending', class: 'rate-limited', counts: false, health: 'paused', wait: 30 };
/** Seconds after the first, second … failure; up to a quarter more is added by chance. */
const steps = [2, 5, 15, 30];

type Case = { at: Fault['at']; answer: Fault['answer']; text: string; code: string; end: End };
const refusal = (at: Fault['at'], answer: number, text: string, end: End): Case => ({ at, answer, text, code: `SMTP ${answer}`, end });
const silence = (at: Fault['at'], end: End): Case => ({ at, answer: 'silence', text: '', code: 'TIMEOUT', end });
const cut = (at: Fault['at'], code: string, end: End): Case => ({ at, answer: 'cut', text: '', code, end });

// Those that take longest first, for a few run at a time.
const cases: Case[] = [
  refusal('greeting', 421, '4.3.2 too many connections', pause),
  refusal('sender', 421, '4.7.0 slow down', pause),
  refusal('data', 421, '4.3.2 shutting down', pause),
  silence('greeting', again),
  silence('recipient', again),
  silence('data', perhaps),
  cut('greeting', 'ECONNECTION', again),
  cut('recipient', 'ECONNECTION', again),
  cut('data', 'ECONNECTION', perhaps),
  refusal('login', 454, '4.7.0 temporary authentication failure', again),
  refusal('sender', 451, '4.3.0 local error', again),
  refusal('recipient', 450, '4.2.0 greylisted for 300 s', again),
  refusal('recipient', 451, '4.3.0 local error', again),
  refusal('recipient', 452, '4.2.2 mailbox full', again),
  refusal('data', 451, '4.3.0 local error', again),
  refusal('greeting', 554, '5.7.1 your address is blocked', held),
  refusal('login', 534, '5.7.9 a password for this program is required', held),
  refusal('sender', 530, '5.7.0 Authentication required', held),
  refusal('recipient', 554, '5.7.1 Relay access denied', held),
  refusal('data', 550, '5.7.26 unauthenticated mail is not accepted', held),
  refusal('recipient', 550, '5.1.1 no such user', dead),
  refusal('recipient', 553, '5.1.3 bad mailbox', dead),
  refusal('data', 552, '5.3.4 too large', dead),
  refusal('data', 554, '5.6.0 message refused', dead),
];

const places: Record<Fault['at'], string> = {
  greeting: 'before the greeting',
  login: 'at the login',
  sender: 'at the sender',
  recipient: 'at the recipient',
  data: 'after the final dot',
};
const nextTry = ({ state, wait }: End) =>
  state === 'dead' ? 'no other try' : wait === undefined ? 'again in 2 s' : wait > 0 ? `again in ${wait} s` : 'due once it is mended';
const promise = ({ at, answer, text, code, end }: Case): string =>
  [
    `${answer}${text && ` ${text}`} ${places[at]} → ${end.state}, ${end.class} (${code})`,
    end.counts ? 'an attempt' : 'no attempt',
    ...(end.perhaps ? ['perhaps delivered'] : []),
    nextTry(end),
    `destination ${end.health}`,
  ].join(', ');

const [ann, bob] = ['ann@acme.example', 'bob@acme.example'] as const;
const login = { user: 'relay', password: 'not-a-real-one' };
// Each has its own server: a fault before the recipient is named cannot be told from another's.
const names = ['two', ...cases.map(({ at, answer }) => `${at}-${answer}`)];
const servers: Record<string, MailServer> = {};
let ops: Awaited<ReturnType<typeof receiver>>;
let stage: World;
let relay: Running;

const smtpEnv = (name: string) => `SMTP_${name.replaceAll('-', '_').toUpperCase()}`;

beforeAll(async () => {
  for (const name of names) servers[name] = await openMailServer(name.startsWith('login') ? { login } : {});
  ops = await receiver();
  const more = (name: string) =>
    name === 'two' ? `to: [${ann}, ${bob}]` : `to: [${ann}]${name.endsWith('silence') ? ', timeout: 1s' : ''}`;
  stage = world(
    `version: 1
timezone: UTC
destinations:
${names.map((name) => `  ${name}: { plugin: email, smtp: env:${smtpEnv(name)}, from: alerts@relay.example, ${more(name)} }`).join('\n')}
  ops: { plugin: http, url: "${ops.url}", allow_private: yes }
routes:
${names.map((name) => `  - { name: ${name}, where: { workspace: [${name}.1, ${name}.2] }, send: [${name}] }`).join('\n')}
fallback: { send: [ops] }
operator: ops
`,
    {},
    { speed: 10 },
  );
  const withLogin = (url: string) => url.replace('://', `://${login.user}:${login.password}@`);
  const urls = names.map((name) => [smtpEnv(name), name.startsWith('login') ? withLogin(servers[name]!.url) : servers[name]!.url]);
  relay = await stage.start(Object.fromEntries(urls));
  // What a first mail loads must not be charged to the second that a silent server is given.
  await send('two.1');
  await until('a first mail to both', () => servers.two!.mails.length === 2);
});
afterAll(async () => {
  await stage.close();
  await Promise.all(Object.values(servers).map((server) => server.close()));
  ops.close();
});

const send = async (workspace: string) =>
  expect(await post(relay, { ...sample('token-rotated'), workspace_id: workspace })).toMatchObject({ status: 200 });
const mailsOf = (name: string, n: number, address: string = ann) =>
  servers[name]!.mails.filter(({ envelope, text }) => envelope.to.includes(address) && text.includes(`${name}.${n}`));
const deliveryOf = (name: string, n: number, address: string = ann): Row | undefined =>
  rows(
    stage,
    'SELECT d.* FROM deliveries d JOIN events e ON e.id = d.event_id WHERE d.destination = ? AND e.workspace_id = ? AND d.target = ?',
    ...[name, `${name}.${n}`, `email:${address}`],
  )[0];
const failed = (name: string, n: number, state: End['state'], address: string = ann) =>
  until(`${name}.${n} to fail`, () => {
    const row = deliveryOf(name, n, address);
    return row?.state === state && row.last_class !== null && { row, seen: stage.now() };
  });
const delivered = (name: string, n: number, address: string = ann) =>
  until(`${name}.${n} to be delivered`, () => {
    const row = deliveryOf(name, n, address);
    return row?.state === 'delivered' && row;
  });
/** A pause ends by itself, and begins again with the next try: whoever looks in between looks once more. */
const laneOf = (name: string, end: End) =>
  until(`the lane of ${name} to hear of it`, async () => {
    const { body } = await admin<{ items: { name: string; health: string; reason?: string; last_class?: string }[] }>(
      relay,
      '/destinations',
    );
    return body.items.find(
      (one) => one.name === name && one.last_class === end.class && (end.health !== 'paused' || one.health === 'paused'),
    );
  });

test.concurrent.each(cases.map((one) => [promise(one), one] as const))('%s', async (_, { at, answer, text, code, end }) => {
  const name = `${at}-${answer}`;
  const mend = servers[name]!.script({ at, answer, ...(text && { text }), times: 99 });
  const posted = stage.now();
  await send(`${name}.1`);
  const { row, seen } = await failed(name, 1, end.state);
  expect(row).toMatchObject({ last_class: end.class, last_code: code, last_error: expect.stringContaining(text) });
  // Where the machine is slow the second try may have been made before the first was looked at: then what is said of one holds for both.
  const tries = attemptsOf(stage, String(row.id)).slice(0, Number(row.attempts));
  const failure = { class: end.class, code, perhaps: end.perhaps ? 1 : 0 };
  expect(tries).toEqual(tries.map(() => expect.objectContaining(failure)));
  if (end.class === 'transient') expect(tries.length).toBeGreaterThan(0);
  else expect(tries).toHaveLength(end.counts ? 1 : 0);
  if (end.state === 'pending') {
    const wait = (end.wait ?? steps[tries.length - 1]!) * 1000;
    expect(row.run_at).toBeGreaterThanOrEqual(Number(tries.at(-1)?.ended_at ?? posted) + wait);
    expect(row.run_at).toBeLessThanOrEqual(seen + wait * (end.wait === undefined ? 1.25 : 1));
  }
  const lane = await laneOf(name, end);
  expect(lane.health).toBe(end.health);
  if (end.health === 'held') expect(lane.reason).toContain(text);
  if (!end.perhaps) expect(servers[name]!.mails).toEqual([]);

  mend();
  if (end.state === 'dead') {
    // Dead for itself alone: what comes after it goes out.
    await send(`${name}.2`);
    expect(await delivered(name, 2)).toMatchObject({ attempts: 1, last_class: 'ok' });
    expect(deliveryOf(name, 1)).toMatchObject({ state: 'dead', attempts: 1 });
    return;
  }
  if (end.health === 'held') expect((await admin(relay, `/destinations/${name}/resume`, {})).body).toEqual({ resumed: true });
  const done = await delivered(name, 1);
  const all = attemptsOf(stage, String(done.id));
  expect(done.attempts).toBe(all.length);
  expect(all.at(-1)).toMatchObject({ class: 'ok', perhaps: 0 });
  const failures = all.slice(0, -1);
  expect(failures).toEqual(failures.map(() => expect.objectContaining(failure)));
  expect(failures.length > 0).toBe(end.counts);
  // What may have been delivered and was is there once more, and to be known by its id: at least once, and the store says so.
  const mails = mailsOf(name, 1);
  expect(mails).toHaveLength(end.perhaps ? all.length : 1);
  expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(1);
});

test('450 for one of two recipients → that mail alone is tried again; the other is delivered by its first attempt, and once', async () => {
  const mend = servers.two!.script({ at: 'recipient', answer: 450, text: '4.2.0 greylisted', address: bob, times: 99 });
  await send('two.2');
  const { row } = await failed('two', 2, 'pending', bob);
  expect(row).toMatchObject({ last_class: 'transient', last_code: 'SMTP 450' });
  expect(await delivered('two', 2, ann)).toMatchObject({ attempts: 1, last_class: 'ok' });
  mend();
  const late = await delivered('two', 2, bob);
  const [first, ...more] = attemptsOf(stage, String(late.id));
  expect(first).toMatchObject({ class: 'transient', code: 'SMTP 450', perhaps: 0 });
  expect(more.at(-1)).toMatchObject({ class: 'ok' });
  expect([mailsOf('two', 2, ann).length, mailsOf('two', 2, bob).length]).toEqual([1, 1]);
});
