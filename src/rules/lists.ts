// Where routes.yaml takes one value or several: lists of values, and the destinations of a `send`.
import { z } from 'zod';
import { name } from './scalars.ts';

export const text = z.string().trim();

export const notEmpty = { error: 'This list is empty. Write at least one value, or remove the line.' };

/** A value or a list of values. */
export const many = <T extends z.ZodType<string, string>>(item: T) =>
  z.union([item, z.array(item).min(1, notEmpty)]).transform((value) => (Array.isArray(value) ? value : [value]) as string[]);

export const texts = many(text);

const sendTo = z.strictObject({
  to: text.meta({ description: 'A destination.' }),
  template: name.optional().meta({ description: 'Another story for this destination.' }),
});

export const send = z
  .union([text, z.array(z.union([text, sendTo])).min(1, { error: 'This list is empty. Name a destination, or write `send: nobody`.' })])
  .transform((value) => (typeof value === 'string' ? [value] : value).map((one) => (typeof one === 'string' ? { to: one } : one)))
  .meta({ description: 'Names of destinations, or `nobody`.' });
