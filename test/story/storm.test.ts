// A platform outage, seen from the other ends: three thousand numbers down within two minutes. Each reader gets a handful of messages, and every number
// is to be found in one of them or behind it. The relay's time runs twenty-five times as fast.
import { simpleParser } from 'mailparser';
import { expect, test } from 'vitest';
import { openMailServer } from '../../demo/mail-server.ts';
import { openSlackApi } from '../../demo/slack-api.ts';
import { openDeliveries } from './ask.ts';
import { receiver } from './receiver.ts';
import { back, drop, post, type Running, scene, until } from './world.ts';

const speed = 25;
const minute = 60_000;
const count = 3000;
const most = 20;
const phoneOf = (n: number) => `+34600${100_000 + n}`;
const numbers = Array.from({ length: count }, (_, n) => phoneOf(n));
const about = (n: number) => ({ whatsapp_account_id: `a-${n}`, phone_number_e164: phoneOf(n) });
const phonesIn = (thing: unknown): string[] => [...new Set(JSON.stringify(thing).match(/\+34600\d{6}/g) ?? [])];
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);

type Many = { alerts: { account: { phone: string }; phase: string }[]; kind: string; message: { headline: string } };

/** As many at a time as a real sender would. */
async function postAll(relay: Running, bodies: object[]): Promise<void> {
  const left = bodies.values();
  await Promise.all(
    range(0, 24).map(async () => {
      for (const body of left) expect((await post(relay, body)).status).toBe(200);
    }),
  );
}

test('three thousand numbers down within two minutes: each reader gets at most twenty single messages, one storm and one ending, no number is missing, and nothing comes twice', async ({
  onTestFinished,
}) => {
  const [slack, mails, free] = [await openSlackApi(), await openMailServer(), await receiver()];
  free.close();
  const port = new URL(free.url).port;
  const { target, stage } = await scene(
    onTestFinished,
    (url) => `version: 1
timezone: UTC
destinations:
  chat: { plugin: slack, token: env:SLACK_TOKEN, api_url: "${slack.apiUrl}", channel: "#ops", show_phone: yes }
  mail: { plugin: email, smtp: "${mails.url}", from: alerts@relay.example, to: ann@acme.example, show_phone: yes }
  hook: { plugin: http, url: "${url}", allow_private: yes, show_phone: yes }
routes:
  - { name: down, events: [disconnected], send: [chat, mail, hook] }
fallback: { send: [hook] }
storm: { more_than: ${most}, within: 10m }
operator: hook
`,
    { speed },
  );
  onTestFinished(() => Promise.all([slack.close(), mails.close()]).then(() => {}));
  const relay = await stage.start({ SLACK_TOKEN: slack.token, PORT: port, PUBLIC_URL: `http://127.0.0.1:${port}` });

  const began = stage.now();
  const dropOf = (n: number) => drop(`shop-${n}`, began + (n * 2 * minute) / count, about(n));
  const backOf = (n: number, at = stage.now()) => back(`shop-${n}`, at, about(n));
  await postAll(relay, range(0, 2000).map(dropOf));
  const returned = range(100, 300);
  await postAll(relay, [...returned.map((n) => backOf(n, began + 3 * minute)), ...range(2000, count).map(dropOf)]);

  const posted = () => target.taken.map(({ body }) => body as unknown as Many);
  const isStorm = ({ kind }: { kind: string }) => kind === 'storm';
  const isOver = (text: string) => text.includes('Outage is over');
  await until('the ending at the receiver', () => posted().some(({ message }) => isOver(message.headline)), 60_000);
  await until('the ending in Slack', () => slack.messages.some(({ text, threadTs }) => threadTs === undefined && isOver(text)));
  await until('the ending by mail', () => mails.mails.some(({ text }) => isOver(text)));
  await until('all to be told', () => openDeliveries(stage) === 0);

  // ── http ──
  const singles = posted().filter(({ kind }) => kind === 'alert');
  const [begin, ending, ...others] = posted().filter(isStorm);
  expect(singles.length).toBeLessThanOrEqual(most);
  expect(others).toEqual([]);
  expect(isOver(begin!.message.headline)).toBe(false);
  const listed = ending!.alerts.map(({ account }) => account.phone);
  expect([...singles.flatMap(phonesIn), ...listed].sort()).toEqual(numbers);
  expect(ending!.alerts.filter(({ phase }) => phase === 'resolved').map(({ account }) => account.phone)).toEqual(
    expect.arrayContaining(returned.map(phoneOf)),
  );
  expect(ending!.alerts.filter(({ phase }) => phase === 'resolved')).toHaveLength(returned.length);
  const open = ending!.alerts.filter(({ phase }) => phase === 'firing').length;
  expect(ending!.message.headline).toBe(`Outage is over: 200 back, ${open.toLocaleString('en')} numbers still down`);

  // ── Slack ──
  const top = slack.messages.filter(({ threadTs }) => threadTs === undefined);
  const [storm, ...more] = top.filter(({ text }) => isOver(text));
  const alone = top.filter((one) => one !== storm);
  expect(more).toEqual([]);
  expect(alone.length).toBeLessThanOrEqual(most);
  expect(storm!.edits.length).toBeGreaterThan(1);
  expect(slack.messages.filter(({ threadTs }) => threadTs === storm!.ts)).toHaveLength(1);
  const address = /<(http:\/\/127\.0\.0\.1:\d+\/list\/[^|>]+)\|See all of them>/.exec(JSON.stringify(storm!.attachments))![1]!;
  const page = await (await fetch(address)).text();
  expect([...alone.flatMap(({ attachments, text }) => phonesIn([attachments, text])), ...phonesIn(page)].sort()).toEqual(numbers);
  const csv = (await (await fetch(`${address}?format=csv`)).text()).trim().split('\r\n').slice(1);
  expect([...alone.flatMap(({ attachments, text }) => phonesIn([attachments, text])), ...csv.flatMap(phonesIn)].sort()).toEqual(numbers);
  expect(
    csv
      .filter((row) => row.includes(',over,'))
      .flatMap(phonesIn)
      .sort(),
  ).toEqual(returned.map(phoneOf));
  expect(page.match(/over since/g)).toHaveLength(returned.length);

  // ── mail ──
  const aboutStorm = mails.mails.filter(({ subject }) => subject.includes('Many alerts at once'));
  const alerts = mails.mails.filter((one) => !aboutStorm.includes(one));
  expect(aboutStorm.map(({ text }) => isOver(text))).toEqual([false, true]);
  expect(alerts.length).toBeLessThanOrEqual(most);
  const { attachments } = await simpleParser(aboutStorm[1]!.raw);
  const rows = attachments[0]!.content.toString().trim().split('\r\n').slice(1);
  expect([...alerts.flatMap(({ text }) => phonesIn(text)), ...rows.flatMap(phonesIn)].sort()).toEqual(numbers);

  // ── afterwards, each by itself ──
  const later = range(1000, 1020);
  const before = { posted: posted().length, slack: slack.messages.length, mails: mails.mails.length };
  await postAll(
    relay,
    [...later, ...returned].map((n) => backOf(n)),
  );
  await until('the recoveries', () => posted().length >= before.posted + later.length);
  await until('the recoveries in Slack and by mail', () => openDeliveries(stage) === 0);
  const news = [posted().slice(before.posted), slack.messages.slice(before.slack), mails.mails.slice(before.mails).map(({ text }) => text)];
  for (const channel of news) expect(channel.flatMap(phonesIn).sort()).toEqual(later.map(phoneOf));
  expect(new Set(target.taken.map(({ id }) => id)).size).toBe(target.taken.length);
  expect(target.taken.filter(({ body }) => body.kind === 'relay')).toEqual([]);
}, 120_000);
