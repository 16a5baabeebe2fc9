import { expect, test } from 'vitest';
import type { Arrival } from '../demo/receiver.ts';
import type { Step } from '../demo/story.ts';
import { judge, type Sent } from '../demo/verdict.ts';

const step: Step = { event: 'messaging-100', workspace: 'northwind', why: '', answer: 'new', promised: ['alert ops', 'alert billing'] };
const sent = (more: Partial<Step> = {}, duplicate = false): Sent => ({
  step: { ...step, ...more },
  answer: { status: 200, ms: 1, id: 'e_1', duplicate },
});
const arrival = (destination: string, more: Partial<Arrival> = {}): Arrival => ({
  destination,
  id: `d_${destination}`,
  times: 1,
  kind: 'alert',
  eventId: 'e_1',
  headline: 'used up',
  signed: true,
  ...more,
});

test('all promised messages, each once, are a promise kept', () => {
  expect(judge([sent()], [arrival('ops'), arrival('billing')])).toEqual({ promised: 2, missing: [], tooMuch: [] });
});

test('a message that did not arrive is missing, by webhook, kind and destination', () => {
  expect(judge([sent()], [arrival('ops')]).missing).toEqual(['webhook 1 (messaging-100 of northwind): alert billing did not arrive']);
});

test('a message that nobody was promised is too much', () => {
  const { tooMuch } = judge([sent()], [arrival('ops'), arrival('billing'), arrival('owner')]);
  expect(tooMuch).toEqual(['alert at owner, "used up" (d_owner) was promised to nobody']);
});

test('the same message twice is too much, under one webhook-id as under two', () => {
  const both = [arrival('ops'), arrival('billing')];
  expect(judge([sent()], [...both, arrival('ops', { times: 2 })]).tooMuch).toEqual(['alert at ops, "used up" (d_ops) arrived 2 times']);
  expect(judge([sent()], [...both, arrival('ops', { id: 'd_other' })]).tooMuch).toHaveLength(1);
});

test('a wrong signature is told', () => {
  expect(judge([sent()], [arrival('ops', { signed: false }), arrival('billing')]).tooMuch).toEqual([
    'alert at ops, "used up" (d_ops) has a wrong signature',
  ]);
});

test('a repeat that is taken for new is told', () => {
  expect(judge([sent({ answer: 'duplicate', promised: [] })], []).missing).toEqual([
    'webhook 1 (messaging-100 of northwind) should be answered as duplicate, but was new (HTTP 200)',
  ]);
});
