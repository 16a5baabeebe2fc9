// Every form of the pages, from the table of their routes: heard from a page of ours by whoever is signed in, and from nowhere and nobody else.
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import type { AdminParts } from '../../../src/admin/parts.ts';
import type { Answer } from '../ask.ts';
import { anyPath, routeTables } from '../route-tables.ts';
import { csrfIn, openPages, type Stage, token } from './stage.ts';

let forms: string[];
let changes: { method: string; path: string }[];
beforeAll(async () => {
  const { pages, api } = await routeTables();
  forms = pages.flatMap(({ method, url }) => (method === 'GET' || url === '/sign-in' ? [] : [anyPath(url)]));
  changes = api.flatMap(({ method, url }) => (method === 'GET' ? [] : [{ method, path: anyPath(url) }]));
});
const hour = 3_600_000;

/** Whatever a form could change, counted. */
async function open(options: { token?: string } = {}) {
  const done: string[] = [];
  const count = (name: string) => (): never => {
    done.push(name);
    throw new Error(`${name} was reached`);
  };
  const names = ['replay', 'acknowledge', 'decide', 'forget', 'sendTest', 'resume', 'judgeRoutes', 'imagine'] as const;
  const parts = Object.fromEntries(names.map((name) => [name, count(name)])) as unknown as Partial<AdminParts>;
  const stage = await openPages({ ...options, parts });
  onTestFinished(() => stage.close());
  // Cookies are what the test says, whatever an answer sets.
  const post = (path: string, { cookie, csrf, ...headers }: Record<string, string> = {}): Promise<Answer> =>
    stage.get(path, {
      method: 'POST',
      body: new URLSearchParams({ ...(csrf !== undefined && { csrf }), reason: 'none', by: 'nobody' }).toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        host: `127.0.0.1:${stage.port}`,
        ...(cookie !== undefined && { cookie }),
        ...headers,
      },
    });
  const changed = () => [...done, ...stage.lines.filter(({ message }) => message !== 'admin.signed_in')];
  return { stage, post, changed, own: { origin: `http://127.0.0.1:${stage.port}` } };
}

async function sessionOf(stage: Stage): Promise<{ cookie: string; csrf: string }> {
  await stage.signIn();
  const cookie = stage.cookies();
  const csrf = csrfIn((await stage.get('/')).text)!;
  stage.setCookies('');
  return { cookie, csrf };
}

test('the table has every form, and each is heard where all is as it should be', async () => {
  expect(forms).toEqual(expect.arrayContaining(['/sign-out', '/silences', '/destinations/x/test', '/events/x/replay/x']));
  expect(forms.length).toBeGreaterThanOrEqual(10);
  const { stage, post, own } = await open({ token });
  for (const path of forms) expect([401, 403], path).not.toContain((await post(path, { ...(await sessionOf(stage)), ...own })).status);
});

test.each([
  ['a session', { token }],
  ['this machine', {}],
] as const)('a form from elsewhere, or without the token of its page, is not heard (%s)', async (_who, options) => {
  const { stage, post, changed, own } = await open(options);
  const signed = 'token' in options ? await sessionOf(stage) : { csrf: csrfIn((await stage.get('/silences')).text)! };
  const { csrf, ...who } = signed;
  const other = 'token' in options ? (await sessionOf(stage)).csrf : 'x'.repeat(43);
  const wrong: Record<string, Record<string, string>> = {
    'another origin': { csrf, origin: 'https://evil.example' },
    'no origin that can be named': { csrf, origin: 'null' },
    'a like name': { csrf, origin: `http://127.0.0.1:${stage.port}.evil.example` },
    'another port': { csrf, origin: 'http://127.0.0.1:1' },
    'cross-site, whatever its origin': { csrf, ...own, 'sec-fetch-site': 'cross-site' },
    'same-site': { csrf, ...own, 'sec-fetch-site': 'same-site' },
    'typed into the address bar': { csrf, ...own, 'sec-fetch-site': 'none' },
    'a browser that does not say': { csrf },
    'no token': { ...own },
    'an empty token': { csrf: '', ...own },
    'a guessed token': { csrf: 'x'.repeat(43), ...own },
    'the token of another session': { csrf: other, ...own },
  };
  for (const path of forms)
    for (const [what, headers] of Object.entries(wrong)) {
      const { status } = await post(path, { ...who, ...headers });
      expect([401, 403], `${path}: ${what}`).toContain(status);
    }
  expect(changed()).toEqual([]);
});

test('nobody who is not signed in is heard: no token, a wrong one, a session that was made up, cut, signed out or is over', async () => {
  const { stage, post, changed, own } = await open({ token });
  const over = await sessionOf(stage);
  await stage.clock.advance(12 * hour);
  const out = await sessionOf(stage);
  await post('/sign-out', { ...out, ...own });
  const open_ = await sessionOf(stage);
  stage.lines.splice(0);
  const strangers: Record<string, Record<string, string>> = {
    nobody: {},
    'a wrong token': { authorization: 'Bearer a-guess' },
    'the token of the page alone': { csrf: open_.csrf },
    'a made up session': { ...open_, cookie: `relay_session=${'A'.repeat(43)}` },
    'a cut session': { ...open_, cookie: open_.cookie.slice(0, -1) },
    'a session under another name': { ...open_, cookie: `x${open_.cookie}` },
    'a session that was signed out': out,
    'a session that is over': over,
  };
  for (const path of forms)
    for (const [what, headers] of Object.entries(strangers)) {
      const { status } = await post(path, { ...own, ...headers });
      // Wrong tokens lock the address out after ten of them.
      expect([401, 403, 429], `${path}: ${what}`).toContain(status);
      if (what === 'a wrong token') await stage.clock.advance(60_001);
    }
  expect(changed()).toEqual([]);
});

test('a change over the API with a session is heard from our own pages alone', async () => {
  const { stage, changed, own } = await open({ token });
  const { cookie } = await sessionOf(stage);
  stage.lines.splice(0);
  expect(changes.length).toBeGreaterThanOrEqual(8);
  for (const { method, path } of changes)
    for (const headers of [
      {},
      { origin: 'https://evil.example' },
      { ...own, 'sec-fetch-site': 'cross-site' },
      { ...own, 'sec-fetch-site': 'same-site' },
    ]) {
      const said = { 'content-type': 'application/json', host: `127.0.0.1:${stage.port}`, cookie, ...headers };
      const answer = await stage.get(path, { method, body: '{"reason":"none"}', headers: said });
      expect([method, path, headers, answer.status]).toEqual([method, path, headers, 401]);
    }
  expect(changed()).toEqual([]);
});
