// Workspaces as pages and as answers: all that the files or an event named, as they stand at this moment, found by what an account manager knows.
import { expect, test } from 'vitest';
import { knownWorkspaces, table } from './known.ts';

const escaped = '&lt;script&gt;alert(1)&lt;&#x2F;script&gt;';

test('the list has whoever is in the table or was ever heard of, by name, with numbers, quota, seats and last event', async () => {
  const { get, list } = await knownWorkspaces();
  expect(await list()).toEqual([escaped, 'Acme Ltd', 'Quiet Ones', 'trial-7']);
  const html = await get('/workspaces');
  for (const words of ['4 workspaces', '1 connected', '1 dropped', '92 %', 'all 10 taken', 'not heard of yet', 'WhatsApp number down'])
    expect(html).toContain(words);
  expect(html).toMatch(/<svg class="gauge warning"[^>]*><rect width="92"/);
});

test('each filter narrows the list, and a search finds id, name and owner', async () => {
  const { list } = await knownWorkspaces();
  expect(await list('search=&tag=&segment=&state=&sort=name')).toHaveLength(4);
  expect(await list('search=ACME+ltd')).toEqual(['Acme Ltd']);
  expect(await list('search=eve%40quiet')).toEqual(['Quiet Ones']);
  expect(await list('search=trial-')).toEqual(['trial-7']);
  expect(await list('tag=VIP')).toEqual(['Acme Ltd', 'Quiet Ones']);
  expect(await list('segment=vip')).toEqual(['Acme Ltd', 'Quiet Ones']);
  // Of a workspace that no row is about.
  expect(await list('segment=trials')).toEqual(['trial-7']);
  expect(await list('state=not-heard-of')).toEqual(['Quiet Ones']);
  expect(await list('state=no-number')).toEqual([escaped]);
  expect(await list('state=dropped')).toEqual(['trial-7']);
  expect(await list('open=true')).toEqual([escaped, 'Acme Ltd', 'trial-7']);
  expect(await list('sort=last-event')).toEqual(['trial-7', escaped, 'Acme Ltd', 'Quiet Ones']);
  expect(await list('sort=fullest')).toEqual(['Acme Ltd', escaped, 'Quiet Ones', 'trial-7']);
});

test.each(['name', 'last-event', 'fullest'])('pages by %s follow each other without a gap or a repeat', async (sort) => {
  const { stage, api } = await knownWorkspaces(`${table}${Array.from({ length: 40 }, (_, n) => `w-${n},Same name\n`).join('')}`);
  for (let n = 0; n < 10; n++) await stage.happens('09:40', 'token-rotated', { workspaceId: `w-${n}` });
  const ids: string[] = [];
  let next: string | undefined;
  do {
    const page = await api(`?sort=${sort}&limit=7${next === undefined ? '' : `&cursor=${encodeURIComponent(next)}`}`);
    expect(page).toMatchObject({ total: 44, behind: false });
    ids.push(...page.items.map(({ id }: { id: string }) => id));
    next = page.next;
  } while (next !== undefined);
  expect(ids).toHaveLength(44);
  expect(new Set(ids).size).toBe(44);
});

test('a change of the files is in the next answer, and one of the store at once', async () => {
  const { stage, inForce, list, api } = await knownWorkspaces();
  await stage.happens('09:50', 'connected', { workspaceId: 'quiet' });
  expect(await api('/quiet')).toMatchObject({ state: 'connected', numbers: { connected: 1, dropped: 0 } });
  expect(await list('state=not-heard-of')).toEqual([]);
  const good = inForce.good();
  const text = `${good.files.sources['workspaces.csv']}new,New One,vip\n`;
  const changed = {
    ...good,
    rules: { ...good.rules, revision: 'r2' },
    files: { ...good.files, sources: { ...good.files.sources, 'workspaces.csv': text } },
  };
  stage.parts.inForce = { ...inForce, good: () => changed, rules: () => changed.rules };
  expect(await list('state=not-heard-of')).toEqual(['New One']);
});

test('one workspace is told whole, strangers are text, numbers are masked', async () => {
  const { get } = await knownWorkspaces();
  const html = await get('/workspaces/acme');
  for (const words of [
    'Acme Ltd',
    'ann@acme.example',
    '18,400 of 20,000',
    'a day',
    'by the end',
    'pays late',
    'account 1',
    '•••••••1222',
    'since',
  ])
    expect(html, words).toContain(words);
  for (const to of [
    '/incidents/wa%3Aacme%3A1',
    '/events?workspace=acme',
    '/silences?workspace=acme',
    '/reports?report=usage&amp;month=2026-11&amp;workspace=acme',
  ])
    expect(html.replaceAll('&#x2F;', '/').replaceAll('&#x3D;', '='), to).toContain(to);
  const all = [html, await get('/workspaces'), await get('/workspaces/shop'), await get('/workspaces/trial-7')].join('');
  expect(all).not.toMatch(/<script>alert|34600111222|600 ?111 ?222|34600999888|34600333444|\sstyle=/);
  expect(all).toContain(escaped);
});

test('a workspace that was not heard of yet has a page, and one that nobody knows has none', async () => {
  const { stage, get } = await knownWorkspaces();
  expect(await get('/workspaces/quiet')).toContain('A first event comes in');
  expect(await stage.get('/workspaces/nobody')).toMatchObject({ status: 404 });
});

test('what retention may have removed is named and not linked to', async () => {
  const { stage, get } = await knownWorkspaces();
  const links = async () => {
    const pages = [await get('/workspaces/trial-7'), await get('/workspaces?search=trial')];
    return pages.map((page) => [page.includes('/events/e_') || page.includes('&#x2F;events&#x2F;e_'), /number down/i.test(page)]);
  };
  expect(await links()).toEqual([
    [true, true],
    [true, true],
  ]);
  await stage.clock.advance(31 * 86_400_000);
  expect(await links()).toEqual([
    [false, true],
    [false, true],
  ]);
});

test('the silence form has the workspace that one came from, and events and incidents lead to its page', async () => {
  const { get } = await knownWorkspaces();
  expect(await get('/silences?workspace=acme')).toContain('name="workspace" maxlength="500" value="acme"');
  for (const path of ['/events', '/incidents', '/incidents/wa%3Aacme%3A1'])
    expect(await get(path), path).toContain('href="&#x2F;workspaces&#x2F;acme"');
});

test('the API tells the same, for programs', async () => {
  const { api } = await knownWorkspaces();
  const acme = await api('/acme');
  expect(acme).toMatchObject({
    ...{ id: 'acme', name: 'Acme Ltd', tags: ['vip', 'gold'], segments: ['vip'], in_table: true, state: 'connected', open_incidents: 2 },
    numbers: { connected: 1, dropped: 1, items: [{ accounts: ['1'], phone: '+•••••••1222', state: 'dropped' }, { state: 'connected' }] },
    quotas: [{ resource: 'messages', percent: 92, used: 18_400, over: false, per_day: expect.any(Number), projected: expect.any(Number) }],
    last_event: { type: 'messaging-90' },
    row: { name: 'Acme Ltd', tags: ['vip', 'gold'], phone: '+•••••••9888' },
  });
  expect(acme.events).toHaveLength(4);
  expect(await api('?state=not-heard-of')).toMatchObject({ total: 1, items: [{ id: 'quiet', state: 'not-heard-of', in_table: true }] });
  expect(await api('/nobody')).toMatchObject({ status: 404, code: 'admin.not_found' });
  expect(await api('?segment=nope')).toMatchObject({ status: 400, code: 'admin.bad_request' });
  expect(await api('?sort=age')).toMatchObject({ status: 400 });
  expect(await api('?cursor=made-up')).toMatchObject({ status: 400, code: 'admin.bad_request' });
  expect(JSON.stringify(await api(''))).not.toContain('34600');
});
