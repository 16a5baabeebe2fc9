// Everything a relay can be asked for, asked: each GET route of the admin side's own tables with real ids, each page that a page leads to, the
// figures, and the pages behind the links of messages.

import { unescaped } from '../../src/admin/pages/slack-look.ts';
import { linkToken } from '../../src/links/links.ts';
import { reportNames } from '../../src/reports/report.ts';
import { type Answer, ask } from '../admin/ask.ts';
import { routeTables } from '../admin/route-tables.ts';
import { type Busy, type Ids, planted } from './busy.ts';

export type Seen = { path: string; status: number; type: string; headers: Answer['headers']; text: string };

/** A route with an id of a kind that is not known here is an error: whoever adds one says what its ids are. */
function pathsOf(url: string, ids: Ids): string[] {
  const first = /^(?:\/api\/v1)?\/([^/]+)/.exec(url)?.[1] ?? '';
  const { ackKey: _, ...stored } = ids;
  const known: Record<string, readonly string[]> = {
    ...stored,
    // As a person may have them: whole, and as they are shown.
    destinations: ['taking', 'refusing', 'failing', 'slack', 'mail', 'thrower', 'ops', 'digested'],
    reports: reportNames,
  };
  if (url.startsWith('/assets/')) return [];
  if (url === '/events/:id/mail/:delivery')
    return ids.events.flatMap((event) => ids.deliveries.map((one) => `/events/${event}/mail/${one}`));
  if (!url.includes(':')) return [url];
  const values = known[first];
  if (values === undefined || url.match(/:/g)!.length > 1) throw new Error(`the crawl does not know what to ask ${url} for`);
  return values.map((one) => url.replace(/:\w+/, encodeURIComponent(one)));
}

export async function crawl({ relay, ids }: Pick<Busy, 'relay' | 'ids'>, more: readonly string[] = []): Promise<Seen[]> {
  const { pages, api, door } = await routeTables();
  const gets = [...pages, ...api, ...door].filter(({ method, url }) => method === 'GET' && !url.endsWith('/live'));
  const month = new Date(relay.now()).toISOString().slice(0, 7);
  const mails = ids.deliveries.slice(0, 40);
  const few = { ...ids, deliveries: mails };
  const todo = gets.flatMap(({ url }) =>
    pathsOf(url, url.includes('/mail/') ? few : ids).flatMap((path) =>
      path.startsWith('/api/v1/reports') ? ['json', 'csv'].map((format) => `${path}?month=${month}&format=${format}`) : [path],
    ),
  );
  todo.push(...reportNames.map((name) => `/reports?report=${name}`), ...more);
  const seen = new Map<string, Seen>();
  for (let path = todo.pop(); path !== undefined; path = todo.pop()) {
    if (seen.has(path)) continue;
    const browser = { authorization: `Bearer ${planted.adminToken}`, accept: path.startsWith('/api') ? '*/*' : 'text/html' };
    const { status, headers, text } = await ask(relay.adminPort, path, { headers: browser });
    const type = String(headers['content-type'] ?? '');
    seen.set(path, { path, status, type, headers, text });
    if (type.startsWith('text/html') && status === 200) todo.push(...linksIn(text).filter((one) => !seen.has(one)));
  }
  return [...seen.values(), ...(await behindLinks(relay, ids))];
}

/** Of our own pages. Those of one event or report are asked for by their routes. */
const linksIn = (html: string): string[] =>
  [...html.matchAll(/\shref="(\/[^"]*)"/g)].map(([, to]) => unescaped(to!)).filter((to) => !to.startsWith('/assets/') && !to.includes('#'));

async function behindLinks(relay: Busy['relay'], { deliveries, ackKey }: Ids): Promise<Seen[]> {
  const seen: Seen[] = [];
  for (const kind of ['ack', 'list'] as const)
    for (const id of deliveries)
      for (const end of kind === 'ack' ? [''] : ['', '?format=csv']) {
        const path = `/${kind}/${linkToken(ackKey, kind, id)}${end}`;
        const { status, headers, text } = await ask(relay.port, path, { headers: { accept: 'text/html' } });
        seen.push({ path: `/${kind}/…${id}${end}`, status, type: String(headers['content-type'] ?? ''), headers, text });
      }
  return seen;
}
