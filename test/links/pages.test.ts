// The pages as text, where no door is needed to see them.
import { expect, test } from 'vitest';
import { listCsv, listPage } from '../../src/links/list-page.ts';
import { type Row, rowsOf } from '../../src/links/members.ts';
import { english, pageWords, spanish } from '../../src/links/words.ts';
import type { Incident } from '../../src/model.ts';
import { sampleDelivery } from '../../src/render/samples.ts';
import { at, eventAt } from '../decide/paper.ts';

const many: Row[] = Array.from({ length: 3000 }, (_, n) => ({
  ...{ event: `e_${n}`, workspace: `ws-${n}`, number: '+•••••6789', type: 'disconnected', wireType: 'whatsapp_account:disconnected' },
  ...{ since: at('09:00') + n, state: 'open' },
}));
const digestOf = (members: string[]) => ({ ...sampleDelivery('digest'), details: { members } });
const shared = { words: english, timezone: 'UTC', now: at('10:00') };

test('three thousand are listed, each in its place, on the page and in the CSV', () => {
  const delivery = digestOf(many.map(({ event }) => event));
  const expected = many.map(({ workspace }) => workspace);
  const { text } = listPage({ delivery, rows: many, ...shared });
  expect([...text.matchAll(/<tr><td dir="auto">(ws-\d+)</g)].map(([, id]) => id)).toEqual(expected);
  expect(text).not.toContain('no longer kept');
  const csv = listCsv({ delivery, rows: many }).text.split('\r\n').slice(1, -1);
  expect(csv.map((line) => line.split(',')[0])).toEqual(expected);
});

test('what is no longer kept is counted', () => {
  const delivery = digestOf(['e_0', 'e_1', 'e_gone', 'e_too']);
  const { text } = listPage({ delivery, rows: many.slice(0, 2), ...shared });
  expect(text).toContain('2 in this message');
  expect(text).toContain('2 more are no longer kept.');
});

test('each member stands as its own outage does, whatever came after it under the same key', () => {
  const event = eventAt('09:00', 'disconnected');
  const incident = (more: Partial<Incident>): Incident => ({
    ...{ key: 'wa:shop:1', workspaceId: 'shop', type: 'disconnected', severity: 'critical', level: 1, open: true, count: 1 },
    ...{ openedAt: at('09:00'), receivedAt: at('09:00'), changedAt: at('09:00'), eventId: event.id, routes: {}, told: [] },
    ...more,
  });
  const state = (found: Incident | undefined) => {
    const [row] = rowsOf([{ event, ...(found && { incident: found }) }], { nameOf: () => undefined, showPhone: false, now: at('10:00') });
    const { state, by, until, endedAt } = row!;
    return Object.fromEntries(Object.entries({ state, by, until, endedAt }).filter(([, value]) => value !== undefined));
  };
  const taken = { at: at('09:05'), until: at('11:00'), by: 'Ann' };
  expect(state(incident({}))).toEqual({ state: 'open' });
  expect(state(incident({ acknowledged: taken }))).toEqual({ state: 'taken', by: 'Ann', until: at('11:00') });
  expect(state(incident({ acknowledged: { ...taken, until: at('09:30') } }))).toEqual({ state: 'open' });
  expect(state(incident({ open: false, endedAt: at('09:20') }))).toEqual({ state: 'over', endedAt: at('09:20') });
  expect(state(incident({ openedAt: at('09:40') }))).toEqual({ state: 'over' });
  expect(state(undefined)).toEqual({ state: 'over' });
  const notice = eventAt('09:00', 'token-rotated');
  expect(rowsOf([{ event: notice }], { nameOf: () => undefined, showPhone: false, now: 0 })).toMatchObject([{ state: 'notice' }]);
});

test('the pages say the same in every language', () => {
  const keysOf = (value: unknown): unknown =>
    typeof value === 'object' && value !== null ? Object.entries(value).map(([key, inner]) => [key, keysOf(inner)]) : typeof value;
  expect(keysOf(spanish)).toEqual(keysOf(english));
  expect(['es', 'es-MX', 'ES_mx', 'en', 'est', 'fr', '', undefined].map((language) => pageWords(language).lang)).toEqual([
    'es',
    'es',
    'es',
    'en',
    'en',
    'en',
    'en',
    'en',
  ]);
});
