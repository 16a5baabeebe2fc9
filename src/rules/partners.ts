// config/partners.yaml: whose webhooks are accepted, for a relay that serves more than one partner. The same care for mistakes as routes.yaml.
import { z } from 'zod';
import { checkShape } from './issues.ts';
import { masked } from './mask.ts';
import { inOrder, type Mistake } from './mistake.ts';
import { capitals, fetched, type SecretSource } from './options.ts';
import { type Path, readTree } from './tree.ts';

export type Partner = {
  id: string;
  /** One; two while it is being changed. */
  secrets: string[];
};

export type ReadPartners = { ok: true; partners: Partner[]; warnings: Mistake[]; secrets: string[] } | { ok: false; mistakes: Mistake[] };

export const partnersFile = 'partners.yaml';

const text = z.string().trim().min(1, { error: 'this is empty' });
const shape = z
  .array(
    z.strictObject({
      id: text,
      secret: z.union([
        text,
        z
          .array(text)
          .min(1, { error: 'name one secret, or two while it is being changed' })
          .max(2, { error: 'two secrets at most: the old one and the new one' }),
      ]),
    }),
  )
  .min(1, { error: 'there is no partner in this file; write one, or remove the file' });

export function readPartners(source: string, secret: SecretSource): ReadPartners {
  const tree = readTree(partnersFile, source);
  if (tree.value === undefined && tree.mistakes.length === 0) {
    const example = '- { id: partner-1, secret: env:PARTNER_1_SECRET }';
    return {
      ok: false,
      mistakes: [
        {
          file: partnersFile,
          line: 1,
          column: 1,
          level: 'error',
          code: 'empty',
          text: 'partners.yaml is empty. Write a partner, or remove the file.',
          fix: example,
        },
      ],
    };
  }
  const mistakes = [...tree.mistakes];
  const known: string[] = [];
  const partners: Partner[] = [];
  if (tree.value !== undefined) {
    mistakes.push(...checkShape(tree, shape).mistakes);
    const lineOf = new Map<string, number>();
    for (const [at, raw] of (Array.isArray(tree.value) ? tree.value : []).entries()) {
      const { id, secret: given } = (raw ?? {}) as { id?: unknown; secret?: unknown };
      const partner: Partner = { id: typeof id === 'string' ? id.trim() : '', secrets: [] };
      const first = lineOf.get(partner.id);
      if (first !== undefined)
        mistakes.push(
          tree.mistake([at, 'id'], 'value', {
            code: 'name',
            text: `The partner \`${partner.id}\` is already on line ${first}. For two secrets write \`secret: [env:OLD, env:NEW]\`.`,
          }),
        );
      else if (partner.id !== '') lineOf.set(partner.id, tree.spot([at, 'id']).line);
      const all = Array.isArray(given)
        ? given.map((one, nth): [unknown, Path] => [one, [at, 'secret', nth]])
        : [[given, [at, 'secret']] as [unknown, Path]];
      for (const [one, path] of all) {
        if (typeof one !== 'string' || one.trim() === '') continue;
        const misspelt = capitals(tree, { text: one, path }, 'secret');
        if (misspelt !== undefined) {
          mistakes.push(misspelt);
          continue;
        }
        const got = /^(env|file):/.test(one) ? fetched(one.trim(), secret) : { value: one.trim(), open: true };
        if ('wrong' in got) {
          mistakes.push(tree.mistake(path, 'value', { code: 'secret', text: `\`secret\`: ${got.wrong}` }));
          continue;
        }
        known.push(got.value);
        partner.secrets.push(got.value);
        if ('open' in got) {
          const write = `env:${`${partner.id}_SECRET`.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}`;
          const said = 'This secret stands here in the open. Put it into an environment variable or a file and name that.';
          mistakes.push(tree.mistake(path, 'value', { code: 'secret', level: 'warning', text: said, write }));
        }
      }
      partners.push(partner);
    }
  }
  const told = inOrder(mistakes.map(masked(known)));
  return told.some(({ level }) => level === 'error')
    ? { ok: false, mistakes: told }
    : { ok: true, partners, warnings: told, secrets: known };
}
