import { afterEach, describe, expect, test } from 'vitest';
import { csrfIn, openPages, type Stage, token } from './stage.ts';

const opened: Stage[] = [];
const open = async (options?: Parameters<typeof openPages>[0]): Promise<Stage> => {
  const stage = await openPages(options);
  opened.push(stage);
  return stage;
};
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});
const hour = 3_600_000;

describe('with ADMIN_TOKEN', () => {
  test('a browser is led to the form, signs in and is led on to where it wanted to go', async () => {
    const stage = await open({ token });
    const away = await stage.get('/incidents?state=all');
    expect([away.status, away.headers.location]).toEqual([303, '/sign-in?to=%2Fincidents%3Fstate%3Dall']);
    const form = await stage.get('/sign-in?to=%2Fincidents%3Fstate%3Dall');
    expect(form.status).toBe(200);
    expect(form.text).toContain('name="to" value="&#x2F;incidents?state&#x3D;all"');
    const inside = await stage.send('/sign-in', { token, to: '/incidents?state=all' });
    expect([inside.status, inside.headers.location]).toEqual([303, '/incidents?state=all']);
    expect(inside.headers['set-cookie']).toEqual([
      expect.stringMatching(/^relay_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/),
    ]);
    expect((await stage.get('/incidents?state=all')).status).toBe(200);
  });

  test('the cookie is for https alone where the browser came by https', async () => {
    const stage = await open({ token });
    const answer = await stage.signIn(token, { host: 'relay.example', origin: 'https://relay.example' });
    expect(answer.headers['set-cookie']?.[0]).toContain('; Secure');
  });

  test('the page to sign in at shows nothing of the relay, and what it looks like may be read by anyone', async () => {
    const stage = await open({ token, degraded: ['routes.yaml has a mistake'] });
    const { text } = await stage.get('/sign-in');
    expect(text).not.toMatch(/mistake|Incidents|Sign out|files <code>|0\.1\.0/);
    const [, style] = /href="(\/assets\/[^"]+pages\.css)"/.exec(text.replaceAll('&#x2F;', '/')) ?? [];
    expect((await stage.get(style!, { headers: { accept: 'text/css' } })).status).toBe(200);
  });

  test('a wrong token is refused as a wrong bearer token is: after ten of them not even the right one is heard for a minute', async () => {
    const stage = await open({ token });
    for (let n = 0; n < 10; n++) {
      const wrong = await stage.signIn('a guess');
      expect([wrong.status, wrong.headers['set-cookie']]).toEqual([401, undefined]);
      expect(wrong.text).toContain('This is not ADMIN_TOKEN.');
    }
    expect((await stage.signIn()).status).toBe(429);
    expect((await stage.get('/api/v1/config', { headers: { authorization: `Bearer ${token}` } })).status).toBe(429);
    await stage.clock.advance(60_000);
    expect((await stage.signIn()).status).toBe(303);
    expect(JSON.stringify(stage.lines)).not.toContain('a guess');
  });

  test('a forged, cut or foreign session opens nothing', async () => {
    const stage = await open({ token });
    await stage.signIn();
    const cookie = stage.cookies();
    for (const forged of [
      `relay_session=${'A'.repeat(43)}`,
      cookie.slice(0, -1),
      `x${cookie}`,
      'relay_session=',
      'relay_session=__proto__',
    ]) {
      stage.setCookies(forged);
      expect((await stage.get('/')).status, forged).toBe(303);
      expect((await stage.get('/api/v1/config')).status, forged).toBe(401);
    }
    stage.setCookies(`other=1; ${cookie}`);
    expect((await stage.get('/')).status).toBe(200);
  });

  test('a session ends when it is signed out, for good, and after twelve hours', async () => {
    const stage = await open({ token });
    await stage.signIn();
    const first = stage.cookies();
    expect((await stage.submit('/', '/sign-out')).headers.location).toBe('/sign-in');
    stage.setCookies(first);
    expect((await stage.get('/')).status).toBe(303);
    await stage.signIn();
    await stage.clock.advance(12 * hour - 1);
    expect((await stage.get('/')).status).toBe(200);
    await stage.clock.advance(1);
    expect((await stage.get('/')).status).toBe(303);
  });

  test('a session may ask the API too, and a change is logged as one by the pages', async () => {
    const stage = await open({ token });
    await stage.signIn();
    expect((await stage.get('/api/v1/config')).status).toBe(200);
    const headers = { 'content-type': 'application/json', host: 'relay.example' };
    const change = (origin: string) => stage.get('/api/v1/config/check', { method: 'POST', body: '{}', headers: { ...headers, origin } });
    expect((await change('https://evil.example')).status).toBe(401);
    expect((await change('https://relay.example')).status).toBe(400);
  });

  test('whoever follows a link from elsewhere and is signed in need not sign in again', async () => {
    const stage = await open({ token });
    const answer = await stage.get('/incidents', { headers: { 'sec-fetch-site': 'cross-site' } });
    expect([answer.status, answer.headers.refresh]).toEqual([200, '0; url=/incidents']);
    expect((await stage.get('/incidents', { headers: { 'sec-fetch-site': 'same-origin' } })).status).toBe(303);
  });

  test('after signing in nobody is led to another site', async () => {
    const stage = await open({ token });
    for (const to of ['//evil.example', '/\\evil.example', 'https://evil.example', '/ok\r\nx: y'])
      expect((await stage.send('/sign-in', { token, to })).headers.location, to).toBe('/');
    stage.setCookies('');
    const far = await stage.get('//evil.example/', { headers: { 'sec-fetch-site': 'cross-site' } });
    expect(far.headers.refresh ?? '0; url=/').toBe('0; url=/');
  });

  test('a program is told by a problem document, a page in the making is sent to the form', async () => {
    const stage = await open({ token });
    const program = await stage.get('/', { headers: { accept: '*/*' } });
    expect([program.status, program.json().code]).toEqual([401, 'admin.refused']);
    const htmx = await stage.get('/', { headers: { 'hx-request': 'true' } });
    expect([htmx.status, htmx.headers['hx-redirect']]).toEqual([401, '/sign-in?to=%2F']);
  });
});

test('without a token there is nothing to sign in at, and a stranger is told so by a page', async () => {
  const stage = await open();
  expect((await stage.get('/sign-in')).headers.location).toBe('/');
  const stranger = await stage.get('/', { headers: { host: 'evil.example' } });
  expect(stranger.status).toBe(401);
  expect(stranger.text).toContain('Host header');
  expect(stranger.text).not.toContain('Incidents');
});

describe('a form is heard only', () => {
  const by = { by: 'Ann' };
  const open2 = async (more: Parameters<typeof openPages>[0] = {}) => {
    const stage = await open(more);
    if (more.token !== undefined) await stage.signIn();
    await stage.happens('09:10', 'disconnected');
    return stage;
  };
  const at = '/incidents/wa:shop:1';
  const path = `${at}/acknowledge`;
  const taken = async (stage: Stage) => (await stage.parts.read.incident('wa:shop:1'))?.acknowledged?.by;

  test.each([
    ['a session', { token }],
    ['this machine', {}],
  ] as const)('with the token of its page (%s)', async (_who, options) => {
    const stage = await open2(options);
    for (const csrf of ['', 'guess', 'x'.repeat(43)]) expect((await stage.send(path, { ...by, csrf })).status).toBe(403);
    expect((await stage.send(path, by)).text).toContain('admin.no_form');
    expect(await taken(stage)).toBeUndefined();
    expect((await stage.submit(at, path, by)).status).toBe(303);
    expect(await taken(stage)).toBe('Ann');
  });

  test('with the token of its own session', async () => {
    const stage = await open2({ token });
    const other = csrfIn((await stage.get(at)).text)!;
    await stage.signIn();
    expect((await stage.send(path, { ...by, csrf: other })).status).toBe(403);
  });

  test.each([
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['another port of this host', { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' }],
    ['a sandboxed frame', { origin: 'null' }],
  ])('from a page of ours, and not from %s', async (_what, headers) => {
    for (const options of [{ token }, {}]) {
      const stage = await open2(options);
      expect([401, 403]).toContain((await stage.submit(at, path, by, headers)).status);
      expect(await taken(stage)).toBeUndefined();
    }
  });

  test('from a page of ours, to sign in too', async () => {
    const stage = await open({ token });
    const answer = await stage.signIn(token, { origin: 'https://evil.example' });
    expect([answer.status, answer.headers['set-cookie']]).toEqual([403, undefined]);
  });

  test('as a form: JSON, text and files are not read', async () => {
    const stage = await open2();
    for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x'])
      expect((await stage.submit(at, path, by, { 'content-type': type })).status).toBe(403);
  });
});
