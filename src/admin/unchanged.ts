// A GET that is asked again and again: its JSON gets a weak ETag, and whoever has it already hears 304 and nothing more. Streams and CSV have none.
import { createHash } from 'node:crypto';
import type { Api } from './parts.ts';

export function answerUnchanged(app: Api): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.method !== 'GET' || reply.statusCode !== 200 || typeof payload !== 'string') return payload;
    if (!/^application\/json\b/.test(String(reply.getHeader('content-type') ?? ''))) return payload;
    const tag = `W/"${createHash('sha256').update(payload).digest('base64url').slice(0, 22)}"`;
    reply.header('etag', tag);
    if (!isAmong(tag, request.headers['if-none-match'])) return payload;
    reply.code(304).removeHeader('content-type').removeHeader('content-length');
    return null;
  });
}

/** Compared weakly, as RFC 9110 has it for If-None-Match. */
function isAmong(tag: string, asked: string | undefined): boolean {
  if (asked === undefined) return false;
  const bare = (one: string) => one.trim().replace(/^W\//, '');
  return asked.split(',').some((one) => one.trim() === '*' || bare(one) === bare(tag));
}
