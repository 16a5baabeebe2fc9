// brand: name, logo and links, for the words of a message and the layouts of the channels.
import { expect, test } from 'vitest';
import { eventAt } from '../decide/paper.ts';
import { inForceOf, said, world } from '../judged.ts';

const file = (brand: string) => ({
  'routes.yaml': `version: 1
timezone: UTC
${brand}destinations: { log: { plugin: console } }
routes: [{ name: all, template: ours, send: [log] }]
fallback: { send: [log] }
operator: log
`,
  'templates/ours.yaml': `headline: "{{#brand.name}}{{brand.name}}: {{/brand.name}}{{who.short}}"
facts:
  - { label: Logo, value: "{{brand.logo}}" }
  - { label: Status, value: "{{links.status}}" }
`,
});
const brand =
  'brand: { name: Acme Messaging, logo: "https://acme.example/logo.png", links: { status: "https://status.acme.example/now" } }\n';

async function told(lines: string) {
  const [relay, inForce] = await Promise.all([world(file(lines)), inForceOf(file(lines))]);
  const event = eventAt('10:00', 'disconnected');
  relay.send(event);
  const { message } = await inForce.prepare({ delivery: relay.sent()[0]!, event } as Parameters<typeof inForce.prepare>[0], 1);
  return message.message;
}

test('brand: its name, logo and links are words for every story', async () => {
  expect(await told(brand)).toMatchObject({
    headline: 'Acme Messaging: shop',
    facts: [
      { label: 'Logo', value: 'https://acme.example/logo.png' },
      { label: 'Status', value: 'https://status.acme.example/now' },
    ],
  });
});

test('brand: left out it leaves no hole', async () => {
  expect(await told('')).toMatchObject({ headline: 'shop', facts: [] });
});

test('brand: what is no address is a mistake, and so is a key that it does not have', async () => {
  expect(await said(file('brand: { logo: logo.png }\n'))).toMatch(/^routes\.yaml:3:16 {2}/);
  expect(await said(file('brand: { nmae: Acme }\n'))).toMatch(/^routes\.yaml:3:10 {2}.*`nmae`.*`name`/);
});
