// A whole relay and a real mail server: a thread from problem to recovery, a dead address beside a living one, a password that is wrong.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MailServer, openMailServer } from '../../demo/mail-server.ts';
import { admin, deliveriesTo, toldTo } from './ask.ts';
import { receiver } from './receiver.ts';
import { back, drop, post, type Running, sample, until, type World, world } from './world.ts';

const [ann, bob] = ['ann@acme.example', 'bob@acme.example'] as const;
let server: MailServer;
let guarded: MailServer;
let ops: Awaited<ReturnType<typeof receiver>>;
let stage: World;
let relay: Running;

beforeAll(async () => {
  server = await openMailServer();
  guarded = await openMailServer({ login: { user: 'relay', password: 'the right one' } });
  ops = await receiver();
  stage = world(
    `version: 1
timezone: UTC
destinations:
  mail: { plugin: email, smtp: env:MAIL_SMTP, from: "Acme alerts <alerts@relay.example>", to: "${ann}, ${bob}" }
  locked: { plugin: email, smtp: env:LOCKED_SMTP, from: alerts@relay.example, to: [${ann}] }
  owner: { plugin: email, smtp: env:MAIL_SMTP, from: alerts@relay.example, to: ["{{workspace.owner_email}}"], if_empty: ops }
  ops: { plugin: http, url: "${ops.url}", allow_private: yes }
routes:
  - { name: drops, events: [disconnected], send: [mail] }
  - { name: to-the-dead, where: { workspace: dead-* }, send: [mail] }
  - { name: to-the-locked, where: { workspace: locked-* }, send: [locked] }
  - { name: to-the-owner, where: { workspace: owner-* }, send: [owner] }
workspaces: { file: workspaces.csv }
fallback: { send: [ops] }
operator: ops
`,
    { 'workspaces.csv': 'id,name,owner_email\nowner-one,One,cy@one.example\nowner-two,Two,"dee@two.example,eve@evil.example"\n' },
  );
  relay = await stage.start({ MAIL_SMTP: server.url, LOCKED_SMTP: guarded.url.replace('://', '://relay:not-the-right-one@') });
});
afterAll(async () => {
  await stage.close();
  await Promise.all([server.close(), guarded.close()]);
  ops.close();
});

const mailsTo = (address: string, about: string) =>
  server.mails.filter(({ envelope, text }) => envelope.to.includes(address) && text.includes(about));

test('a recovery stands under its problem in the thread, for each who was told', async () => {
  const at = Date.now() - 60_000;
  expect((await post(relay, drop('thread-1', at))).status).toBe(200);
  await until('the problem to arrive at both', () => mailsTo(ann, 'thread-1').length === 1 && mailsTo(bob, 'thread-1').length === 1);
  await until('its receipts', () => deliveriesTo(stage, 'mail').filter(({ state }) => state === 'delivered').length >= 2);
  expect((await post(relay, back('thread-1'))).status).toBe(200);
  for (const address of [ann, bob]) {
    const [problem, recovery] = await until(`the recovery to arrive at ${address}`, () => {
      const mails = mailsTo(address, 'thread-1');
      return mails.length === 2 && mails;
    });
    expect(problem!.envelope).toEqual({ from: 'alerts@relay.example', to: [address] });
    expect(recovery!.subject).toBe(problem!.subject.replace('CRITICAL', 'RESOLVED'));
    expect(recovery!.inReplyTo).toBe(problem!.messageId);
    expect(recovery!.references).toEqual([problem!.inReplyTo, problem!.messageId]);
    expect(recovery!.text.split('\n')[0]).toContain('RESOLVED');
  }
});

test('an address that is refused is told to the operator, and the other has its mail', async () => {
  server.script({ at: 'recipient', answer: 550, text: '5.1.1 no such user', address: bob });
  await post(relay, { ...sample('token-rotated'), workspace_id: 'dead-1' });
  await until('the mail of the living', () => mailsTo(ann, 'dead-1').length === 1);
  const told = await until('the operator to hear of it', () => toldTo(ops).find((one) => one.includes(bob)));
  expect(told).toContain('550 5.1.1 no such user');
  expect(told).not.toContain(ann);
  const { body } = await admin<{ items: { destination: string; state: string; target?: string }[] }>(relay, '/deliveries?state=dead');
  expect(body.items).toMatchObject([{ destination: 'mail', state: 'dead' }]);
  expect(mailsTo(bob, 'dead-1')).toEqual([]);
});

test('a wrong password holds the destination, costs no attempt and is told without the password', async () => {
  await post(relay, { ...sample('token-rotated'), workspace_id: 'locked-1' });
  const health = await until('the hold', async () => {
    const { body } = await admin<{ items: { name: string; health: string }[] }>(relay, '/destinations');
    const found = body.items.find(({ name }) => name === 'locked');
    return found?.health === 'held' && found;
  });
  expect(JSON.stringify(health)).toContain('535');
  const told = await until('the operator to hear of it', () => toldTo(ops).find((one) => one.includes('locked refuses every message')));
  const [waiting] = deliveriesTo(stage, 'locked');
  expect(waiting).toMatchObject({ state: 'pending', attempts: 0, last_class: 'config' });
  expect(told).toContain('535 5.7.8');
  expect(JSON.stringify([health, told]) + relay.log()).not.toContain('not-the-right-one');
  expect(guarded.mails).toEqual([]);
});

test('an address of the table gets its own mail, and one that would be two gets none', async () => {
  await post(relay, { ...sample('token-rotated'), workspace_id: 'owner-one' });
  await post(relay, { ...sample('token-rotated'), workspace_id: 'owner-two' });
  await until('the mail to the owner', () => mailsTo('cy@one.example', 'owner-one').length === 1);
  await until('the operator to hear of the other', () => toldTo(ops).find((one) => one.includes('is no address')));
  expect(server.mails.filter(({ raw }) => /two\.example|evil\.example/.test(raw))).toEqual([]);
});
