// late facts: their age counts from when they came. What is told of them is in late-facts.yaml.
import { expect, test } from 'vitest';
import { refuse } from '../../src/deliver/retry.ts';
import { at, eventAt } from '../decide/paper.ts';
import { world } from '../judged.ts';

const file = {
  'routes.yaml': `version: 1
timezone: UTC
destinations: { team: { plugin: console, max_age: 1h } }
routes: [{ name: all, send: [team] }]
fallback: { send: [team] }
operator: team
`,
};
const hour = 3_600_000;

test('late facts: max_age counts from when the webhook came, so what happened long ago is not too old', async () => {
  const relay = await world(file);
  relay.send(eventAt('20:00', 'disconnected', { triggered: '04:00' }));
  const [delivery] = relay.sent();
  expect(refuse(delivery!, hour, at('21:00'))).toBeUndefined();
  expect(refuse(delivery!, hour, at('21:00') + 1)).toMatchObject({ class: 'expired' });
});

test('late facts: what is over when it comes is told and then closed, and the trace says so', async () => {
  const relay = await world(file);
  const late = eventAt('10:00', 'messaging-90', { period: { end: at('09:00') } });
  relay.send(late);
  expect(relay.heard()).toEqual(['10:00 team alert']);
  expect(relay.lines(late).at(-1)).toBe('incident: its period is already over: told, then closed');
  expect(relay.memory.incident(late.incidentKey!)).toMatchObject({ open: false, endedBy: 'time' });
});
