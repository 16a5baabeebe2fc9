// What a form sends, for the schemas of the pages.
import { z } from 'zod';

/** A form sends what was left empty too. */
export function blank<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => (typeof value === 'string' && value.trim() === '' ? undefined : value), schema);
}
