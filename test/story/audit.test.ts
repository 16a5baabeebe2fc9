// A whole relay that is changed by the API, at a page, by a signed link, by files on disk and by a signal: each leaves a line, and a restart keeps them.
import { expect, test } from 'vitest';
import { linkToken } from '../../src/links/links.ts';
import { deliveriesTo, rows } from './ask.ts';
import { drop, post, type Running, scene, toOne, until } from './world.ts';

type Line = { what: string; who: string; by?: string; why?: string; subject?: string; text: string; at: string };
const token = 'an-admin-token-of-more-than-32-bytes';
const bearer = { authorization: `Bearer ${token}` };

const sideOf = ({ adminPort }: Running) => `http://127.0.0.1:${adminPort}`;
async function api<T>(relay: Running, path: string, body?: object): Promise<T> {
  const init = body && { method: 'POST', body: JSON.stringify(body) };
  const reply = await fetch(`${sideOf(relay)}/api/v1${path}`, { ...init, headers: { ...bearer, 'content-type': 'application/json' } });
  return (await reply.json()) as T;
}
const linesOf = async (relay: Running) => (await api<{ items: Line[] }>(relay, '/audit')).items;
/** As a browser sends it. */
const form = (relay: Running, path: string, fields: Record<string, string>, cookie = '') =>
  fetch(sideOf(relay) + path, {
    method: 'POST',
    headers: { origin: sideOf(relay), accept: 'text/html', cookie },
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });

test('who, when and why of every change are there, however it was made, and a restart keeps them', async ({ onTestFinished }) => {
  const { target, stage } = await scene(onTestFinished, toOne);
  const env = { PUBLIC_URL: 'https://relay.example', ADMIN_TOKEN: token };
  let relay = await stage.start(env);
  const from = stage.now();
  await post(relay, drop('shop'));
  await until('the alert', () => target.taken.length === 1);
  const { items } = await api<{ items: { key: string }[] }>(relay, '/incidents?open=true');
  const incident = `/incidents/${encodeURIComponent(items[0]!.key)}`;

  // By the API.
  await api(relay, `${incident}/acknowledge`, { by: 'Ann', reason: 'seen at breakfast' });
  // At its page, with the token that the page gives its form.
  const [cookie = ''] = (await form(relay, '/sign-in', { token })).headers.getSetCookie()[0]!.split(';');
  const html = await (await fetch(sideOf(relay) + incident, { headers: { accept: 'text/html', cookie } })).text();
  const csrf = /name="csrf" value="([^"]+)"/.exec(html)![1]!;
  await form(relay, `${incident}/acknowledge`, { csrf, by: 'Bo', reason: 'on my way' }, cookie);
  // By the link of a message.
  const [{ value: key }] = rows(stage, "SELECT value FROM notes WHERE key = 'ack.key'") as [{ value: string }];
  const [alert] = deliveriesTo(stage, 'hook');
  await fetch(`${relay.url}/ack/${linkToken(key, 'ack', String(alert!.id))}`, { method: 'POST', body: new URLSearchParams() });
  // By files on disk, bad and good, and by a signal.
  const files = async () => (await linesOf(relay)).filter(({ what }) => what === 'files').length;
  stage.file('routes.yaml', 'version: 1\nrotues: []\n');
  await until('the refusal', async () => (await files()) === 1);
  stage.file('routes.yaml', `${toOne(target.url)}quiet_source: 2d\n`);
  await until('the new files', async () => (await files()) === 2);
  relay.process.kill('SIGHUP');
  await until('what the signal read', async () => (await files()) === 3);

  const lines = await linesOf(relay);
  expect(lines.toReversed().map(({ what, who, by, why }) => [what, who, by, why])).toEqual([
    ['acknowledge', 'token', 'Ann', 'seen at breakfast'],
    ['sign-in', 'page', undefined, undefined],
    ['acknowledge', 'page', 'Bo', 'on my way'],
    ['acknowledge', 'link', 'the link sent to hook', undefined],
    ['files', 'files', undefined, undefined],
    ['files', 'files', undefined, undefined],
    ['reload', 'signal', undefined, undefined],
    ['files', 'files', undefined, undefined],
  ]);
  expect(lines.at(-1)!.text).toMatch(/^Ann took “number down: \S+” on until /);
  expect(lines.slice(1, 4).map(({ text }) => text)).toEqual([
    'A signal to the process had the files read anew',
    'The files on disk came into force',
    expect.stringMatching(/^The files on disk were refused: (a mistake|\d+ mistakes)$/),
  ]);
  for (const { at } of lines) expect(Date.parse(at)).toBeGreaterThanOrEqual(from);

  expect(await stage.stop(relay)).toBe(0);
  relay = await stage.start(env);
  expect(await linesOf(relay)).toEqual(lines);
  expect(await stage.stop(relay)).toBe(0);
});
