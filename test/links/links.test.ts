// The signed links: what opens one, what does not, and which messages have one.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DeliveryKind, Details } from '../../src/delivery.ts';
import { createLinks, linkToken, newLinkKey, readToken } from '../../src/links/links.ts';
import { sampleDelivery, samplesOf } from '../../src/render/samples.ts';
import type { Route } from '../../src/rules/rules.ts';
import { route, rulesOf } from '../decide/paper.ts';

const key = newLinkKey();
const id = 'd_01KXYZABCDEFGHJKMNPQRSTVWX';
const token = linkToken(key, 'ack', id);

test('a link of this relay names its delivery, and stands in an address as it is', () => {
  expect(readToken(key, 'ack', token)).toBe(id);
  expect(encodeURIComponent(token)).toBe(token);
});

test('with any bit of it flipped it is refused', () => {
  const bytes = Buffer.from(token);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    expect(readToken(key, 'ack', flipped.toString('latin1')), String(bit)).toBeUndefined();
  }
});

test('shortened, lengthened or with other letters for the same bytes it is refused', () => {
  for (let length = 0; length < token.length; length++) expect(readToken(key, 'ack', token.slice(0, length))).toBeUndefined();
  for (const more of [`${token}A`, `${token}=`, ` ${token}`, `${token}\n`]) expect(readToken(key, 'ack', more)).toBeUndefined();
  // Two bits of the last letter stand for nothing.
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const same = [...letters].filter((last) => Buffer.from(token.slice(0, -1) + last, 'base64url').equals(Buffer.from(token, 'base64url')));
  expect(same).toHaveLength(4);
  for (const last of same) expect(readToken(key, 'ack', token.slice(0, -1) + last)).toBe(last === token.at(-1) ? id : undefined);
});

test('another key, another delivery or another kind of link does not open it, and no text throws', () => {
  expect(readToken(newLinkKey(), 'ack', token)).toBeUndefined();
  expect(readToken(key, 'list', token)).toBeUndefined();
  expect(readToken(key, 'ack', token.replace(id, id.replace('W', 'V')))).toBeUndefined();
  fc.assert(fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => readToken(key, 'ack', text) === undefined));
});

const links = createLinks({ publicUrl: 'https://relay.example/alerts', key });
const step = { escalate: [{ afterMs: 60_000, send: [{ to: 'boss' }] }] };
const linksOf = (
  kind: DeliveryKind,
  details: Details = { since: 1 },
  more: Partial<Route> = step,
  type: 'disconnected' | 'token-rotated' = 'disconnected',
) => links({ ...sampleDelivery(kind, samplesOf(type)[0].event), id, details }, rulesOf([route('sample', ['ops'], more)]));

test('what is not over and has reminders or further people to stop can be taken on', () => {
  for (const kind of ['alert', 'reminder', 'escalation'] as const)
    expect(linksOf(kind)).toEqual({ acknowledgeUrl: `https://relay.example/alerts/ack/${token}` });
  expect(linksOf('alert', { since: 1 }, { repeat: { everyMs: 1, atMost: 1 } })).toHaveProperty('acknowledgeUrl');
});

test('where there is nothing to stop, or no one outage to take on, there is no link', () => {
  for (const kind of ['resolved', 'digest', 'storm', 'flapping', 'notice', 'test', 'relay'] as const) expect(linksOf(kind)).toEqual({});
  expect(linksOf('alert', { since: 1 }, {})).toEqual({});
  expect(linksOf('alert', { since: 1 }, { escalate: [] })).toEqual({});
  expect(linksOf('alert', {})).toEqual({});
  expect(linksOf('alert', { since: 1 }, { ...step, name: 'of-before' })).toEqual({});
  expect(linksOf('alert', { since: 1 }, step, 'token-rotated')).toEqual({});
});

test('a digest and a storm that tell of something have a list', () => {
  const list = { listUrl: `https://relay.example/alerts/list/${linkToken(key, 'list', id)}` };
  expect(linksOf('digest', { members: ['e_1', 'e_2'] })).toEqual(list);
  expect(linksOf('storm', { members: ['e_1'] })).toEqual(list);
  expect(linksOf('digest', { members: [] })).toEqual({});
  expect(linksOf('resolved', { members: ['e_1', 'e_2'] })).toEqual({});
});
