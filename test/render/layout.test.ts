import { expect, test } from 'vitest';
import type { DeliveryKind } from '../../src/delivery.ts';
import type { EventType } from '../../src/model.ts';
import { type Change, say, sayRelay } from './say.ts';

const laidOut = (type: EventType, layout: unknown, change: Change = {}, full = true, kind: DeliveryKind = 'alert') => {
  const { message, flaw } = say(type, kind, { layout, ...change }, full);
  expect(flaw).toBeUndefined();
  return message.rendered;
};

test('$when drops what there is nothing to say about, from a map and from a list', () => {
  const layout = {
    bar: { $when: 'look.bar', text: '{{look.bar}}' },
    action: { $when: 'message.action', $do: '{{message.action.label}}' },
    list: [{ $when: 'usage.percent', $value: 'alert.usage.percent' }, 'always'],
    tags: { $when: 'alert.workspace.tags', t: 'tagged' },
  };
  expect(laidOut('messaging-90', layout)).toEqual({
    bar: { text: '█████████░' },
    action: 'Buy more messages or slow the campaigns down',
    list: [90, 'always'],
    tags: { t: 'tagged' },
  });
  expect(laidOut('transactions-100', layout, { workspace: { id: 'acme', tags: [] } })).toEqual({
    action: 'Buy more transactions',
    list: ['always'],
  });
});

test('0 is something to say, false and an empty text are not', () => {
  const layout = { left: { $when: 'alert.usage.left', $value: 'alert.usage.left' }, first: { $when: 'is.first_time', $do: 'x' } };
  expect(laidOut('messaging-100', layout)).toEqual({ left: 0 });
});

test('$each makes one item of each, among the others of its list, with the fields at hand and already escaped', () => {
  const workspace = { id: 'acme', name: 'Tom & <!channel>', tags: ['a&b', 'c'] };
  const layout = {
    fields: ['first', { $each: 'message.facts', $do: { type: 'mrkdwn', text: '*{{label}}*\n{{value}}', by: '{{destination}}' } }, 'last'],
    tags: { $each: 'alert.workspace.tags', $do: '{{.}}' },
    values: { $each: 'message.facts', $do: { $value: 'value' } },
    none: [{ $each: 'alerts', $do: '{{workspace.name}}' }],
  };
  expect(laidOut('transactions-100', layout, { workspace, format: 'slack', timezone: 'UTC' })).toEqual({
    fields: [
      'first',
      { type: 'mrkdwn', text: '*Workspace*\nTom &amp; &lt;!channel&gt; (acme)', by: 'ops' },
      { type: 'mrkdwn', text: '*Resets*\n1 Dec, 00:00 UTC', by: 'ops' },
      { type: 'mrkdwn', text: '*Used up since*\n23 Nov, 09:00 UTC, 3 min ago', by: 'ops' },
      'last',
    ],
    tags: ['a&amp;b', 'c'],
    values: ['Tom &amp; &lt;!channel&gt; (acme)', '1 Dec, 00:00 UTC', '23 Nov, 09:00 UTC, 3 min ago'],
    none: [],
  });
});

test('a column that is called like the words is escaped like any other', () => {
  const workspace = { id: 'acme', message: '<!channel>' };
  const layout = { $each: 'alert.workspace', $do: { $value: 'message' } };
  expect(laidOut('seats-full', layout, { workspace, format: 'slack' })).toEqual(['&lt;!channel&gt;']);
});

test('each top-level key is escaped for its own format, the words as well as the data, and the message itself for the plug-in’s', () => {
  const workspace = { id: 'acme', name: 'Tom & <b>' };
  const layout = {
    subject: '{{message.headline}}',
    html: '<p>{{message.headline}}</p>{{#message.facts}}<td>{{value}}</td>{{/message.facts}}{{workspace.name}}',
    raw: { $value: 'message.headline' },
    htmlRaw: { $value: 'message.headline' },
  };
  const change: Change = { workspace, layout, formats: { html: 'html', htmlRaw: 'html' }, event: { seats: { purchased: 3 } } };
  const { message } = say('seats-full', 'alert', change);
  expect(message.message.headline).toBe('Tom & <b>: all seats taken (3)');
  expect(message.rendered).toMatchObject({
    subject: 'Tom & <b>: all seats taken (3)',
    html: expect.stringMatching(
      /^<p>Tom &amp; &lt;b&gt;: all seats taken \(3\)<\/p><td>Tom &amp; &lt;b&gt; \(acme\)<\/td>.*Tom &amp; &lt;b&gt;$/,
    ),
    raw: 'Tom & <b>: all seats taken (3)',
    htmlRaw: 'Tom &amp; &lt;b&gt;: all seats taken (3)',
  });
});

test('how bad it is is said as a word, an icon and a colour', () => {
  const layout = '{{look.word}} {{look.icon}} {{look.color}}{{#look.bar}} {{look.bar}}{{/look.bar}}';
  expect(laidOut('messaging-100', layout)).toBe('CRITICAL 🔴 #D92D20 ██████████');
  expect(laidOut('seats-full', layout)).toBe('WARNING 🟠 #F79009');
  expect(laidOut('connected', layout, {}, true, 'notice')).toBe('INFO 🔵 #2E90FA');
  expect(laidOut('connected', layout, {}, true, 'resolved')).toBe('RESOLVED 🟢 #12B76A');
  expect(laidOut('messaging-100', layout, {}, true, 'resolved')).toBe('RESOLVED 🟢 #12B76A');
  expect(laidOut('disconnected', layout, {}, true, 'test')).toBe('TEST 🔴 #D92D20');
  expect(sayRelay('store.full', 'x', 'y', { layouts: [layout] }).message.rendered).toBe('WARNING 🟠 #F79009');
  expect(
    laidOut('messaging-90', '{{look.bar}}', { event: { usage: { resource: 'messages', used: 0, total: 0, percent: Number.NaN } } }),
  ).toBe('░░░░░░░░░░');
});

test.each([
  ['triple braces', { a: '{{{message.headline}}}' }, /a: .*switch escaping off/],
  ['an ampersand', '{{&message.headline}}', /switch escaping off/],
  ['other braces', ['{{=<% %>=}}'], /changes the tags/],
  ['a partial', { a: '{{> footer}}' }, /partial/],
  ['a directive that does not exist', { a: { $wen: 'x', b: 'c' } }, /no `\$wen`/],
  ['$each without $do', { a: [{ $each: 'message.facts' }] }, /\$each needs \$do/],
  ['$value beside another key', { a: { $value: 'at', b: 'c' } }, /no other key/],
  ['braces in a directive', { a: { $when: '{{usage.percent}}', b: 'c' } }, /without braces/],
])('refused in a layout, and the alert goes out without it: %s', (_, layout, said) => {
  const { flaw, message } = say('messaging-90', 'alert', { layout });
  expect(flaw).toMatch(said);
  expect(message.message.headline).toBe('Acme Ltd: 90% of messages used');
});
