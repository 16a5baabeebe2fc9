import { expect, test } from 'vitest';
import { z } from 'zod';
import { compileLeaf } from '../../src/render/leaf.ts';
import type { ReadStory } from '../../src/render/read-story.ts';
import { renderMessage } from '../../src/render/render.ts';
import { sampleDelivery, sampleNow } from '../../src/render/samples.ts';
import { inputOf, say, sayRelay, stories } from './say.ts';

/** As if it had passed the check at load: nothing of the kind should be left at run time, and if it is, the alert still goes out. */
function broken(name: string, headline: string): typeof stories {
  const story: ReadStory = {
    name,
    file: `templates/${name}.yaml`,
    telling: { headline: compileLeaf(headline), facts: [] },
    variants: {},
    codes: new Map(),
    places: [],
    takeovers: [],
  };
  return { ...stories, inForce: { get: (one) => (one === name ? story : stories.inForce.get(one)), keys: stories.inForce.keys } };
}

test('a message carries its delivery, the alert and the words, and nothing that is not there', () => {
  const { message, flaw } = say('seats-full', 'alert', { adminUrl: 'https://relay.example' });
  expect(flaw).toBeUndefined();
  expect(Object.keys(message).sort()).toEqual([
    'alert',
    'alerts',
    'at',
    'attempt',
    'destination',
    'fallbackText',
    'id',
    'kind',
    'message',
    'mode',
    'rendered',
    'route',
    'target',
    'threadKey',
  ]);
  expect(message).toMatchObject({
    id: 'd_sample',
    kind: 'alert',
    mode: 'create',
    at: new Date(sampleNow).toISOString(),
    attempt: 1,
    threadKey: 'seats:acme',
    alerts: [],
  });
  expect(message.alert?.trace_url).toBe('https://relay.example/events/e_sample');
});

test('what told of the same thing before makes it an update, and of its end a resolve', () => {
  const previous = { channel: 'C1', ts: '1.2' };
  expect(say('messaging-100', 'alert', { previous }).message).toMatchObject({ mode: 'update', previous });
  expect(say('connected', 'resolved', { previous }).message).toMatchObject({ mode: 'resolve', previous });
  expect(say('connected', 'resolved').message.mode).toBe('create');
});

test('when_resolved thread answers below the message and leaves it as it stands; without it, nothing says so', () => {
  const previous = { channel: 'C1', ts: '1.2' };
  const answered = say('connected', 'resolved', { previous, details: { whenResolved: 'thread' } }).message;
  expect(answered).toMatchObject({ mode: 'resolve', previous, answerOnly: true });
  expect(say('connected', 'resolved', { previous }).message).not.toHaveProperty('answerOnly');
  expect(say('connected', 'resolved', { details: { whenResolved: 'thread' } }).message).not.toHaveProperty('answerOnly');
});

test('what only grows is only edited; where there is nothing to edit it is a message like any other', () => {
  const previous = { channel: 'C1', ts: '1.2' };
  const details = { editOnly: true } as const;
  expect(say('disconnected', 'storm', { previous, details }).message).toMatchObject({ mode: 'update', previous, editOnly: true });
  expect(say('disconnected', 'storm', { details }).message).not.toHaveProperty('editOnly');
});

test('a message is for one target, named without the plug-in', () => {
  const input = inputOf('disconnected', 'alert');
  input.leased.delivery.target = 'http:https://receiver.example/#print';
  expect(renderMessage(input).message.target).toBe('https://receiver.example/#print');
});

test('when_resolved: new is a message beside the old one, so it edits nothing', () => {
  const { message } = say('connected', 'resolved', { previous: { ts: '1' }, details: { whenResolved: 'new' } });
  expect(message.mode).toBe('create');
  expect(message.previous).toBeUndefined();
});

test('the webhook’s body goes to those plug-ins alone that ask for it, byte for byte', () => {
  const body = '{ "workspace_id" : 12345678901234567890, "n": 1.0 }';
  expect(say('seats-full', 'alert', { body, rawEvent: true }).message.event).toBe(body);
  expect('event' in say('seats-full', 'alert', { body }).message).toBe(false);
});

test('a recovery is told by the words of the problem it ends', () => {
  expect(say('connected', 'resolved').message.message.headline).toBe('Acme Ltd: +•••••6789 is back after 14 min');
  expect(say('connected', 'notice').message.message.headline).toBe('Acme Ltd: +•••••6789 connected');
});

test('show_phone shows the number in the words too', () => {
  expect(say('disconnected', 'alert', { showPhone: true }).message.message.headline).toBe('Acme Ltd: +123456789 is down (logged out)');
});

test('a story that fails at run time gives way to the built-in one; the message says so in small, the flaw in full', () => {
  const { message, flaw } = say('seats-full', 'alert', { stories: broken('seats-full', '{{workspace.nickname}}') });
  expect(flaw).toBe('templates/seats-full.yaml: the headline came out empty');
  expect(message.message.headline).toBe('Acme Ltd: all seats taken (10)');
  expect(message.message.facts.at(-1)).toEqual({
    label: 'Template',
    value: 'templates/seats-full.yaml failed, so the built-in words were used',
  });
});

test('a story that throws is no worse', () => {
  const throwing = broken('seats-full', '');
  const story = throwing.inForce.get('seats-full')!;
  const telling = {
    get headline(): never {
      throw new Error('boom');
    },
    facts: [],
  };
  const { message, flaw } = say('seats-full', 'alert', {
    stories: { ...throwing, inForce: new Map([['seats-full', { ...story, telling }]]) },
  });
  expect(flaw).toBe('templates/seats-full.yaml: boom');
  expect(message.message.headline).toBe('Acme Ltd: all seats taken (10)');
});

test('a template that a route names and that is not there is told, and the event’s own words serve', () => {
  const { message, flaw } = say('seats-full', 'alert', { template: 'upsell-seats' });
  expect(flaw).toBe('templates/upsell-seats.yaml is not there or has mistakes');
  expect(message.message.headline).toBe('Acme Ltd: all seats taken (10)');
});

test('without any story there is still one plain line', () => {
  const none = { inForce: new Map(), shipped: new Map() };
  expect(say('seats-full', 'alert', { stories: none })).toMatchObject({
    message: { message: { headline: 'acme: workspace:seats_full' }, fallbackText: '[warning] acme: workspace:seats_full' },
    flaw: 'no story has words for it',
  });
  expect(sayRelay('store.full', 'data', 'Free some space.', { stories: none }).message.message).toMatchObject({
    headline: 'timelines-relay: store.full data',
    impact: 'Free some space.',
  });
});

test('a delivery whose event is gone, or whose times make no sense, still gives a message', () => {
  const input = inputOf('seats-full', 'alert');
  const { event: _, ...bare } = input.leased;
  expect(renderMessage({ ...input, leased: bare }).message.message.headline).not.toBe('');
  const { message, flaw } = say('seats-full', 'alert', { event: { triggeredAt: Number.NaN } });
  expect(message.message.headline).toBe('alert: workspace:seats_full (acme)');
  expect(flaw).toContain('could not be rendered');
});

test('a test message is marked as one', () => {
  const { message } = say('disconnected', 'test');
  expect(message.message.headline).toBe('TEST: Acme Ltd: +•••••6789 is down (logged out)');
  expect(message.fallbackText).toBe(message.message.headline);
});

test('the one plain line names the workspace even where the story does not', () => {
  expect(say('seats-full', 'alert', { stories: broken('seats-full', 'Seats are gone') }).message.fallbackText).toBe(
    '[warning] Seats are gone (Acme Ltd)',
  );
});

test('times are told in the zone of the workspace, else of the file, and a zone that does not exist costs nothing', () => {
  const resets = (change: object) =>
    say('transactions-100', 'alert', change).message.message.facts.find(({ label }) => label === 'Resets')?.value;
  expect(resets({})).toBe('1 Dec, 01:00 CET');
  expect(resets({ workspace: { id: 'acme' }, timezone: 'America/New_York' })).toBe('30 Nov, 19:00 GMT-5');
  expect(resets({ workspace: { id: 'acme', timezone: 'Europe/Madird' }, timezone: 'Europe/Berlin' })).toBe('1 Dec, 01:00 CET');
  expect(resets({ workspace: { id: 'acme' }, timezone: 'nowhere' })).toBe('1 Dec, 00:00 UTC');
});

test('an action leads to an address or is said in words, and data cannot turn it into another address', () => {
  const act = (url: string, change: object = {}) => {
    const story: ReadStory = {
      ...{ name: 'own', file: 'templates/own.yaml', variants: {}, codes: new Map(), places: [], takeovers: [] },
      telling: { headline: compileLeaf('x'), facts: [], action: { label: compileLeaf('Look'), url: compileLeaf(url) } },
    };
    return say('seats-full', 'alert', { stories: { ...stories, inForce: new Map([['own', story]]) }, template: 'own', ...change }).message
      .message;
  };
  expect(act('https://crm.example/w/{{workspace.id}}?by=relay').action?.url).toBe('https://crm.example/w/acme?by=relay');
  expect(act('https://crm.example/{{workspace.name}}', { workspace: { id: 'a', name: '../../x?y=#z @evil.example' } }).action?.url).toBe(
    'https://crm.example/..%2F..%2Fx%3Fy%3D%23z%20%40evil.example',
  );
  expect(act('{{links.app}}').action?.url).toBe('https://app.timelines.ai');
  expect(act('{{links.app}}', { brand: { links: { app: 'https://app.acme.example/?a=1&b=2' } }, format: 'html' }).action?.url).toBe(
    'https:&#x2F;&#x2F;app.acme.example&#x2F;?a&#x3D;1&amp;b&#x3D;2',
  );
  const mail = 'mailto:{{workspace.owner}}?subject=Seats';
  expect(act(mail, { workspace: { id: 'a', owner: 'ann@a.example,b@b.example?cc=c@c.example' } }).action?.url).toBe(
    'mailto:ann@a.example%2Cb@b.example%3Fcc%3Dc@c.example?subject=Seats',
  );
  for (const [url, change] of [
    ['{{workspace.site}}', { workspace: { id: 'a', site: 'javascript:alert(1)' } }],
    ['{{workspace.site}}', {}],
    ['{{workspace.missing}}{{workspace.name}}', { workspace: { id: 'a', name: 'https://evil.example' } }],
    ['not an address', {}],
  ] as const) {
    expect(act(url, change).action).toBeUndefined();
    expect(act(url, change).facts).toEqual([{ label: 'Next', value: 'Look' }]);
  }
});

test('a layout is filled leaf by leaf, parts as they are and data escaped, and numbers stay numbers', () => {
  const workspace = { id: 'acme', name: 'Tom & "Jerry" <!channel>' };
  const layout = {
    text: '*{{message.headline}}*',
    who: '{{workspace.name}}',
    percent: { $value: 'alert.usage.percent' },
    name: { $value: 'alert.workspace.name' },
    facts: ['{{#message.facts}}{{label}}: {{value}}\n{{/message.facts}}'],
    none: { $value: 'alert.seats.purchased' },
    fixed: true,
  };
  expect(say('messaging-100', 'alert', { workspace, layout, format: 'slack' }).message.rendered).toEqual({
    text: '*Tom &amp; "Jerry" &lt;!channel&gt;: messages used up, sending blocked*',
    who: 'Tom &amp; "Jerry" &lt;!channel&gt;',
    percent: 100,
    name: 'Tom &amp; "Jerry" &lt;!channel&gt;',
    facts: [expect.stringMatching(/^Workspace: Tom &amp; "Jerry" &lt;!channel&gt; \(acme\)\nUsed: 10,000 of 10,000\n/)],
    fixed: true,
  });
  expect(say('messaging-100', 'alert', { workspace, layout: { who: '{{workspace.name}}' }, format: 'json' }).message.rendered).toEqual({
    who: workspace.name,
  });
});

test('a layout may be a text', () => {
  expect(
    say('seats-full', 'alert', {
      layout: '{{kind}} {{alert.workspace.name}}: {{seats.purchased}}, {{alert.seats.purchased}}',
      format: 'html',
    }).message.rendered,
  ).toBe('alert Acme Ltd: 10, 10');
});

test('a layout that fails costs the layout, not the message', () => {
  const unclosed = say('seats-full', 'alert', { layout: { text: '{{#a}}' } });
  expect(unclosed.flaw).toContain('layout of ops failed');
  expect(unclosed.message.rendered).toBeUndefined();
  expect(unclosed.message.message.headline).toBe('Acme Ltd: all seats taken (10)');
  const output = z.strictObject({ title: z.string().min(1) });
  expect(say('seats-full', 'alert', { layout: { title: '{{message.headline}}' }, output }).message.rendered).toEqual({
    title: 'Acme Ltd: all seats taken (10)',
  });
  expect(say('seats-full', 'alert', { layout: { title: '{{message.nothing}}' }, output }).flaw).toContain('layout of ops failed');
});

test('what the relay says about itself has words per code, and no alert', () => {
  const { message, flaw } = sayRelay('destination.held', 'ops-slack', 'HTTP 401.\nMend the token.');
  expect(flaw).toBeUndefined();
  expect(message.alert).toBeUndefined();
  expect(message.threadKey).toBeUndefined();
  expect(message.fallbackText).toBe('[relay] timelines-relay: ops-slack refuses every message, they wait');
  expect(message.message.impact).toContain('\nHTTP 401.\nMend the token.');
});

test('a message that names no event is rendered without one', () => {
  expect(
    renderMessage({ ...inputOf('seats-full', 'alert'), leased: { delivery: sampleDelivery('relay') } }).message.message.headline,
  ).toContain('ops-slack');
});
