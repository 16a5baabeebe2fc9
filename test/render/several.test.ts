// Messages about many at once: digests, gathered ends, storms; and a number that comes and goes.
import { expect, test } from 'vitest';
import { alertView } from '../../src/render/context.ts';
import { everyMany, type Many, manyInput, membersOf, sayMany } from './many.ts';
import { load } from './parse.ts';
import { asText, say } from './say.ts';

test.each([
  ['words.many.golden.txt', undefined],
  ['words.many.es.golden.txt', 'es'],
])('every message about many reads as it was read and approved: %s', async (file, language) => {
  const pages = everyMany(language).map(([title, kind, many]) => {
    const { message, flaw } = sayMany(kind, { ...many, channel: 'email', layouts: [{}] });
    expect(flaw).toBeUndefined();
    const { members = [], more } = message.message;
    const list = members.map(({ icon, headline, note }) => `  ${icon} ${headline} · ${note}`);
    const subject = (message.rendered as { subject?: string }).subject ?? message.message.headline;
    return `${'='.repeat(100)}\n${title}\nin the mailbox: ${subject}\n${asText({ message })}\n${[...list, ...(more ? [`  ${more}`] : [])].join('\n')}\n`;
  });
  await expect(pages.join('\n')).toMatchFileSnapshot(file);
});

test('how many of what, and how bad, stand in the first 60 characters', () => {
  const head = (...given: Parameters<typeof sayMany>) => sayMany(...given).message.message.headline.slice(0, 60);
  expect(head('digest', { of: { disconnected: 7, 'messaging-90': 2 }, details: { gone: 3 } })).toBe(
    '7 numbers down, 2 message quotas nearly used up (3 came and ',
  );
  const storm = { counts: { disconnected: 2980 }, segments: { vip: 3 } };
  expect(head('storm', { of: { disconnected: 3 }, details: { storm } })).toBe('Outage: 2,980 numbers down since 09:03 CET');
  const over = { ended: Array(2960).fill(0), storm: { ...storm, over: true as const, open: 20 } };
  expect(head('storm', { of: { disconnected: 2980 }, details: over })).toBe('Outage is over: 2,960 back, 20 numbers still down');
  expect(head('resolved', { of: { connected: 3 } })).toBe('3 numbers are back: Acme Ltd, Northwind Travel, Globex');
});

test('the worst stands first, in the list and as `alert`, and `alerts` are all of them', () => {
  const { message } = sayMany('digest', { of: { 'messaging-90': 20, 'token-rotated': 1, disconnected: 2 }, rawEvent: true });
  expect(message.message.members?.[0]).toMatchObject({ severity: 'critical', icon: '🔴', color: '#D92D20' });
  expect(message.alerts.map(({ severity }) => severity)).toEqual(['critical', 'critical', ...Array(21).fill('warning')]);
  expect(message.alert).toEqual(message.alerts[0]);
  expect(message.message.members).toHaveLength(15);
  expect(message.message.more).toBe('and 8 more');
  expect(message.event, 'one webhook of many would be taken for all').toBeUndefined();
});

test('each member is the alert that it would be alone', () => {
  const { message } = sayMany('digest', { of: { 'messaging-100': 1, disconnected: 1 } });
  for (const event of membersOf({ 'messaging-100': 1, disconnected: 1 })) {
    const { delivery } = manyInput('alert', { of: {} }).leased;
    const { incidentKey: key = '', level } = event;
    const workspace = manyInput('digest').workspaceOf!(event.workspaceId);
    const alone = alertView({
      delivery: { ...delivery, kind: 'alert', incidentKey: key, level, details: { since: event.triggeredAt } },
      ...{ event, workspace, showPhone: false },
    });
    expect(message.alerts).toContainEqual(alone);
  }
});

test('numbers are hidden in headline, list, alerts and file alike, unless they are to be shown', () => {
  const digest = (showPhone: boolean) =>
    JSON.stringify(sayMany('digest', { of: { disconnected: 20 }, attachments: true, showPhone }).message);
  expect(digest(false)).not.toContain('3460011');
  expect(digest(true)).toContain('+34600111019');
});

test('what the plug-in does not list it gets as a file if it can send one, whole, and no cell of it is a formula', () => {
  const many = { of: { disconnected: 16 }, event: { account: { id: '=HYPERLINK("x")', phone: '+34600111222', reason: '@sum' } } };
  const [file, ...others] = sayMany('digest', { ...many, attachments: true }).message.attachments!;
  expect(others).toEqual([]);
  expect(file).toMatchObject({ name: 'alerts.csv', type: 'text/csv; charset=utf-8' });
  const [head, first, ...rest] = file!.text.trim().split('\r\n');
  expect(head).toBe('\ufeff"workspace","name","event","account","phone","reason","severity","since","ended","event_id"'.trim());
  expect(first).toMatch(/^"ws-0","Acme Ltd","disconnected","'=HYPERLINK\(""x""\)","'\+•+1222","'@sum","critical","2026-/);
  expect(rest).toHaveLength(15);
  expect(sayMany('digest', { ...many, attachments: true, members: 16 }).message).not.toHaveProperty('attachments');
  expect(sayMany('digest', many).message).not.toHaveProperty('attachments');
});

test('where not all are listed it says how to see them: a page if there is one, else a command', () => {
  const facts = (more: object) => JSON.stringify(sayMany('digest', { of: { disconnected: 16 }, ...more }).message.message.facts);
  expect(facts({})).toContain('npm run relay -- deliveries --id d_sample lists them all');
  expect(facts({ listUrl: 'https://relay.example/list/x' })).not.toContain('deliveries --id');
  expect(facts({ members: 16 })).not.toContain('deliveries --id');
  const layout = '{{#links.list}}{{foot.list}}: {{links.list}}{{/links.list}}';
  const { rendered } = sayMany('digest', { of: { disconnected: 2 }, layouts: [layout], listUrl: 'https://relay.example/list/x' }).message;
  expect(rendered).toBe('See all of them: https://relay.example/list/x');
});

const ending = (open: number): Many => ({
  of: { disconnected: 20, 'token-rotated': 1 },
  details: { ended: Array(20 - open).fill(Date.UTC(2026, 10, 23, 9)), storm: { counts: { disconnected: 20 }, over: true, open } },
});

test('the words of the end of a storm speak of what is still so; `alerts`, the file and the page have all, each as it stands', () => {
  const { message } = sayMany('storm', ending(3));
  expect(message.message).toMatchObject({ headline: 'Outage is over: 17 back, 3 numbers still down' });
  expect(message.message.members?.map(({ severity }) => severity)).toEqual(Array(3).fill('critical'));
  expect(message.message).not.toHaveProperty('more');
  expect(message.alerts.map(({ phase }) => phase)).toEqual([...Array(3).fill('firing'), ...Array(17).fill('resolved'), 'notice']);
  expect(message.alerts.map(({ resolved_at: end }) => end)).toEqual([
    ...Array(3).fill(undefined),
    ...Array(17).fill('2026-11-23T09:00:00.000Z'),
    undefined,
  ]);
  expect(JSON.stringify(message.message.facts)).toContain('deliveries --id');
  expect(JSON.stringify(sayMany('storm', { ...ending(3), listUrl: 'https://x' }).message.message.facts)).not.toContain('deliveries --id');
  const sent = sayMany('storm', { ...ending(3), attachments: true, members: 200 }).message;
  expect(sent.message.more).toBe('The whole list of 21 is attached');
  const rows = sent.attachments![0]!.text.trim().split('\r\n').slice(1);
  expect(rows).toHaveLength(21);
  expect(rows.filter((row) => row.includes('"2026-11-23T09:00:00.000Z","e_many'))).toHaveLength(17);
});

test('of a storm whose numbers are all back nothing is listed, and the file is there', () => {
  const { message, attachments } = sayMany('storm', { ...ending(0), attachments: true }).message;
  expect(message).toMatchObject({ headline: 'Outage is over: 20 back', members: [], more: 'The whole list of 21 is attached' });
  expect(message.impact).toContain('Nothing is left to do.');
  expect(attachments).toHaveLength(1);
});

test('what the data does not hold is not said: no hours, no rate, no segments, no start, no length', () => {
  const digest = (details: object) => asText(sayMany('digest', { of: { disconnected: 2 }, details }));
  expect(digest({ keptBy: 'quiet' })).toContain('after the quiet hours.');
  expect(digest({ keptBy: 'limit' })).toContain('Too many came at once, so');
  const storm = asText(sayMany('storm', { details: { storm: { counts: {}, over: true } } }));
  expect(storm).toContain('Flood of alerts is over\nNothing is left to do.');
  expect(storm).not.toMatch(/since|Most of them|\d/);
  const ends = sayMany('resolved', { of: { connected: 2 }, details: { began: [] } }).message.message;
  expect(ends.members?.[0]?.headline).toBe('Acme Ltd: +•••••••1000 is back');
});

test('members that retention took are still counted', () => {
  const input = manyInput('digest', { of: { disconnected: 3 } });
  const { members: _, ...leased } = input.leased;
  const gone = sayMany('digest', { of: { disconnected: 3 }, details: { members: ['a', 'b', 'c', 'd', 'e'] } }).message.message;
  expect(gone).toMatchObject({ headline: '3 numbers down', more: 'and 2 more' });
  expect(leased.delivery.details.members).toHaveLength(3);
});

test('a digest and its ends share a key of their own, and so does all that is said of a storm', () => {
  const key = (...given: Parameters<typeof sayMany>) => sayMany(...given).message.threadKey;
  expect(key('digest', { of: { disconnected: 2 } })).toBe('digest:d_sample');
  expect(key('resolved', { of: { connected: 2 }, follows: 'd_sample' })).toBe('digest:d_sample');
  const storm = { counts: { disconnected: 300 } };
  const first = key('storm', { of: { disconnected: 3 }, details: { storm, since: 1_000 } });
  expect(key('storm', { of: { disconnected: 1 }, details: { storm: { ...storm, over: true }, since: 1_000 }, follows: 'd_9' })).toBe(first);
});

test('an update of a storm edits, and its end resolves', () => {
  const mode = (storm: object, previous?: Record<string, string>) =>
    sayMany('storm', { of: { disconnected: 2 }, details: { storm: { counts: {}, ...storm } }, ...(previous && { previous }) }).message.mode;
  expect([mode({}), mode({}, { ts: '1' }), mode({ over: true }, { ts: '1' })]).toEqual(['create', 'update', 'resolve']);
});

test('who reads of many workspaces reads in the language that they have in common, else in English', () => {
  const said = (languages: string[]) =>
    sayMany('digest', {
      of: { disconnected: 2 },
      workspaceOf: (id) => ({ id, name: id, language: languages[Number(id.split('-')[1])]! }),
    }).message.message;
  expect(said(['es', 'es'])).toMatchObject({ headline: '2 números caídos', members: [{ headline: expect.stringContaining('caído') }, {}] });
  const mixed = said(['es', 'en']);
  expect(mixed).toMatchObject({ headline: '2 numbers down' });
  for (const { headline } of mixed.members!) expect(headline).toContain('is down');
});

test('a route’s own story has the lines of the list, and leaves the whole to the digest’s', () => {
  const upsell = 'headline: "{{who.short}} wants more"\n';
  const { stories, mistakes } = load({ name: 'upsell.yaml', text: upsell });
  expect(mistakes).toEqual([]);
  const said = sayMany('digest', { of: { 'seats-full': 2 }, stories, template: 'upsell' });
  expect(said.message.message).toMatchObject({
    headline: '2 workspaces without a free seat',
    members: [{ headline: 'Acme Ltd wants more' }, {}],
  });
  expect(said.flaw).toBeUndefined();
  expect(say('seats-full', 'digest', { stories, template: 'upsell', details: { members: ['e_sample'] } }).message.message.headline).toBe(
    'Acme Ltd wants more',
  );
});

test('an operator’s digest story is judged by the names of a digest, and one that is broken leaves the shipped words', () => {
  const judged = (name: string, text: string) => load({ name, text }).mistakes.map((one) => one.text);
  expect(judged('digest.yaml', 'headline: "{{members.kinds}} now"\n')).toEqual([]);
  expect(judged('digest.yaml', 'headline: "{{who.short}} now"\n')).toEqual([
    expect.stringContaining('{{who.short}} is never known for digest'),
  ]);
  expect(judged('digest.yaml', 'headline: "{{members.kind}} now"\n')).toEqual([expect.stringContaining('Did you mean {{members.kinds}}?')]);
  expect(judged('digest.yaml', 'headline: "{{members.back}} now"\n')).toEqual([expect.stringContaining('under `resolved:` alone')]);
  expect(judged('digest.yaml', 'headline: "{{members.gone}}"\n')).toEqual([expect.stringContaining('comes out empty for digest')]);
  expect(judged('storm.yaml', 'headline: x\nreminder: { headline: y }\n')).toEqual([expect.stringContaining('`reminder` is no part')]);
  expect(judged('storm.yaml', 'headline: "{{storm.segments}}"\n')).toEqual([expect.stringContaining('comes out empty for storm')]);
  expect(judged('flapping.yaml', 'headline: "{{who.short}} {{usage.used}}"\n')).toEqual([expect.stringContaining('{{usage.used}}')]);
  expect(judged('disconnected.yaml', 'headline: "x {{flaps.drops}}"\n')).toEqual([expect.stringContaining('{{flaps.drops}}')]);
  const { stories } = load({ name: 'digest.yaml', text: 'headline: "{{who.short}}"\n' });
  expect(sayMany('digest', { of: { disconnected: 2 }, stories }).message.message.headline).toBe('2 numbers down');
});

test('a number that comes and goes is called unstable, then stable again, never down, whatever story its route names', () => {
  const flaps = { drops: 4, withinMs: 3_600_000 };
  const told = say('disconnected', 'flapping', { details: { flaps }, template: 'upsell' });
  expect(told).toMatchObject({ message: { message: { headline: 'Acme Ltd: +•••••6789 unstable, 4 drops in 1 h' } } });
  expect(told.flaw).toBeUndefined();
  const over = say('connected', 'resolved', { details: { flaps, since: 0 } }).message;
  expect(over.message).toMatchObject({ headline: 'Acme Ltd: +•••••6789 is stable again', impact: expect.stringContaining('for 1 h') });
  expect(over.fallbackText).toContain('[resolved]');
});

test('a reminder and an escalation say who, what and for how long, also in a story that has no words for them', () => {
  const since = Date.UTC(2026, 10, 23, 4, 53);
  const head = (kind: 'reminder' | 'escalation', more: object = {}) =>
    say('disconnected', kind, { details: { since, reminder: 1 }, ...more }).message.message.headline;
  expect(head('reminder')).toBe('Acme Ltd: +•••••6789 is still down after 4 h 10 min');
  expect(head('escalation')).toBe('Acme Ltd: +•••••6789 down for 4 h 10 min, nobody took it');
  const { stories } = load({ name: 'disconnected.yaml', text: 'headline: "{{who.short}} is dark"\n' });
  expect(head('reminder', { stories })).toBe('Acme Ltd is dark, still so after 4 h 10 min');
  expect(head('escalation', { stories })).toBe('Acme Ltd is dark, nobody took it for 4 h 10 min');
});

test('what was found by asking, and what could not be confirmed, is said', () => {
  const facts = say('disconnected', 'alert', { event: { proof: 'asked' }, details: { unconfirmed: true } }).message.message.facts;
  expect(facts).toContainEqual({ label: 'Found by', value: 'asking the Partner API, for no webhook had come' });
  expect(facts).toContainEqual({ label: 'Not confirmed', value: 'the Partner API could not say whether it is still so' });
});
