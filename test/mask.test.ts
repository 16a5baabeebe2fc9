// That no known secret, and nothing that looks like one, survives in a text.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskSecrets } from '../src/mask.ts';

const hidden = '•••';

describe('a masked text', () => {
  test('holds no known secret, as it is, in an address, in JSON or in CSV', () => {
    const letters = fc.string({ minLength: 4, maxLength: 30, unit: 'binary' });
    fc.assert(
      fc.property(fc.array(letters, { minLength: 1, maxLength: 4 }), fc.string(), (secrets, around) => {
        for (const secret of secrets) {
          fc.pre(!hidden.includes(secret));
          const forms = [
            secret,
            encodeURIComponent(secret.toWellFormed()),
            JSON.stringify(secret).slice(1, -1),
            secret.replaceAll('"', '""'),
          ];
          for (const form of forms) expect(maskSecrets(`#${around}#${form}#`, secrets).slice(around.length + 1)).not.toContain(form);
        }
      }),
    );
    expect(maskSecrets('a,"it is se""kret"', ['se"kret'])).toBe(`a,"it is ${hidden}"`);
  });

  test('loses the whole of a secret that begins with another', () => {
    expect(maskSecrets('a sesame-open b', ['sesame', 'sesame-open'])).toBe(`a ${hidden} b`);
  });

  test('loses the password of an address that is a secret, wherever it stands alone', () => {
    expect(maskSecrets('bad password p/ss, p%2Fss', ['smtp://relay:p%2Fss@mail.example:587'])).toBe(`bad password ${hidden}, ${hidden}`);
  });

  test('loses what a server repeats of an address that is a secret, where it refuses a request', () => {
    const address = 'https://hooks.example/services/T0123/B0123/aVeryLongSecretPart?key=Que%2Fry-secret&x=1';
    const said = [
      'Cannot POST /services/T0123/B0123/aVeryLongSecretPart',
      'no route /services/T0123/B0123/aVeryLongSecretPart?key=Que%2Fry-secret&x=1',
      'bad hook aVeryLongSecretPart',
      'the key Que%2Fry-secret is no key',
      'the key Que/ry-secret is no key',
    ];
    for (const text of said) expect(maskSecrets(text, [address])).not.toMatch(/aVery|ry-secret/);
    expect(maskSecrets('the services of x=1 and /hook', [address, 'https://hooks.example/hook'])).toBe('the services of x=1 and /hook');
  });

  test('keeps the ordinary words that an address that is a secret is made of', () => {
    const addresses = [
      'https://hooks.example/in?source=timelines&tenant=acme-corp&type=disconnected&name=Blue%20Ocean&key=aB3dE6gH9jK2',
      'https://receiver.example/api/v1/events?token=0123abcdef4567',
    ];
    for (const text of [
      'timelines-relay stopped; disconnected: acme-corp, Blue Ocean',
      '{"tenant":"acme-corp","type":"disconnected","path":"/api/v1/events"}',
      'acme-corp,"Blue Ocean",disconnected,/api/v1/events\n',
    ])
      expect(maskSecrets(text, addresses)).toBe(text);
    const said = 'POST /api/v1/events?token=0123abcdef4567 refused; the key aB3dE6gH9jK2 is none';
    expect(maskSecrets(said, addresses)).toBe(`POST /api/v1/events?token=${hidden} refused; the key ${hidden} is none`);
    expect(maskSecrets('login of relay with pass', ['https://relay:pass@receiver.example/api'])).toBe(`login of relay with ${hidden}`);
  });

  test('keeps its words where a secret is too short to be one', () => {
    expect(maskSecrets('the cat', ['', 'a', 'the'])).toBe('the cat');
  });

  test.each([
    ['connect to postgres://relay:pa55@word@db/relay failed', `connect to postgres://${hidden}@db/relay failed`],
    ['smtp://user@mail.example.com:587', `smtp://${hidden}@mail.example.com:587`],
    ['see https://example.com/a@b and ann@example.com', 'see https://example.com/a@b and ann@example.com'],
    ['x-tl-signature: eyJhbGciOiJIUzI1NiJ9.eyJwYXJ0bmVyX2lkIjoieCJ9.c2ln!', `x-tl-signature: ${hidden}!`],
  ])('%s', (text, masked) => expect(maskSecrets(text, [])).toBe(masked));

  test('is made in a moment, whatever it is made of', () => {
    const secrets = ['secret'];
    for (const text of ['a.'.repeat(200_000), 'a://'.repeat(100_000), `${'eyJ'.repeat(100_000)}`, `x://${'a'.repeat(400_000)}`])
      expect(maskSecrets(text, secrets)).toHaveLength(text.length);
  });
});
