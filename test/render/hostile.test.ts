import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DeliveryKind } from '../../src/delivery.ts';
import type { EventType, Workspace } from '../../src/model.ts';
import { eventTypes } from '../../src/model.ts';
import type { Format, Message } from '../../src/plugin.ts';
import { sayMany } from './many.ts';
import { load, shippedLayouts } from './parse.ts';
import type { Change } from './say.ts';
import { say, sayRelay } from './say.ts';

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '<!channel>',
    '<@U1>',
    '<https://evil.example|click>',
    '"\'`=/',
    'a\r\nBcc: x@evil.example',
    '{{workspace.id}}',
    '{{{x}}}',
    '{{#constructor}}x{{/constructor}}',
    '\u202egnp.exe',
    '\u200f\u061c\u2066',
    'nul\u0000nul\u001b[31m\u009b',
    'x'.repeat(100_000),
    '<b>'.repeat(40_000),
    '\u0000'.repeat(100_000),
    'constructor',
    '__proto__',
    'hasOwnProperty',
    '\ud800',
    '👩‍👩‍👧'.repeat(100),
    '',
  ),
);
const columns = fc.constantFrom('owner_email', 'constructor', '__proto__', 'toString', 'name', 'tags', 'hasOwnProperty', 'x');
const types: readonly EventType[] = [...eventTypes, 'unknown'];
const count = fc.oneof(fc.integer(), fc.double({ noDefaultInfinity: true, noNaN: true }));
const moments = fc.integer({ min: 0, max: 4_102_444_800_000 });

const scene = fc.record({
  type: fc.constantFrom(...types),
  kind: fc.constantFrom<DeliveryKind>('alert', 'resolved', 'notice', 'test', 'digest', 'reminder', 'escalation'),
  full: fc.boolean(),
  change: fc.record({
    event: fc.record({
      wireType: nasty,
      workspaceId: nasty,
      partner: nasty,
      account: fc.record({ id: nasty, phone: nasty, userId: nasty, reason: nasty }, { requiredKeys: [] }),
      usage: fc.record({ resource: fc.constant<'messages'>('messages'), used: count, total: count, percent: count }),
      seats: fc.record({ purchased: count }),
      period: fc.record({ start: moments, end: moments }),
      triggeredAt: moments,
    }),
    workspace: fc.tuple(nasty, fc.dictionary(columns, nasty), fc.option(nasty, { nil: undefined }), fc.array(nasty, { maxLength: 3 })).map(
      ([id, row, name, tags]): Workspace => ({
        ...row,
        id,
        tags,
        ...(name === undefined ? {} : { name }),
        ...(row.x === undefined ? {} : { timezone: row.x }),
      }),
    ),
    details: fc.record(
      { since: moments, endedAt: moments, insteadOf: fc.array(nasty), replayReason: nasty, lateMs: fc.nat() },
      { requiredKeys: [] },
    ),
    body: fc.oneof(
      fc.dictionary(nasty, nasty, { maxKeys: 5 }).map((data) => JSON.stringify({ data, 'a<b>': { x: '<!here>' } })),
      nasty,
    ),
    showPhone: fc.boolean(),
    brand: fc.record({ name: nasty, links: fc.dictionary(columns, nasty) }),
    layout: fc.constantFrom<unknown>(
      {
        text: '{{message.headline}} {{workspace.name}} {{alert.workspace.id}} {{#message.facts}}{{label}}{{value}}{{/message.facts}}',
        all: { $value: 'alert' },
        who: { $value: 'alert.workspace.name' },
        each: [{ $each: 'message.facts', $do: { text: '{{label}}: {{value}}', raw: { $value: 'value' } } }],
        tags: { $each: 'alert.workspace.tags', $do: '{{.}}' },
        when: { $when: 'message.action', url: '{{message.action.url}}', label: { $value: 'message.action.label' } },
      },
      '{{look.bar}}{{brand.name}}{{links.x}}{{workspace.x}}{{#alert.account}}{{alert.account.reason}}{{/alert.account}}{{message.impact}}{{fallbackText}}',
    ),
    language: fc.constantFrom(undefined, 'es', 'es-MX', 'fr'),
    channel: fc.constantFrom('slack', 'email', 'console'),
    template: fc.constantFrom(undefined, 'wild'),
  }),
});

/** A story of the operator's that places whatever there is, also in a channel. */
const wild = load({
  name: 'wild.yaml',
  text: `headline: "!{{workspace.name}} {{workspace.x}} {{brand.name}} {{links.name}}"
impact: "{{who.full}} {{alert.wire_type}}"
facts: [{ label: "{{workspace.owner_email}}", value: "{{workspace.constructor}}{{details.replay_reason}}" }]
action: { label: "{{workspace.x}}", url: "https://x.example/{{workspace.name}}?q={{workspace.x}}" }
slack: { text: "{{message.headline}}{{workspace.name}}", list: [{ $each: message.facts, $do: "{{value}}" }] }
email: { subject: "{{workspace.name}}", html: "{{message.headline}}{{#message.facts}}{{value}}{{/message.facts}}{{workspace.x}}" }
`,
});

/** All but the impact, which alone may be several lines. */
const oneLiners = ({ message: { headline, facts, action }, fallbackText }: Message): string[] => [
  ...[headline, fallbackText, action?.label ?? '', action?.url ?? ''],
  ...facts.flatMap(({ label, value }) => [label, value]),
];

/** Every text that a plug-in of this format may place as it is. */
function placed({ message, rendered }: Message): string[] {
  const { headline, impact = '', facts, action } = message;
  return [
    headline,
    impact,
    ...facts.flatMap(({ label, value }) => [label, value]),
    action?.label ?? '',
    action?.url ?? '',
    JSON.stringify(rendered),
  ];
}

const live: Record<Format, RegExp> = {
  text: /[^\P{Cc}\n]|\p{Bidi_Control}/u,
  json: /[^\P{Cc}\n]|\p{Bidi_Control}/u,
  slack: /[^\P{Cc}\n]|\p{Bidi_Control}|[<>]|&(?!(amp|lt|gt);)/u,
  html: /[^\P{Cc}\n]|\p{Bidi_Control}|[<>"'`=]|&(?!(amp|lt|gt|quot|#39|#x2F|#x60|#x3D);)/u,
};

test.each(Object.keys(live) as Format[])(
  'in %s no data whatever throws, gets live, runs on or brings a control character along',
  (format) => {
    fc.assert(
      fc.property(scene, ({ type, kind, full, change: { language, ...change } }) => {
        const workspace = language === undefined ? change.workspace : { ...change.workspace, language };
        const formats = { html: 'html' } as const;
        const { message, flaw } = say(type, kind, { ...change, workspace, format, formats, stories: wild.stories } as Change, full);
        // A rotation or an unknown event is never over; were it told so all the same, one plain line says it.
        const neverOver = kind === 'resolved' && (type === 'token-rotated' || type === 'unknown');
        expect(flaw).toBe(neverOver ? 'no story has words for it' : undefined);
        expect(message.message.headline).not.toBe('');
        // JSON syntax of a layout is its serialiser's; what is checked there is the texts inside it, one by one.
        const texts = placed(message).slice(0, -1);
        const { html, ...others } = (typeof message.rendered === 'object' ? message.rendered : { text: message.rendered }) as {
          html?: unknown;
        };
        if (format !== 'json') texts.push(...stringsIn(others));
        for (const text of texts) expect(text).not.toMatch(live[format]);
        for (const text of stringsIn(html)) expect(text).not.toMatch(live.html);
        for (const line of [message.message.headline, message.fallbackText]) expect(line).not.toMatch(/[\n\r]/);
        expect(message.fallbackText).not.toMatch(live.text);
        expect(message.fallbackText.length).toBeLessThanOrEqual(400);
        expect(placed(message).slice(0, -1).join('').length).toBeLessThan(60_000);
        expect(texts.join('').isWellFormed()).toBe(true);
        for (const part of oneLiners(message)) expect(part).not.toMatch(/[\n\r]/);
      }),
      { numRuns: 300 },
    );
    expect(Object.keys({})).toEqual([]);
  },
);

const stringsIn = (value: unknown): string[] =>
  typeof value === 'string' ? [value] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];

test.each(shippedLayouts.filter(({ name }) => name.endsWith('.html.mustache')))(
  'no data adds a tag or an attribute to $name',
  ({ text: layout }) => {
    const shape = (html: string) => [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/"[^"]*"/g, '""'));
    const known = new Set(shape(layout));
    fc.assert(
      fc.property(scene, ({ type, kind, full, change: { language: _, ...change } }) => {
        const { message } = say(type, kind, { ...change, channel: 'console', layout, format: 'html' } as Change, full);
        for (const tag of shape(message.rendered as string)) expect(known).toContain(tag);
      }),
    );
  },
);

/** Strangers' text wherever a digest or a storm may hold some. */
const crowd = fc.record({
  kind: fc.constantFrom<DeliveryKind>('digest', 'storm', 'resolved'),
  of: fc
    .record({ disconnected: fc.nat(20), unknown: fc.nat(3) })
    .map(({ disconnected, unknown }) => ({ disconnected: disconnected + 2, unknown })),
  event: fc.record({
    wireType: nasty,
    workspaceId: nasty,
    account: fc.record({ id: nasty, phone: nasty, reason: nasty }, { requiredKeys: [] }),
  }),
  row: fc.record({ id: nasty, name: nasty, timezone: nasty, owner_email: nasty }),
  details: fc.record({ storm: fc.record({ counts: fc.dictionary(columns, fc.nat()), segments: fc.dictionary(nasty, fc.nat()) }) }),
  listUrl: nasty,
});

test.each(Object.keys(live) as Format[])('in %s a crowd of such names is as inert, in the list, the layouts and the file', (format) => {
  const named = (name: string) => shippedLayouts.find((one) => one.name === name)!.text;
  const layouts = { slack: '{{#message.members}}{{icon}}{{headline}}{{note}}{{/message.members}}{{message.more}}{{links.list}}' };
  const layout = format === 'html' ? named('email.html.mustache') : layouts.slack;
  fc.assert(
    fc.property(crowd, ({ kind, of, event, row, details, listUrl }) => {
      const { message, flaw } = sayMany(kind, {
        of,
        event,
        details,
        listUrl,
        format,
        layouts: [layout],
        attachments: true,
        workspaceOf: () => row,
      });
      expect(flaw).toBeUndefined();
      const { members = [], more = '' } = message.message;
      const texts = [...placed(message).slice(0, -1), ...members.flatMap(({ headline, note = '' }) => [headline, note]), more];
      for (const text of texts) expect(text).not.toMatch(live[format]);
      for (const { headline } of members) expect(headline).not.toMatch(/[\n\r]/);
      if (format === 'html') expect(message.rendered).not.toMatch(/<script|<!channel|<@U1/);
      else expect(message.rendered as string).not.toMatch(live[format === 'slack' ? 'slack' : 'text']);
      for (const { text } of message.attachments ?? []) {
        expect(text.split('\r\n').filter(Boolean)).toHaveLength(members.length + Number(/\d+/.exec(more)?.[0] ?? 0) + 1);
        for (const cell of text.split(/,(?=")/)) expect(cell).not.toMatch(/^"[=+\-@]/);
      }
    }),
    { numRuns: 100 },
  );
});

test('what the relay says of itself may hold line breaks, and is as inert', () => {
  fc.assert(
    fc.property(nasty, nasty, fc.constantFrom<Format>('text', 'slack', 'html'), (subject, text, format) => {
      const { message, flaw } = sayRelay('rules.bad', subject, text, { format });
      expect(flaw).toBeUndefined();
      for (const one of placed(message).slice(0, -1)) expect(one).not.toMatch(live[format]);
    }),
  );
});

test('a name with tags in it is printed, not rendered', () => {
  const { message } = say('seats-full', 'alert', { workspace: { id: 'acme', name: '{{alert.id}} & <!channel>' }, format: 'slack' });
  expect(message.message.headline).toBe('{{alert.id}} &amp; &lt;!channel&gt;: all seats taken (10)');
  expect(message.fallbackText).toBe('[warning] {{alert.id}} & <!channel>: all seats taken (10)');
});

test('a name of 100 kB is cut with a mark', () => {
  const { facts, headline } = say('seats-full', 'alert', { workspace: { id: 'acme', name: 'x'.repeat(100_000) } }).message.message;
  expect(facts[0]?.value).toBe(`${'x'.repeat(119)}… (acme)`);
  expect(headline).toBe(`${'x'.repeat(31)}…: all seats taken (10)`);
});

test('of a value nothing is lost but by a cut that shows, and no tag of a template is left over', () => {
  const printable = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 80 })
    .filter((text) => /\S/.test(text) && !/[\p{Cc}\p{Bidi_Control}\u2028\u2029\ufeff]|\{\{|\}\}|^\s|\s$| {2}/u.test(text));
  fc.assert(
    fc.property(printable, fc.constantFrom(...types), (name, type) => {
      const { headline, facts } = say(type, 'alert', { workspace: { id: 'acme', name } }).message.message;
      const [short, full] = [headline, facts[0]!.value];
      expect(short.startsWith(`${name}: `) || short.startsWith(`${cutAt(name, 31)}…: `)).toBe(true);
      expect(full === `${name} (acme)` || full === `${cutAt(name, 119)}… (acme)` || name === 'acme').toBe(true);
      expect(JSON.stringify([headline, facts])).not.toMatch(/\{\{|}}/);
    }),
  );
});
const cutAt = (text: string, length: number) => {
  const head = text.slice(0, length);
  return head.isWellFormed() ? head : head.slice(0, -1);
};

test('data can add no line to a message', () => {
  const { impact } = say('disconnected', 'alert', { event: { account: { phone: '+1\r\n\r\nAll is well\u2028now' } } }).message.message;
  expect(impact).not.toContain('\n');
  expect(say('disconnected', 'alert', { event: { account: { phone: '+1\r\n\r\nAll is well\u2028now' } } }).message.message.headline).toBe(
    'Acme Ltd: +1 All is well now is down',
  );
});

test('without show_phone no message tells a number, wherever its webhook put it', () => {
  const phones = fc.stringMatching(/^\+[1-9][0-9]{8,14}$/);
  fc.assert(
    fc.property(phones, fc.constantFrom<EventType>('disconnected', 'connected', 'unknown'), fc.boolean(), (phone, type, nested) => {
      const fields = { phone_number_e164: phone, note: `call ${phone}`, account: { jid: `${phone.slice(1)}@s.whatsapp.net` } };
      const event = { account: { phone, id: phone.slice(1), reason: `lost ${phone}` }, incidentKey: `wa:acme:${phone}` };
      const body = JSON.stringify(nested ? { data: fields } : fields);
      const { message } = say(type, type === 'disconnected' ? 'alert' : 'notice', { event, body });
      expect(JSON.stringify(message)).not.toContain(phone.slice(1));
      expect(JSON.stringify(say(type, 'notice', { event, body, showPhone: true }).message)).toContain(phone);
    }),
  );
});
