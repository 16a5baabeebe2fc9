import { expect, test } from 'vitest';
import type { DeliveryKind } from '../../src/delivery.ts';
import { errorCodes } from '../../src/errors.ts';
import { type EventType, eventTypes } from '../../src/model.ts';
import { isCondition } from '../../src/render/names.ts';
import type { ReadStory } from '../../src/render/read-story.ts';
import type { Rendered } from '../../src/render/render.ts';
import { samplesOf } from '../../src/render/samples.ts';
import { english } from '../../src/render/words.ts';
import { spanish } from '../../src/render/words-es.ts';
import { load, shipped } from './parse.ts';
import { asText, type Change, say, sayRelay, stories } from './say.ts';

const types: readonly EventType[] = [...eventTypes, 'unknown'];

test('the shipped stories have no mistake, judged as strictly as an operator’s', () => {
  expect(load(...shipped).mistakes).toEqual([]);
});

test('there is a story for every event and for unknown ones in each language, and one for the relay itself', () => {
  const told = [...eventTypes, 'default', 'flapping', 'digest', 'storm'];
  expect(shipped.map(({ name }) => name).sort()).toEqual(
    [...told, ...told.map((name) => `es/${name}`), 'relay'].map((name) => `${name}.yaml`).sort(),
  );
});

/** Where each leaf stands and which names it has: the same in every language, whatever the words. */
const shapeOf = ({ places, takeovers }: ReadStory): string[] => [
  ...places.map(({ path, leaf }) => `${path.join('.')}: ${namesIn(leaf.text)}`),
  ...takeovers.map(({ path, tree }) => `${path.join('.')}: ${Object.keys(tree as object)} ${namesIn(JSON.stringify(tree))}`),
];
const namesIn = (text: string) =>
  [...text.matchAll(/\{\{[#^/]?([^}]+)}}/g)]
    .map(([, name]) => name)
    .sort()
    .join(' ');

test.each([...eventTypes, 'default', 'flapping', 'digest', 'storm'])(
  'the Spanish words of %s have the parts and the names of the English ones',
  (name) => {
    expect(shapeOf(stories.shipped.get(`es/${name}`)!)).toEqual(shapeOf(stories.shipped.get(name)!));
  },
);

test('the words that belong to no story are the same in kind in every language', () => {
  const keysOf = (value: unknown): unknown =>
    typeof value === 'object' && value !== null ? Object.entries(value).map(([key, inner]) => [key, keysOf(inner)]) : typeof value;
  expect(keysOf(spanish)).toEqual(keysOf(english));
  for (const reason of ['(logged out)', 'logged_out_client', 'Banned', 'payment required', 'qr_required'])
    expect([reason, typeof spanish.cause(reason)?.long, spanish.cause(reason)?.short === english.cause(reason)?.short]).toEqual([
      reason,
      'string',
      false,
    ]);
});

test.each([
  ['words.golden.txt', undefined],
  ['words.es.golden.txt', 'es'],
])(
  'every message, with all that its webhook may hold and with as little, reads as it was read and approved: %s',
  async (file, language) => {
    const pages: string[] = [];
    const page = (title: string, text: string) => pages.push(`${'='.repeat(100)}\n${title}\n${'-'.repeat(100)}\n${text}\n`);
    const said = (type: EventType, kind: DeliveryKind, change: Change = {}, full = true) =>
      mailed(say(type, kind, { ...speaking(type, language, full), channel: 'email', layout: {}, ...change }, full));
    for (const type of types) {
      for (const kind of [...kindsOf(type), ...(isCondition(type) && type !== 'messaging-90' ? (['reminder'] as const) : [])])
        for (const full of [true, false])
          page(`${type} · ${kind} · ${full ? 'everything known' : 'only what is always there'}`, said(type, kind, {}, full));
      for (const [title, change] of Object.entries(specials[type] ?? {})) page(`${type} · ${title}`, said(type, kindsOf(type)[0]!, change));
    }
    if (language === undefined)
      for (const [code, [subject, text]] of Object.entries(told)) page(`relay · ${code}`, asText(sayRelay(code, subject, text)));
    await expect(pages.join('\n')).toMatchFileSnapshot(file);
  },
);

const speaking = (type: EventType, language: string | undefined, full = true): Change =>
  language === undefined ? {} : { workspace: { ...samplesOf(type)[full ? 0 : 1].workspace, language } };

/** With the subject of the mail, whose beginning alone shows in a list of them. */
const mailed = (rendered: Rendered) => `in the mailbox: ${(rendered.message.rendered as { subject: string }).subject}\n${asText(rendered)}`;

test.each([
  ['en', { 'seats-full': 'all seats taken (10)', 'messaging-90': '90% of messages used', 'messaging-100': 'messages used up, sending' }],
  ['en', { 'transactions-100': 'transactions used up', 'api-calls-100': 'API calls used up', disconnected: '6789 is down' }],
  ['en', { connected: '6789 connected', 'token-rotated': 'old API token is dead', unknown: 'unknown event' }],
  ['es', { 'seats-full': 'sin plazas libres (10)', 'messaging-90': '90% de mensajes usados', 'messaging-100': 'mensajes agotados, envío' }],
  ['es', { 'transactions-100': 'transacciones agotadas', 'api-calls-100': 'llamadas a la API agotadas', disconnected: '6789 caído' }],
  ['es', { connected: '6789 conectado', 'token-rotated': 'anulado el token de API', unknown: 'evento desconocido' }],
] as const)(
  'who, what and how bad stand in the first 60 characters, also for a name of 32 and a number of 15 digits: %s',
  (language, expected) => {
    const name = 'Bürobedarf Müller & Söhne GmbH & Co. KG'.slice(0, 32);
    for (const [type, how] of Object.entries(expected) as [EventType, string][])
      for (const showPhone of [true, false]) {
        const event =
          type === 'disconnected' || type === 'connected' ? { account: { id: '1', phone: '+123456789016789', reason: 'banned' } } : {};
        const change = { workspace: { id: 'acme', name, language }, showPhone, event };
        const { headline } = say(type, kindsOf(type)[0]!, change).message.message;
        expect(headline.slice(0, 60)).toContain(`${name}: `);
        expect(headline.slice(0, 60)).toContain(how);
      }
  },
);

test.each([undefined, 'es'])('the stem of the subject is the same for every level of an incident and for its end (%s)', (language) => {
  const subject = (type: EventType, kind: DeliveryKind) =>
    (say(type, kind, { ...speaking(type, language), channel: 'email', layout: {} }).message.rendered as { subject: string }).subject;
  const stem = (text: string) => text.replace(/^\[[^\]]+] /, '');
  const groups: [EventType, DeliveryKind][][] = [
    [
      ['messaging-90', 'alert'],
      ['messaging-100', 'alert'],
      ['messaging-100', 'reminder'],
      ['messaging-90', 'resolved'],
      ['messaging-100', 'resolved'],
    ],
    [
      ['disconnected', 'alert'],
      ['connected', 'resolved'],
      ['disconnected', 'reminder'],
      ['disconnected', 'test'],
    ],
    [
      ['seats-full', 'alert'],
      ['seats-full', 'resolved'],
    ],
    [
      ['transactions-100', 'alert'],
      ['transactions-100', 'resolved'],
    ],
    [
      ['api-calls-100', 'alert'],
      ['api-calls-100', 'resolved'],
    ],
  ];
  for (const [first, ...others] of groups) for (const other of others) expect(stem(subject(...other))).toBe(stem(subject(...first!)));
  expect(subject('messaging-90', 'alert')).toMatch(language === undefined ? /^\[WARNING] Acme Ltd: / : /^\[AVISO] Acme Ltd: /);
  expect(subject('messaging-100', 'resolved')).toMatch(language === undefined ? /^\[RESOLVED] / : /^\[RESUELTO] /);
  expect(subject('disconnected', 'test')).toMatch(language === undefined ? /^\[TEST] / : /^\[PRUEBA] /);
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
  'destination.failing': ['crm', 'crm has been failing for over 5 minutes: HTTP 503.'],
  'delivery.dead': [
    'billing',
    'A message for billing (route quota-used-up) could not be delivered: HTTP 410. ops-email was told instead. Send it again with: npm run relay -- replay d_01J --reason "…"',
  ],
  'source.refused': ['partner_12345', 'Five webhooks in ten minutes could not be verified, the last at 09:00 from 203.0.113.7.'],
  'source.silent': ['', 'No webhook for 6 h; the last came on 23 Nov, 03:00 UTC.'],
  'store.full': ['data/relay.db', 'The disk of /data has 0 bytes left.'],
  'store.near_full': ['store', '1.4 GiB of 20 GiB is free where the store lies (7 %); the store has 312 MiB.'],
  'decision.failed': ['e_01J', 'Deciding on e_01J failed: TypeError: x is undefined.'],
  'store.row': ['e_01J', 'One row could not be written.'],
};

test('whatever the operator is told has a code of errors.ts', () => {
  for (const code of Object.keys(told)) expect(Object.keys(errorCodes)).toContain(code);
});

test('a reason of one’s own keeps its brackets, and loses only the pair that is round all of it', () => {
  const headline = (reason: string) =>
    say('disconnected', 'alert', { event: { account: { id: '1', phone: '+123456789', reason } } }).message.message.headline;
  expect(headline('stream errored (conflict)')).toMatch(/\(stream errored \(conflict\)\)$/);
  expect(headline('(device gone)')).toMatch(/[^(]\(device gone\)$/);
});
