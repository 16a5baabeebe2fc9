// events: what the loader says of names. What they fit is in events.yaml.
import { expect, test } from 'vitest';
import { said } from '../judged.ts';

const file = (events: string) => ({
  'routes.yaml': `version: 1
timezone: Europe/Madrid
destinations: { log: { plugin: console } }
routes:
  - { name: some, events: [${events}], send: [log] }
fallback: { send: [log] }
operator: log
`,
});

test('events: a name that no event has is a mistake with the nearest one, and so is a pattern that fits none', async () => {
  expect(await said(file('disconected'))).toMatch(/^routes\.yaml:5:28 {2}There is no event `disconected`\. Did you mean `disconnected`\?/);
  expect(await said(file('"quota-*"'))).toMatch(/^routes\.yaml:5:28 {2}No event fits `quota-\*`\./);
});

test('events: events_unchecked allows what this relay does not know yet', async () => {
  expect(await said(file('"workspace:plan_changed"'))).toContain('add `events_unchecked: yes`');
  const text = file('"workspace:plan_changed"')['routes.yaml'].replace('send:', 'events_unchecked: yes, send:');
  expect(await said({ 'routes.yaml': text })).toBe('');
});
