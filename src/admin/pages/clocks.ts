// Times in the filters of pages: written and read by the clocks of the pages' zone; one with a zone of its own, as a link may have it, by that one.
import { z } from 'zod';
import { instant, offsetAt } from '../../decide/wall.ts';
import { readTime } from '../../rules/silences.ts';
import type { AdminParts } from '../parts.ts';
import { blank } from './form.ts';
import { zoneOf } from './words.ts';

/** The two fields of a filter; left empty they ask for nothing. */
export function stretch(parts: AdminParts) {
  const field = z.string().transform((text, context) => {
    const at = readTime(text.trim(), (wall) => instant(zoneOf(parts), wall));
    if (at !== undefined) return at;
    context.addIssue({ code: 'custom', message: 'is a date and time such as 2026-11-23 09:00' });
    return z.NEVER;
  });
  return { since: blank(field.optional()), until: blank(field.optional()) };
}

/** What stands in them again, as a browser's own field for a time takes it. */
export function asFields(parts: AdminParts, { since, until }: { since?: number | undefined; until?: number | undefined }) {
  const zone = zoneOf(parts);
  const field = (at: number | undefined) => at && new Date(at + offsetAt(zone, at)).toISOString().replace(/(:00)?\.\d+Z$/, '');
  return { since: field(since), until: field(until), zone };
}
