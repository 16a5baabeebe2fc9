// What a caller may ask, as zod schemas: filters, pages, reasons. An unknown name is an error, so that a slip is told and not answered with everything.
import { z } from 'zod';

const moment = z.iso
  .datetime({ offset: true, error: 'is a time such as 2026-11-23T09:00:00Z' })
  .describe('RFC 3339')
  .transform((text) => Date.parse(text));
/** Ids are as long as a webhook may name them. */
const name = z.string().min(1).max(256);
/** The key of an incident is made of two. */
export const longestKey = 530;

export const window = { since: moment.optional(), until: moment.optional() };
export const paging = {
  cursor: z.string().min(1).max(5000).optional().describe('`next` of the page before'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
};
export const filterName = name.optional();
export const phonePart = z
  .string()
  .regex(/^(?=.{4,25}$)\+?(?:[ ().-]*\d){4,}[ ().-]*$/, { error: 'is a phone number or its last digits, at least four' })
  .transform((text) => text.replace(/\D/g, ''))
  .optional()
  .describe('a whole number or its last digits');
export const yesNo = z.enum(['true', 'false']).transform((text) => text === 'true');
export const why = z.string().trim().min(1, { error: 'is missing' }).max(500).describe('stands in the log and in the audit');
export const byId = z.strictObject({ id: name });
export const byName = z.strictObject({ name });
