// What the form of a silence asks, its fields as the `where` of routes.yaml, and the address at which it is filled in for something.
import { z } from 'zod';
import { RelayError } from '../../errors.ts';
import { blank } from './form.ts';

const field = blank(z.string().trim().max(500).optional());
export const silenceForm = z.object({
  ...{ workspace: field, segment: field, tag: field, account: field, phone: field, reason_is: field, level: field },
  more: blank(z.string().max(2000).optional()),
  ...{ lasts: field, reason: field, by: blank(z.string().trim().max(200).optional()) },
});
export type SilenceForm = Partial<z.output<typeof silenceForm>>;

/** The page with the form filled in: it silences nothing yet. As it is shown, so an account that is known by its number alone is left for the reader to name. */
export function silencesOf({ workspace, account }: { workspace: string; account?: string | undefined }): string {
  const known = account !== undefined && !account.includes('•');
  return `/silences?${new URLSearchParams({ workspace, ...(known && { account }) })}#new`;
}

export function whereOf({ reason_is, more, ...fields }: Omit<SilenceForm, 'lasts' | 'reason' | 'by'>): Record<string, string[]> {
  // A line of the form may name what every object has.
  const where: Record<string, string[]> = Object.create(null);
  const add = (key: string, values: string[]) => {
    where[key] = [...(where[key] ?? []), ...values.map((one) => one.trim()).filter((one) => one !== '')];
  };
  for (const [key, text] of Object.entries(fields)) if (text !== undefined) add(key, text.split(','));
  // A reason may have a comma of its own.
  if (reason_is !== undefined) add('reason', [reason_is]);
  for (const line of (more ?? '').split(/\r?\n/).filter((one) => one.trim() !== '')) {
    const [, key, value] = /^\s*([^=:]+?)\s*[=:]\s*(.+)$/.exec(line) ?? [];
    if (key === undefined || value === undefined)
      throw new RelayError(
        'admin.bad_request',
        `“${line.trim()}” is no condition: write a key of routes.yaml, = and a value, percent = >=95.`,
      );
    add(key, [value]);
  }
  return where;
}
