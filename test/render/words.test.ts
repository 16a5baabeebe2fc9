import { expect, test } from 'vitest';
import { errorCodes } from '../../src/errors.ts';
import { type DeliveryKind, type EventType, eventTypes } from '../../src/model.ts';
import { isCondition } from '../../src/render/names.ts';
import { shipped } from './parse.ts';
import { asText, type Change, mistakes, say, sayRelay } from './say.ts';

const types: readonly EventType[] = [...eventTypes, 'unknown'];

test('the shipped stories have no mistake', () => {
  expect(mistakes).toEqual([]);
});

test('there is a story for every event, for unknown ones and for the relay itself', () => {
  expect(shipped.map(({ name }) => name).sort()).toEqual([...eventTypes, 'default', 'relay'].map((name) => `${name}.yaml`).sort());
});

test('every message, with all that its webhook may hold and with as little, reads as it was read and approved', async () => {
  const pages: string[] = [];
  const page = (title: string, text: string) => pages.push(`${'='.repeat(100)}\n${title}\n${'-'.repeat(100)}\n${text}\n`);
  for (const type of types) {
    for (const kind of kindsOf(type))
      for (const full of [true, false])
        page(`${type} · ${kind} · ${full ? 'everything known' : 'only what is always there'}`, asText(say(type, kind, {}, full)));
    for (const [title, change] of Object.entries(specials[type] ?? {}))
      page(`${type} · ${title}`, asText(say(type, kindsOf(type)[0]!, change)));
  }
  for (const [code, [subject, text]] of Object.entries(told)) page(`relay · ${code}`, asText(sayRelay(code, subject, text)));
  await expect(pages.join('\n')).toMatchFileSnapshot('words.golden.txt');
});

test('who, what and how bad stand in the first 60 characters', () => {
  for (const type of eventTypes)
    for (const kind of kindsOf(type)) {
      const { headline } = say(type, kind).message.message;
      expect(headline.length, headline).toBeLessThanOrEqual(60);
      expect(headline).toMatch(/^Acme Ltd: /);
    }
});

test('transactions-100 prints no figure, for its webhook has none, and seats-full no count of free seats', () => {
  const { headline, impact, facts } = say('transactions-100', 'alert').message.message;
  const said = [headline, impact, ...facts.map(({ value }) => value)].join(' ').replace(/\d+ (Nov|Dec), \d\d:\d\d CET|3 min ago/g, '');
  expect(said).not.toMatch(/\d/);
  expect(JSON.stringify(say('seats-full', 'alert', { body: '{"seats_available":7}' }).message.message)).not.toContain('7');
});

function kindsOf(type: EventType): DeliveryKind[] {
  if (type === 'connected' || type === 'token-rotated' || type === 'unknown')
    return type === 'connected' ? ['notice', 'resolved'] : ['notice'];
  return isCondition(type) ? ['alert', 'resolved'] : ['alert'];
}

const specials: Partial<Record<EventType, Record<string, Change>>> = {
  disconnected: {
    'a reason nobody has mapped': { event: { account: { id: '67890', phone: '+123456789', reason: '(SIM swapped)' } } },
    'banned, after a restart, by a second way': {
      event: { account: { id: '67890', phone: '+123456789', reason: 'banned' } },
      details: { lateMs: 725_000, insteadOf: ['client-slack', 'ops-slack'] },
    },
    'sent again by a person': { details: { replayReason: 'the mailbox was full on Sunday' } },
    'its route names a template that is not there': { template: 'upsell-seats' },
  },
  connected: { 'the first connect ever': { details: { firstTime: true } } },
  'messaging-90': {
    'slow enough': {
      event: { usage: { resource: 'messages', used: 9150, total: 10000, percent: 91.5 }, triggeredAt: Date.UTC(2026, 10, 29) },
    },
    'full within hours': { event: { usage: { resource: 'messages', used: 9990, total: 10000, percent: 99.9 } } },
  },
};

const told: Record<string, [subject: string, text: string]> = {
  'rules.bad': ['routes.yaml', 'The files have mistakes:\n\nroutes.yaml:12:5  `sned` is no key of a route. Did you mean `send`?'],
  'plugin.bad': ['ntfy.ts', 'ntfy.ts uses an enum, which Node cannot run as it stands; write a plain object.'],
  'story.bad': ['disconnected', 'templates/disconnected.yaml: the headline came out empty'],
  'destination.held': [
    'ops-slack',
    'The receiver answered HTTP 401. Give it a valid token (SLACK_TOKEN), then the relay tries again by itself.',
  ],
  'delivery.dead': [
    'billing',
    'A message for billing (route quota-used-up) could not be delivered: HTTP 410. ops-email was told instead. Send it again with: npm run relay -- replay d_01J --reason "…"',
  ],
  'source.refused': ['partner_12345', 'Five webhooks in ten minutes could not be verified, the last at 09:00 from 203.0.113.7.'],
  'source.silent': ['', 'No webhook for 6 h; the last came on 23 Nov, 03:00 UTC.'],
  'store.full': ['data/relay.db', 'The disk of /data has 0 bytes left.'],
  'decision.failed': ['e_01J', 'Deciding on e_01J failed: TypeError: x is undefined.'],
  'store.row': ['e_01J', 'One row could not be written.'],
};

test('whatever the operator is told has a code of errors.ts', () => {
  for (const code of Object.keys(told)) expect(Object.keys(errorCodes)).toContain(code);
});
