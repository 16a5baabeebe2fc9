// fallback: what its tests in fallback.yaml cannot say, that the file must have one, and the body of what nobody knows.
import { expect, test } from 'vitest';
import { parse } from '../../src/intake/parse.ts';
import { at, paper, route, rulesOf } from '../decide/paper.ts';
import { said } from '../rules/kit.ts';

const file = (last: string) =>
  `version: 1\ntimezone: UTC\ndestinations: { log: { plugin: console } }\nroutes: [{ name: down, events: [disconnected], send: [log] }]\noperator: log\n${last}`;

test('fallback: it is required, and never nobody', () => {
  expect(said(file('fallback: { send: [log] }\n'))).toBe('');
  expect(said(file(''))).toMatch(/`fallback`/);
  expect(said(file('fallback: { send: nobody }\n'))).toMatch(/routes\.yaml:6:\d+ .*nobody/s);
});

test('fallback: an event that nobody knows yet goes there, and its body is kept to the byte', () => {
  const bytes = Buffer.from('{ "event_type": "workspace:renamed",  "workspace_id": "shop", "new": {"name": "Šop ✓"} }');
  const { event, body } = parse(bytes, { id: 'e_new', proof: 'signature', receivedAt: at('10:00') });
  expect(Buffer.from(body)).toEqual(bytes);
  const world = paper(rulesOf([route('down', ['ops'], { events: ['disconnected'] })]));
  world.send(event);
  expect(world.heard()).toEqual(['10:00 catch-all notice']);
  expect(world.deliveries()[0]?.eventId).toBe('e_new');
});
