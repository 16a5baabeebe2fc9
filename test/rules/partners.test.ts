// config/partners.yaml: whose webhooks are accepted.
import { expect, test } from 'vitest';
import { formatMistakes } from '../../src/rules/mistake.ts';
import { readPartners } from '../../src/rules/partners.ts';

const environment: Record<string, string> = { 'env:ONE': 'secret-one', 'env:NEW': 'secret-new', 'file:/run/two': 'secret-two' };
const read = (text: string) =>
  readPartners(text, (ref) => {
    const value = environment[ref];
    return value === undefined ? { ok: false, why: 'it is not set' } : { ok: true, value };
  });
const said = (text: string) => {
  const result = read(text);
  return formatMistakes(result.ok ? result.warnings : result.mistakes);
};

test('each partner has one secret, or two while it is being changed', () => {
  expect(read('- { id: p1, secret: env:ONE }\n- id: 007\n  secret: [file:/run/two, env:NEW]\n')).toEqual({
    ok: true,
    partners: [
      { id: 'p1', secrets: ['secret-one'] },
      { id: '007', secrets: ['secret-two', 'secret-new'] },
    ],
    warnings: [],
    secrets: ['secret-one', 'secret-two', 'secret-new'],
  });
});

test('a secret in the open works, is warned of and not shown', () => {
  expect(read('- { id: my partner, secret: hunter2-hunter2 }')).toMatchObject({ ok: true, partners: [{ secrets: ['hunter2-hunter2'] }] });
  expect(said('- { id: my partner, secret: hunter2-hunter2 }')).toBe(
    `partners.yaml:1:29  warning: This secret stands here in the open. Put it into an environment variable or a file and name that.
            - { id: my partner, secret: ••••••••••••••• }
                                        ^
    write:  - { id: my partner, secret: env:MY_PARTNER_SECRET }`,
  );
});

test('a reference in capitals is no secret, but a slip with its corrected line', () => {
  expect(said('- { id: p1, secret: ENV:ONE }')).toBe(
    `partners.yaml:1:21  \`secret\`: \`ENV:ONE\` is written in small letters, \`env:ONE\`.
            - { id: p1, secret: ENV:ONE }
                                ^
    write:  - { id: p1, secret: env:ONE }`,
  );
});

test.each([
  ['nothing in it', '# soon\n', 'partners.yaml is empty. Write a partner, or remove the file.'],
  ['an empty list', '[]\n', 'there is no partner in this file'],
  ['no list', 'id: p1\nsecret: env:ONE\n', 'partners.yaml:1:1  This file must be a list'],
  [
    'a secret that is not set',
    '- { id: p1, secret: env:OTHER }\n',
    'partners.yaml:1:21  `secret`: this comes from the environment variable OTHER, and it is not set.',
  ],
  ['three secrets', '- { id: p1, secret: [env:ONE, env:NEW, "file:/run/two"] }\n', 'two secrets at most'],
  [
    'the same partner twice',
    '- { id: p1, secret: env:ONE }\n- { id: p1, secret: env:NEW }\n',
    'partners.yaml:2:9  The partner `p1` is already on line 1.',
  ],
  ['a mistyped key', '- { id: p1, secrets: env:ONE }\n', 'Did you mean `secret`?'],
  ['a missing secret', '- { id: p1 }\n', 'write:  - { id: p1, secret: env:PARTNER_SECRET }'],
  ['a trap', '- id: p1\n  secret:env:ONE\n', 'A space is missing after `secret:`.'],
])('is refused for %s', (_, text, words) => {
  expect(read(text).ok).toBe(false);
  expect(said(text)).toContain(words);
});
