// The audit over the API: filters, pages, CSV, what is told of whole numbers that were shown, and of an erasure.
import { beforeEach, expect, test } from 'vitest';
import { createLockouts } from '../../src/admin/lockouts.ts';
import { RelayError } from '../../src/errors.ts';
import { post } from './ask.ts';
import { openPages, type Stage, token } from './pages/stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openPages({
    token,
    parts: { forget: async () => ({ deleted: { events: 2 }, cancelled: 0, underWay: 0, left: {}, inFiles: false, compacted: true }) },
  });
  return () => stage.close();
});
const headers = { authorization: `Bearer ${token}` };
const get = (path: string, more = {}) => stage.get(path, { headers: { ...headers, accept: '*/*', ...more } });
const change = (path: string, asked: unknown, method = 'POST') => {
  const body = JSON.stringify(asked);
  return stage.get(path, {
    method,
    body,
    headers: { ...headers, 'content-type': 'application/json', 'content-length': String(body.length) },
  });
};
const resume = (reason: string) => change('/api/v1/destinations/ops/resume', { reason });
const items = async (query = '') => (await get(`/api/v1/audit${query}`)).json().items;

test('a change is answered only after its line is written', async () => {
  stage.parts.resume = () => true;
  let written = () => {};
  const asked = new Promise<void>((reached) => {
    stage.parts.audit = () => {
      reached();
      return new Promise((resolve) => {
        written = resolve;
      });
    };
  });
  let answered = false;
  const answer = resume('mended').then(() => {
    answered = true;
  });
  await asked;
  await get('/api/v1/audit');
  expect(answered).toBe(false);
  written();
  await answer;
});

test('a line has the id of the request that the answer has', async () => {
  stage.parts.resume = () => true;
  const { headers: answered } = await post(stage.port, '/api/v1/destinations/ops/resume', { reason: 'mended' }, headers);
  expect(await items()).toEqual([
    {
      id: expect.stringMatching(/^a_/),
      at: '2026-11-23T09:00:00.000Z',
      ...{ what: 'resume', who: 'token', subject: 'ops', facts: { destination: 'ops', resumed: true }, why: 'mended' },
      request: answered['x-request-id'],
      text: 'Somebody with ADMIN_TOKEN resumed ops',
    },
  ]);
});

test('it is asked for by filter, page by page; a name that is no filter is an error', async () => {
  stage.parts.resume = () => true;
  for (const reason of ['one', 'two', 'three']) await resume(reason);
  expect((await items('?who=token&subject=OP')).map(({ why }: { why: string }) => why)).toEqual(['three', 'two', 'one']);
  expect(await items('?what=silence')).toEqual([]);
  expect(await items('?until=2026-11-23T09:00:00Z')).toEqual([]);
  const { next } = (await get('/api/v1/audit?limit=2')).json();
  expect(await items(`?limit=2&cursor=${next}`)).toMatchObject([{ why: 'one' }]);
  expect((await get('/api/v1/audit?whom=ann')).status).toBe(400);
});

test('as CSV it is safe to open in a spreadsheet', async () => {
  stage.parts.resume = () => true;
  await resume('=HYPERLINK("https://evil.example")');
  const answer = await get('/api/v1/audit', { accept: 'text/csv' });
  expect(answer.headers['content-disposition']).toBe('attachment; filename="audit.csv"');
  const [head, row] = answer.text.split('\r\n');
  expect(head).toBe('time,text,why,what,who,by,subject,facts,request,id');
  expect(row).toContain(`"'=HYPERLINK(""https://evil.example"")"`);
});

test('a CSV ends after ten thousand lines and says where it goes on', async () => {
  const entry = { what: 'reload', who: 'signal' as const, facts: {} };
  await stage.stored.commit(
    Array.from({ length: 10_003 }, () => ({ do: 'audit' as const, entry })),
    stage.clock.now(),
  );
  const first = await get('/api/v1/audit?format=csv&who=signal');
  expect(first.text.trimEnd().split('\r\n')).toHaveLength(10_001);
  const next = /^<(.+)>; rel="next"$/.exec(String(first.headers.link))![1]!;
  const rest = await get(next);
  expect(rest.text.trimEnd().split('\r\n')).toHaveLength(4);
  expect(rest.headers.link).toBeUndefined();
});

test('whoever is shown whole numbers leaves a line; whoever is shown hidden ones leaves none', async () => {
  const { id } = await stage.happens('09:10', 'disconnected');
  for (const how of ['masked', 'full']) {
    await get(`/api/v1/events/${id}?payload=${how}`);
    await get(`/api/v1/reports/usage?month=2026-11&phones=${how}`);
  }
  expect((await items()).map(({ text }: { text: string }) => text)).toEqual([
    'Somebody with ADMIN_TOKEN took the report usage of 2026-11, with whole phone numbers',
    `Somebody with ADMIN_TOKEN looked at the whole payload of ${id}`,
  ]);
});

test('an erasure is told without the id, also where the reason names it', async () => {
  for (const reason of ['they asked for it', 'acme asked for it']) await change('/api/v1/workspaces/acme/data', { reason }, 'DELETE');
  const [named, plain] = await items();
  expect(plain).toMatchObject({ what: 'forget', why: 'they asked for it', text: expect.stringContaining('2 rows') });
  expect(named.why).toBe('a reason that names the workspace, which is not kept');
  expect(JSON.stringify([named, plain, stage.lines])).not.toContain('acme');
});

test('an erasure that ends in an error leaves its line too, for part of it is done', async () => {
  stage.parts.forget = () => Promise.reject(new RelayError('admin.no_answer', 'reading the store: the reading thread ended; ask again'));
  const answer = await change('/api/v1/workspaces/acme/data', { reason: 'they asked for it' }, 'DELETE');
  expect(answer.json()).toMatchObject({ status: 503, code: 'admin.no_answer' });
  expect(await items()).toMatchObject([{ what: 'forget', why: 'they asked for it', facts: { unfinished: 'admin.no_answer' } }]);
  expect((await items())[0].text).toBe(
    'Somebody with ADMIN_TOKEN began to delete what is kept of a workspace, and it is not known to be over',
  );
  expect(JSON.stringify([await items(), stage.lines])).not.toContain('acme');
});

test('a lockout is told once for an address and minute, and a flood of them is counted', () => {
  const told = createLockouts({ mostAnHour: 3 });
  expect(told('a', 0)).toEqual({ address: 'a', untold: 0 });
  expect([told('a', 1), told('a', 59_999)]).toEqual([undefined, undefined]);
  expect(told('a', 60_000)).toEqual({ address: 'a', untold: 0 });
  expect(told('b', 60_000)).toEqual({ address: 'b', untold: 0 });
  expect([told('c', 60_001), told('d', 60_002)]).toEqual([undefined, undefined]);
  expect(told('e', 3_600_001)).toEqual({ address: 'e', untold: 2 });
});
