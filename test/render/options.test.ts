import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reachOf, renderOptions } from '../../src/render/options.ts';
import type { Destination } from '../../src/rules/rules.ts';

const acme = { id: 'acme', name: 'Acme', tags: ['vip', 'eu'], slack_channel: '#acme', owner_email: 'ann@acme.example', empty: '' };

test('the columns of the workspace are filled in, in texts, lists and maps', () => {
  const options = {
    channel: '{{workspace.slack_channel}}',
    to: ['{{workspace.owner_email}}', 'ops@x.example'],
    headers: { 'x-tags': '{{workspace.tags}}' },
    n: 3,
    on: true,
  };
  expect(renderOptions(options, acme)).toEqual({
    options: { channel: '#acme', to: ['ann@acme.example', 'ops@x.example'], headers: { 'x-tags': 'vip,eu' }, n: 3, on: true },
    empty: [],
  });
});

test.each([
  ['a column that is missing', '{{workspace.nothing}}'],
  ['a column that is empty', '{{workspace.empty}}'],
  ['only a sign left of it', '#{{workspace.nothing}}'],
  ['a list of which nothing is left', ['{{workspace.nothing}}', '{{workspace.empty}}']],
  ['two missing addresses and their comma', '{{workspace.nothing}}, {{workspace.empty}}'],
  ['a template that cannot be read', '{{workspace.slack_channel'],
  ['a tag that is refused', '{{{workspace.slack_channel}}}'],
  ['what every object has', '{{workspace.constructor}}'],
])('empty is: %s', (_, channel) => {
  expect(renderOptions({ channel }, acme).empty).toEqual(['channel']);
});

test('one missing address of two leaves the other', () => {
  expect(renderOptions({ to: ['{{workspace.nothing}}', 'ops@x.example'] }, acme)).toEqual({
    options: { to: ['ops@x.example'] },
    empty: [],
  });
});

test('an option that is empty by itself is not a missing target', () => {
  expect(renderOptions({ mention: '', cc: [] }, acme).empty).toEqual([]);
});

test('a template over the message is left alone', () => {
  const body = { text: '{{message.headline}}', who: '{{workspace.name}}' };
  expect(renderOptions({ url: 'https://x/{{workspace.id}}', body }, acme, ['body']).options).toEqual({ url: 'https://x/acme', body });
});

test('no value brings a line break or a control character into an option, or is rendered a second time', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      const { options } = renderOptions({ to: 'a {{workspace.owner_email}}' }, { id: 'x', owner_email: value });
      expect(options.to).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u);
    }),
  );
  expect(renderOptions({ to: '{{workspace.x}}' }, { id: 'x', x: 'a@x.example\r\nBcc: b@x.example' }).options.to).toBe(
    'a@x.example Bcc: b@x.example',
  );
  expect(renderOptions({ to: '{{workspace.x}}' }, { id: 'secret', x: 'v{{workspace.id}}' }).options.to).toBe('v{{workspace.id}}');
});

test('a value too long to be a target is none, rather than half of one', () => {
  expect(renderOptions({ to: '{{workspace.x}}' }, { id: 'x', x: 'a'.repeat(100_000) }).empty).toEqual(['to']);
});

const destination = (name: string, options: Record<string, unknown>): Destination => ({
  ...{ name, plugin: 'test', options, showPhone: false, maxAgeMs: 1000, ignoreQuietHours: false, storm: true },
  templated: Object.keys(options).filter((key) => JSON.stringify(options[key]).includes('{{')),
});

test('whom each destination reaches: its target, or nothing where an option is empty', () => {
  const destinations = {
    ops: destination('ops', { channel: '#ops' }),
    client: destination('client', { channel: '{{workspace.slack_channel}}' }),
    owner: destination('owner', { channel: '{{workspace.nothing}}' }),
  };
  const asked: string[] = [];
  const targetOf = ({ name }: Destination, options: Record<string, unknown>) => {
    asked.push(name);
    return String(options.channel);
  };
  expect(reachOf(destinations, acme, targetOf)).toEqual({ ops: '#ops', client: '#acme', owner: '' });
  expect(reachOf(destinations, { id: 'b', slack_channel: '#b' }, targetOf)).toEqual({ ops: '#ops', client: '#b', owner: '' });
  expect(asked, 'what hangs on no workspace is asked once').toEqual(['ops', 'client', 'client']);
});
