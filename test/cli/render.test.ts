import { readFileSync } from 'node:fs';
import { simpleParser } from 'mailparser';
import { expect, test } from 'vitest';
import { call, config, folder } from './call.ts';

test('the words of an event are shown as the destination would get them, with the file they come from', async () => {
  const { code, out } = await call(['render', '--event', 'messaging-100', '--to', 'boss', '--workspace', 'acme'], config());
  expect(code).toBe(0);
  expect(out).toContain('boss (console, text): alert by quota, words of templates/messaging-100.yaml (shipped)');
  expect(out).toMatch(/headline +Acme Ltd: /);
});

test('without --to every destination that would hear of it is shown, a hold at its end', async () => {
  const { out } = await call(['render', '--event', 'messaging-100', '--json'], config());
  expect(JSON.parse(out).map((one: { destination: string }) => one.destination)).toEqual(['ops', 'boss']);
  const held = await call(['render', '--workspace', 'acme', '--json'], config());
  expect(JSON.parse(held.out)).toEqual([expect.objectContaining({ destination: 'ops', kind: 'alert', route: 'number-down' })]);
});

test('--resolved shows the words of the end', async () => {
  const { code, out } = await call(['render', '--resolved', '--workspace', 'acme', '--to', 'ops', '--json'], config());
  expect(code).toBe(0);
  const [made] = JSON.parse(out);
  expect(made).toMatchObject({
    kind: 'resolved',
    file: 'templates/disconnected.yaml (shipped)',
    alert: { phase: 'resolved', type: 'connected' },
  });
  expect(made.message.headline).toContain('back after 14 min');
});

test('a message shows where the link to take it on would stand; the link opens nothing', async () => {
  const files = config((text) => text.replace('hold: 2m', 'hold: 2m\n    repeat: { every: 1h }'));
  const [shown] = JSON.parse(
    (await call(['render', '--workspace', 'acme', '--json'], { ...files, PUBLIC_URL: 'https://relay.example' })).out,
  );
  expect(shown.alert.acknowledge_url).toMatch(/^https:\/\/relay\.example\/ack\/d_/);
  const told = await call(['explain', '--event', 'disconnected', '--workspace', 'acme', '--json'], {
    ...files,
    PUBLIC_URL: 'https://relay.example',
  });
  expect(JSON.parse(told.out).later.deliveries[0].alert.acknowledge_url).toMatch(/^https:\/\/relay\.example\/ack\/d_/);
});

test("an operator's own story wins, and its path is named", async () => {
  const templates = folder({ 'seats-full.yaml': 'headline: "{{who.short}} is full"\n' });
  const { out } = await call(['render', '--event', 'seats-full', '--to', 'ops'], { ...config(), TEMPLATES_DIR: templates });
  expect(out).toContain(`words of ${templates}/seats-full.yaml`);
  expect(out).toMatch(/headline +Acme Ltd is full/);
});

test('a destination that is not in the file is a wrong call, with the nearest name', async () => {
  const { code, err } = await call(['render', '--to', 'op'], config());
  expect(code).toBe(2);
  expect(err).toContain('Did you mean ops?');
});

test('where nobody would hear of it, that is the answer', async () => {
  const { code, err } = await call(['render', '--event', 'connected'], config());
  expect(code).toBe(1);
  expect(err).toContain('nobody would hear of connected');
});

test('files with mistakes cannot be rendered: exit 1 with the mistakes', async () => {
  const { code, err } = await call(
    ['render'],
    config((text) => text.replace('hold: 2m', 'hold: soon')),
  );
  expect(code).toBe(1);
  expect(err).toMatch(/routes\.yaml:13:/);
});

test('what goes over the wire is shown, a secret of it masked, and written to a folder if one is named', async () => {
  const routes = `version: 1
timezone: UTC
destinations:
  billing: { plugin: http, url: "https://billing.example/hooks/secret-path", headers: { authorization: "Bearer not-to-be-seen" } }
routes:
  - { name: all, send: [billing] }
fallback: { send: [billing] }
operator: billing
`;
  const dir = folder({ 'routes.yaml': routes });
  const { code, out, err } = await call(['render', '--event', 'messaging-100', '--out', `${dir}/out`], { ...config(), CONFIG_DIR: dir });
  expect(code, err).toBe(0);
  expect(out).toContain('POST https://billing.example/…');
  expect(out).toContain('authorization: •••');
  expect(out).not.toMatch(/secret-path|not-to-be-seen/);
  const [, path = ''] = /written: (.*)/.exec(err) ?? [];
  expect(path).toBe(`${dir}/out/billing.alert.txt`);
  expect(readFileSync(path, 'utf8')).toContain('"type": "messaging-100"');
});

test('a mail is written as .eml, once for all its recipients, with its sizes against what mail programs take', async () => {
  const routes = `version: 1
timezone: UTC
destinations:
  owner: { plugin: email, smtp: "smtp://127.0.0.1:2525", from: alerts@relay.example, to: "ann@acme.example, bob@acme.example" }
routes:
  - { name: all, send: [owner] }
fallback: { send: [owner] }
operator: owner
`;
  const dir = folder({ 'routes.yaml': routes });
  const { code, out, err } = await call(['render', '--event', 'seats-full', '--out', `${dir}/out`], { ...config(), CONFIG_DIR: dir });
  expect(code, err).toBe(0);
  expect(out).toContain('owner (email, text) to ann@acme.example, bob@acme.example: alert by all');
  expect(out).toContain('templates/layouts/email.html.mustache (shipped)');
  expect(out).toMatch(/bytes of the HTML +[\d,]+ of at most 102,000/);
  expect(out.match(/^Subject: /gm)).toHaveLength(1);
  const { subject, to, html } = await simpleParser(readFileSync(`${dir}/out/owner.alert.eml`, 'utf8'));
  expect({ subject, to: [to].flat().map((one) => one?.text) }).toEqual({
    subject: '[WARNING] acme: all seats taken',
    to: ['ann@acme.example, bob@acme.example'],
  });
  expect(html).toContain('Buy or free a seat');
});

test('--kind shows a digest, a storm and the rest with made-up company, and their end with --resolved', async () => {
  const said = async (...args: string[]) => {
    const { code, out, err } = await call(['render', '--workspace', 'acme', '--to', 'ops', '--json', ...args], config());
    expect(code, err).toBe(0);
    const [{ kind, message, alerts, file }] = JSON.parse(out);
    return { kind, headline: message.headline, listed: message.members?.length, alerts: alerts.length, file };
  };
  const file = (name: string) => `templates/${name}.yaml (shipped)`;
  const digest = { kind: 'digest', headline: '7 numbers down (3 came and went)', listed: 7, alerts: 7, file: file('digest') };
  expect(await said('--kind', 'digest')).toEqual(digest);
  expect(await said('--kind', 'digest', '--resolved')).toMatchObject({
    kind: 'resolved',
    headline: expect.stringMatching(/^7 numbers are back: Acme/),
  });
  expect(await said('--kind', 'storm')).toMatchObject({
    kind: 'storm',
    headline: expect.stringContaining('Outage: 2,980 numbers down since'),
    listed: 15,
    alerts: 2980,
  });
  expect(await said('--kind', 'storm', '--resolved')).toMatchObject({ headline: 'Outage is over: 2,977 back, 3 numbers still down' });
  expect(await said('--kind', 'flapping')).toMatchObject({
    kind: 'flapping',
    headline: expect.stringContaining('unstable, 4 drops in 1 h'),
    file: file('flapping'),
  });
  expect(await said('--kind', 'flapping', '--resolved')).toMatchObject({
    kind: 'resolved',
    headline: expect.stringContaining('stable again'),
  });
  expect(await said('--kind', 'reminder')).toMatchObject({ headline: expect.stringContaining('still down after 4 h') });
  expect(await said('--kind', 'escalation')).toMatchObject({ headline: expect.stringContaining('down for 15 min, nobody took it') });
});

test('a kind that there is not, or that does not go with the rest, is a wrong call', async () => {
  for (const [args, what] of [
    [['--kind', 'digset'], 'there is digest, reminder, escalation, flapping, storm'],
    [['--kind', 'reminder', '--resolved'], '--resolved does not go with'],
    [['--kind', 'flapping', '--event', 'messaging-100'], 'it goes with --event disconnected'],
  ] as const) {
    const { code, err } = await call(['render', '--to', 'ops', ...args], config());
    expect(code).toBe(2);
    expect(err).toContain(what);
  }
});

test('a folder that cannot be written to is an answer in words: exit 1', async () => {
  const { code, err } = await call(['render', '--to', 'boss', '--out', `${folder({ taken: '' })}/taken`], config());
  expect(code).toBe(1);
  expect(err).toMatch(/^relay render: nothing could be written to \S+\/taken: .*EEXIST/m);
  expect(err).not.toContain('    at ');

  // Where a file system says that there is no folder to make one in, though there is, Node asks for ever.
  const never = await call(['render', '--to', 'boss', '--out', '/proc/none/at/all'], config());
  expect([never.code, never.err]).toEqual([1, expect.stringMatching(/nothing could be written to \/proc\/none\/at\/all: .*ENOENT/)]);
  const made = `${folder({})}/made/with/those/above`;
  expect((await call(['render', '--to', 'boss', '--out', made], config())).code).toBe(0);
});
