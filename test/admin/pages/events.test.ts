import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AdminParts } from '../../../src/admin/parts.ts';
import type { Event } from '../../../src/model.ts';
import { at, eventAt } from '../../decide/paper.ts';
import { openPages, type Stage } from './stage.ts';

const hostile = '<script>alert(1)</script>';
let stage: Stage;
let event: Event;
let died: string;
beforeAll(async () => {
  const replay: AdminParts['replay'] = (ids, reason) => stage.stored.replay(ids, reason, stage.clock.now());
  stage = await openPages({ parts: { replay } });
  Object.assign(stage.parts.inForce, {
    prepare: async () => ({
      message: {
        message: { headline: hostile, facts: [] },
        rendered: {
          subject: hostile,
          html: '<p>a mail of +34600111222</p>',
          color: '#dd2e44',
          blocks: [{ text: { text: '*bold* &lt;b&gt; +34 600 111 222' } }],
        },
      },
    }),
  });
  await stage.happens('09:05', 'messaging-90', { workspaceId: 'other' });
  event = eventAt('09:10', 'disconnected', { id: stage.stored.ids('e'), account: { id: '1', phone: '+34600111222', reason: hostile } });
  const [leased] = await stage.stored.accept(event, JSON.stringify({ phone: '+34600111222', note: hostile }));
  died = leased!.delivery.id;
  await stage.stored.settle(leased!, { class: 'permanent', error: hostile }, { state: 'dead' }, at('09:11'));
});
afterAll(() => stage.close());

test('each filter narrows the list, and what is left empty asks for nothing', async () => {
  const rows = async (query: string) => (await stage.get(`/events?${query}`)).text.match(/data-label="Outcome"/g)?.length ?? 0;
  expect(await rows('workspace=&phone=&type=&outcome=&since=&until=')).toBe(2);
  for (const query of ['workspace=other', 'phone=1222', 'type=disconnected', 'since=2026-11-23T09:08:00Z'])
    expect(await rows(query), query).toBeLessThan(2);
  expect((await stage.get('/events?limit=1')).text).toContain('Older ones');
});

test('one event is told whole: strangers are text, numbers are masked, words are those of today', async () => {
  const { status, text } = await stage.get(`/events/${event.id}`);
  expect(status).toBe(200);
  expect(text).not.toMatch(/<script>alert|34600111222|600 111 222|\sstyle=/);
  for (const words of ['in the words of today', 'bold &lt;b&gt;', 'fill="#dd2e44"', 'As received', '1222']) expect(text).toContain(words);
});

test('a mail is shown where it may do nothing', async () => {
  const { text, headers } = await stage.get(`/events/${event.id}/mail/${died}`);
  expect(text).toMatch(/^<p>a mail of \S*1222<\/p>$/);
  expect(text).not.toContain('34600111222');
  expect(headers['content-security-policy']).toMatch(/^sandbox; default-src 'none'/);
});

test('a delivery that died is sent again with a reason, and not without', async () => {
  const path = `/events/${event.id}/replay/${died}`;
  expect((await stage.submit(`/events/${event.id}`, path, { reason: '' })).status).toBe(400);
  const answer = await stage.submit(`/events/${event.id}`, path, { reason: 'mended' });
  expect(answer.status).toBe(303);
  expect((await stage.get(String(answer.headers.location))).text).toContain('It is sent again as d_');
  expect(stage.lines).toContainEqual(expect.objectContaining({ message: 'admin.changed', what: 'replay', why: 'mended' }));
});
