import { expect, test } from 'vitest';
import type { Heard, Step, Webhook } from '../demo/story.ts';
import { judge, type Played } from '../demo/verdict.ts';
import type { Arrival } from '../demo/world.ts';

const slack: Heard = { by: 'Slack', where: '#wa-ops', how: 'posted', says: 'Acme: messages used up' };
const billing: Heard = { by: 'HTTP', where: 'billing', how: 'posted', says: 'Acme: messages used up' };

const played = (heard: readonly Heard[], more: Partial<Webhook> = {}, duplicate = false): Played => {
  const step: Step = { send: { event: 'messaging-100', workspace: 'acme', answer: 'new', ...more }, heard };
  return { step, answer: { status: 200, ms: 1, id: 'e_1', duplicate } };
};
const arrived = ({ by, where, how, says }: Heard, more: Partial<Arrival> = {}): Arrival =>
  ({ by, where, how, words: `${says}, sending blocked`, at: new Date(0), id: 'm_1', ...more }) as Arrival;

test('all promised messages, each once, are a promise kept', () => {
  expect(judge([played([slack, billing])], [arrived(billing), arrived(slack)])).toEqual({ promised: 2, missing: [], tooMuch: [] });
});

test('a message that did not arrive is missing, with its webhook, its form and its place', () => {
  expect(judge([played([slack, billing])], [arrived(slack)]).missing).toEqual([
    'messaging-100 of acme: "Acme: messages used up…", posted at billing, did not arrive',
  ]);
});

test('a new message where an edit was promised is both missing and too much', () => {
  const { missing, tooMuch } = judge([played([{ ...slack, how: 'edited' }])], [arrived(slack)]);
  expect([missing.length, tooMuch.length]).toEqual([1, 1]);
});

test('a message that nobody was promised is too much, and so is the same one twice', () => {
  const too = 'Slack, posted at #wa-ops, "Acme: messages used up, sending blocked" (m_1) was promised to nobody';
  expect(judge([played([])], [arrived(slack)]).tooMuch).toEqual([too]);
  expect(judge([played([slack])], [arrived(slack), arrived(slack)]).tooMuch).toEqual([too]);
});

test('what is wrong with a message in itself is told', () => {
  const { tooMuch } = judge([played([billing])], [arrived(billing, { fault: 'has a wrong signature' })]);
  expect(tooMuch).toEqual(['HTTP, posted at billing, "Acme: messages used up, sending blocked" (m_1) has a wrong signature']);
});

test('a broken receiver may be tried often, but only with what it was promised', () => {
  const refused: Heard = { ...billing, how: 'refused' };
  const tries = [arrived(refused), arrived(refused), arrived(refused), arrived(billing)];
  expect(judge([played([refused]), played([billing])], tries)).toEqual({ promised: 2, missing: [], tooMuch: [] });
  expect(judge([played([billing])], [arrived(refused, { words: 'Other: down' }), arrived(billing)]).tooMuch).toHaveLength(1);
});

test('a repeat that is taken for new is told', () => {
  expect(judge([played([], { answer: 'duplicate' })], []).missing).toEqual([
    'messaging-100 of acme should be answered as duplicate, but was new (HTTP 200)',
  ]);
});
