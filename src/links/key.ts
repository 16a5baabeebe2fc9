// The key that links are signed with.
import { createLinks, type LinksOf, newLinkKey } from './links.ts';

/** Made once and kept, so that a link outlives a restart; without PUBLIC_URL none is made, and those of before still lead somewhere. */
export async function openLinks(
  publicUrl: string | undefined,
  kept: string | undefined,
  keep: (key: string) => Promise<void>,
): Promise<{ key: string | undefined; of: LinksOf }> {
  if (publicUrl === undefined) return { key: kept, of: () => ({}) };
  const key = kept ?? newLinkKey();
  if (kept === undefined) await keep(key);
  return { key, of: createLinks({ publicUrl, key }) };
}
