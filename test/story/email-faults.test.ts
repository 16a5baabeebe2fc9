// Every way in which a mail server fails, and how it stands in the store of a real relay: what was answered, what became of the mail and of its
// destination, and that the mail arrives once the server is well again. The relay's time runs ten times as fast.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fault, type MailServer, openMailServer } from '../../demo/mail-server.ts';
import { attemptsOf } from './ask.ts';
import { again, dead, type End, held, inFiveMinutes, pause, perhaps, promise, watch } from './faults.ts';
import { receiver } from './receiver.ts';
import { type Running, until, type World, world } from './world.ts';

type Case = { at: Fault['at']; answer: Fault['answer']; text: string; code: string; end: End };
const refusal = (at: Fault['at'], answer: number, text: string, end: End): Case => ({ at, answer, text, code: `SMTP ${answer}`, end });
const silence = (at: Fault['at'], end: End): Case => ({ at, answer: 'silence', text: '', code: 'TIMEOUT', end });
const cut = (at: Fault['at'], code: string, end: End): Case => ({ at, answer: 'cut', text: '', code, end });

// Those that take longest first, for a few run at a time.
const cases: Case[] = [
  refusal('recipient', 450, '4.2.0 greylisted for 300 s', inFiveMinutes),
  refusal('greeting', 421, '4.3.2 too many connections', pause(30)),
  refusal('sender', 421, '4.7.0 slow down', pause(30)),
  refusal('data', 421, '4.3.2 shutting down', pause(30)),
  silence('greeting', again),
  silence('recipient', again),
  silence('data', perhaps),
  cut('greeting', 'ECONNECTION', again),
  cut('recipient', 'ECONNECTION', again),
  cut('data', 'ECONNECTION', perhaps),
  refusal('login', 454, '4.7.0 temporary authentication failure', pause(30)),
  refusal('sender', 451, '4.3.0 local error', again),
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
const said = ({ at, answer, text }: Case) => `${answer}${text && ` ${text}`} ${places[at]}`;

const [ann, bob] = ['ann@acme.example', 'bob@acme.example'] as const;
const login = { user: 'relay', password: 'not-a-real-one' };
// Each has its own server: a fault before the recipient is named cannot be told from another's.
const names = ['two', ...cases.map(({ at, answer }) => `${at}-${answer}`)];
const servers: Record<string, MailServer> = {};
let ops: Awaited<ReturnType<typeof receiver>>;
let stage: World;
let relay: Running;
let relayed: ReturnType<typeof watch>;

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
  relayed = watch(stage, relay);
  await relayed.send('two.1');
  await until('a first mail to both', () => servers.two!.mails.length === 2);
});
afterAll(async () => {
  await stage.close();
  await Promise.all(Object.values(servers).map((server) => server.close()));
  ops.close();
});

const mailsOf = (name: string, n: number, address: string = ann) =>
  servers[name]!.mails.filter(({ envelope, text }) => envelope.to.includes(address) && text.includes(`${name}.${n}`));
const targetOf = (address: string) => `email:${address}`;

test.concurrent.each(cases.map((one) => [promise(said(one), one.code, one.end), one] as const))(
  '%s',
  async (_, { at, answer, text, code, end }) => {
    const name = `${at}-${answer}`;
    const mend = servers[name]!.script({ at, answer, ...(text && { text }), times: 99 });
    const untouched = () => {
      expect(relayed.deliveryOf(name, 1)?.last_error).toContain(text);
      if (!end.perhaps) expect(servers[name]!.mails).toEqual([]);
    };
    const all = await relayed.follow({ name, code, end, told: text, mend, untouched });
    if (all === undefined) return;
    // What may have been delivered and was is there once more, and to be known by its id: at least once, and the store says so.
    const mails = mailsOf(name, 1);
    expect(mails).toHaveLength(end.perhaps ? all.length : 1);
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(1);
  },
);

test('450 for one of two recipients → that mail alone is tried again; the other is delivered by its first attempt, and once', async () => {
  const mend = servers.two!.script({ at: 'recipient', answer: 450, text: '4.2.1 mailbox busy', address: bob, times: 99 });
  await relayed.send('two.2');
  const { row } = await relayed.failed('two', 2, 'pending', targetOf(bob));
  expect(row).toMatchObject({ last_class: 'transient', last_code: 'SMTP 450' });
  expect(await relayed.delivered('two', 2, targetOf(ann))).toMatchObject({ attempts: 1, last_class: 'ok' });
  mend();
  const late = await relayed.delivered('two', 2, targetOf(bob));
  const [first, ...more] = attemptsOf(stage, String(late.id));
  expect(first).toMatchObject({ class: 'transient', code: 'SMTP 450', perhaps: 0 });
  expect(more.at(-1)).toMatchObject({ class: 'ok' });
  expect([mailsOf('two', 2, ann).length, mailsOf('two', 2, bob).length]).toEqual([1, 1]);
});
