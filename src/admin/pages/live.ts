// /live: what happens now, for the pages: each thing as a piece of the page, and after them one `changed`, on which a page asks for itself anew.
import { sse, stream } from '../live.ts';
import type { AdminParts, Api } from '../parts.ts';
import { lineOf } from './happenings.ts';
import { view } from './view.ts';
import { zoneOf } from './words.ts';

export function livePage(app: Api, parts: AdminParts): void {
  app.get('/live', (request, reply) => {
    const zone = zoneOf(parts);
    stream(reply.raw, {
      parts,
      welcome: request.welcome,
      open: () => void reply.hijack(),
      say: (news) => {
        // The latest first, as the list on the page stands.
        const lines = [...news].reverse().map((one) => view('happening', lineOf(one, zone)));
        return `${sse('said', lines.join('\n'))}${sse('changed', '{}')}`;
      },
    });
  });
}
