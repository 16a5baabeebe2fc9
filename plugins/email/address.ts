// Who a mail is for: strict, because what stands in the workspaces table must never become a second recipient or a header.
import { domainToASCII } from 'node:url';
import { z } from 'zod';

export const address = z.string().transform((text, context) => {
  const found = addressOf(text.trim());
  if (found === undefined) context.addIssue(`"${text.slice(0, 80)}" is no address; write name@host.example, one for each entry`);
  return found ?? z.NEVER;
});
// Text is split at commas once it is filled in; an entry of a list is one address and never becomes two.
export const addresses = z
  .union([z.string().transform((text) => text.split(',').filter((one) => one.trim() !== '')), z.array(z.string())])
  .pipe(z.array(address).max(50, 'names more than 50 addresses; write to a mailing list'));
export const sender = z.string().transform((text, context) => {
  const [, name = '', inner = text] = /^([^<>]*)<([^<>]*)>\s*$/.exec(text) ?? [];
  const found = addressOf(inner.trim());
  if (found === undefined) context.addIssue('must be an address, alone or as "Name <name@host.example>"');
  return { name: oneLine(name.replace(/["\\]/g, '')).slice(0, 100), address: found ?? z.NEVER };
});

/** A header is one line. */
export const oneLine = (text: string) => text.replace(/[\s\p{Cc}]+/gu, ' ').trim();

const local = /^[a-z0-9#$&'*+/=?^_{}~-]+(\.[a-z0-9#$&'*+/=?^_{}~-]+)*$/i;
const host = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** name@host and nothing more: no quotes, groups, comments, routes (`%`, `!`), lists or breaks, all of which some server reads as another address. */
function addressOf(text: string): string | undefined {
  const [user = '', domain = '', more] = text.length > 254 ? [] : text.split('@');
  if (more !== undefined || user.length > 64 || !local.test(user) || !/^[\p{L}\p{M}\p{N}.-]+$/u.test(domain)) return undefined;
  const ascii = domainToASCII(domain);
  return host.test(ascii) && user.length + ascii.length < 254 ? `${user}@${ascii}` : undefined;
}
