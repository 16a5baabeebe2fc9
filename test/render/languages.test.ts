// In whose language a message is: that of its workspace where there are words in it, else the file's own.
import { expect, test } from 'vitest';
import type { DeliveryKind } from '../../src/delivery.ts';
import type { EventType } from '../../src/model.ts';
import { load } from './parse.ts';
import { type Change, say } from './say.ts';

const headlineFor = (language: string | undefined, change: Change = {}, type: EventType = 'seats-full', kind: DeliveryKind = 'alert') => {
  const workspace = { id: 'acme', name: 'Acme Ltd', ...(language === undefined ? {} : { language }) };
  const { message, flaw } = say(type, kind, { workspace, ...change });
  expect(flaw).toBeUndefined();
  return message.message.headline;
};

test.each(['es', 'ES', 'es-MX', 'es_MX', 'es-419'])('%s is told in Spanish', (language) => {
  expect(headlineFor(language)).toBe('Acme Ltd: sin plazas libres (10)');
  expect(headlineFor(language, {}, 'connected', 'resolved')).toBe('Acme Ltd: +•••••6789 de vuelta tras 14 min');
  expect(headlineFor(language, {}, 'disconnected', 'test')).toBe('PRUEBA: Acme Ltd: +•••••6789 caído (sesión cerrada)');
});

test.each([undefined, '', 'en', 'en-US', 'fr', 'pt-BR', 'xx', '../es', 'constructor'])(
  '%s is told in the usual words, without an error',
  (language) => {
    expect(headlineFor(language)).toBe('Acme Ltd: all seats taken (10)');
  },
);

test('the small print of a channel is in the language too', () => {
  const layout = '{{foot.because}} {{foot.trace}} {{foot.event}} {{foot.message}}';
  const said = (language: string) => say('seats-full', 'alert', { workspace: { id: 'acme', language }, layout }).message.rendered;
  expect(said('en')).toBe('You get this because the route sample names ops. Why it came Event Message');
  expect(said('es')).toBe('Recibe esto porque la ruta sample nombra a ops. Por qué llegó Evento Mensaje');
});

test('figures and dates are written as the reader writes them', () => {
  const usage = { resource: 'messages', used: 98765, total: 1_000_000, percent: 9.8 } as const;
  const factsFor = (language: string) =>
    say('messaging-90', 'alert', { workspace: { id: 'acme', language }, event: { usage } }).message.message.facts.map(({ value }) => value);
  expect(factsFor('en')).toEqual(['acme', '98,765 of 1,000,000', '1 Dec, 00:00 UTC', '23 Nov, 09:00 UTC, 3 min ago']);
  expect(factsFor('es')).toEqual(['acme', '98.765 de 1.000.000', '1 dic, 00:00 UTC', '23 nov, 09:00 UTC, hace 3 min']);
  expect(factsFor('es-MX')[1]).toBe('98,765 de 1,000,000');
});

const mine = (name: string, headline: string) => ({ name, text: `headline: "${headline}"\n` });

test('the operator’s words in a language win over the relay’s; a finer language over its base; what it lacks comes from there', () => {
  const { stories, mistakes } = load(
    mine('es/seats-full.yaml', '{{who.short}} lleno'),
    mine('es-MX/seats-full.yaml', '{{who.short}} a tope'),
  );
  expect(mistakes).toEqual([]);
  expect(headlineFor('es', { stories })).toBe('Acme Ltd lleno');
  expect(headlineFor('es-mx', { stories })).toBe('Acme Ltd a tope');
  expect(headlineFor('es-mx', { stories }, 'transactions-100')).toBe('Acme Ltd: transacciones agotadas');
  expect(headlineFor(undefined, { stories })).toBe('Acme Ltd: all seats taken (10)');
});

test('a language that only the operator has is used where there are words in it, and dates are in it too', () => {
  const { stories } = load(mine('fr/messaging-90.yaml', '{{who.short}} : {{usage.used}} messages, {{period.end}}'));
  const event = { usage: { resource: 'messages', used: 9000.5, total: 10000, percent: 90 } } as const;
  expect(headlineFor('fr', { stories, event, timezone: 'UTC' }, 'messaging-90')).toMatch(/^Acme Ltd : 9.000,5 messages, 1 déc\., /);
  expect(headlineFor('fr', { stories })).toBe('Acme Ltd: all seats taken (10)');
});

test('a story that a route names is looked for in the language first', () => {
  const { stories } = load(mine('upsell', '{{who.short}} needs more'), mine('es/upsell', '{{who.short}} necesita más'));
  expect(headlineFor('es', { stories, template: 'upsell' })).toBe('Acme Ltd necesita más');
  expect(headlineFor('de', { stories, template: 'upsell' })).toBe('Acme Ltd needs more');
});

test('a bad file in a language leaves the relay’s own words in that language in force, and is told with its line', () => {
  const { stories, mistakes } = load(mine('es/seats-full.yaml', '{{who.shrt}}'));
  expect(mistakes).toMatchObject([{ file: 'templates/es/seats-full.yaml', line: 1, level: 'error' }]);
  expect(headlineFor('es', { stories })).toBe('Acme Ltd: sin plazas libres (10)');
});

test('a misspelt file name in a language is advised against by the name it should have', () => {
  expect(load(mine('es/disconected.yaml', 'x')).mistakes.map(({ text }) => text)).toEqual([
    expect.stringContaining('name it es/disconnected.yaml'),
  ]);
});

test('the brand’s name and links stand where they are, and leave no hole where they are not', () => {
  const { stories, mistakes } = load({
    name: 'seats-full.yaml',
    text: `headline: "{{#brand.name}}{{brand.name}}: {{/brand.name}}{{who.short}} is full"
facts:
  - { label: By, value: "{{brand.name}}" }
action: { label: Open the shop, url: "{{links.shop}}" }
`,
  });
  expect(mistakes).toEqual([]);
  const layout = { from: '{{brand.name}}', logo: { $when: 'brand.logo', url: '{{brand.logo}}' } };
  const told = (brand: Change['brand']) => say('seats-full', 'alert', { stories, layout, ...(brand && { brand }) }).message;
  const full = told({ name: 'Acme Cloud', logo: 'https://acme.example/logo.png', links: { shop: 'https://acme.example/shop' } });
  expect(full.message).toEqual({
    headline: 'Acme Cloud: Acme Ltd is full',
    facts: [{ label: 'By', value: 'Acme Cloud' }],
    action: { label: 'Open the shop', url: 'https://acme.example/shop' },
  });
  expect(full.rendered).toEqual({ from: 'Acme Cloud', logo: { url: 'https://acme.example/logo.png' } });
  const bare = told({});
  expect(bare.message).toEqual({ headline: 'Acme Ltd is full', facts: [{ label: 'Next', value: 'Open the shop' }] });
  expect(bare.rendered).toEqual({ from: '' });
});
