// Streams of what happens now, as server-sent events: as data at /api/v1/live, and for the pages at /live as pieces of them. What comes within half a
// second goes out together; a comment every 15 seconds keeps the connection. Whoever has signed out meanwhile hears nothing more, and it ends.
import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { RelayError } from '../errors.ts';
import type { Happening } from '../live.ts';
import { problemAnswer } from './answers.ts';
import { type Hide, hidePhones, phoneInKey } from './mask.ts';
import type { AdminParts, Api } from './parts.ts';
import { iso } from './show.ts';

export function liveRoutes(app: Api, parts: AdminParts): void {
  app.get(
    '/api/v1/live',
    {
      schema: {
        summary: 'What happens now, as server-sent events: event, delivery, incident, rules, notice, each with its data as JSON',
        tags: ['live'],
        response: {
          200: z.string().describe('text/event-stream; `missed` says how many could not be kept for a slow reader'),
          default: problemAnswer,
        },
      },
    },
    (request, reply) => {
      const say = (news: Shown[]) => news.map((one) => sse(one.kind, JSON.stringify(one))).join('');
      stream(reply.raw, { parts, say, welcome: request.welcome, open: () => void reply.hijack() });
    },
  );
}

export type Streaming = {
  parts: Pick<AdminParts, 'live' | 'ticker' | 'inForce'>;
  say(news: Shown[]): string;
  /** Whether whoever asked may still look on. */
  welcome(): boolean;
  /** From here on the answer is ours. */
  open(): void;
};

export function stream(raw: ServerResponse, { parts, say, welcome, open }: Streaming): void {
  const { live, ticker, inForce } = parts;
  let planned = false;
  let full = false;
  let cancel = () => {};

  const send = (text: string): void => {
    if (raw.write(text)) return;
    full = true;
    raw.once('drain', () => {
      full = false;
      flush();
    });
  };
  const flush = (): void => {
    planned = false;
    if (full || raw.writableEnded) return;
    if (!welcome()) return void raw.end();
    const { news, missed } = watcher!.take();
    if (news.length + missed === 0) return;
    send((missed > 0 ? sse('missed', JSON.stringify({ missed })) : '') + say(news.map((one) => showHappening(one, inForce.mask))));
  };
  const wake = (): void => {
    if (planned) return;
    planned = true;
    ticker.after(gatherMs, flush);
  };

  const head = { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' };
  if (raw.req.method === 'HEAD') {
    open();
    raw.writeHead(200, head).end();
    return;
  }
  const watcher = live.watch(wake, () => void raw.end());
  if (watcher === undefined)
    throw new RelayError('admin.too_many_watch', 'More streams are open than the relay serves at once; close a page.');
  open();
  raw.on('close', () => {
    cancel();
    watcher.leave();
  });
  raw.writeHead(200, head);
  send(`retry: ${retryMs}\n\n`);
  const beat = (): void => {
    if (!welcome()) raw.end();
    else {
      if (!full) send(':\n\n');
      cancel = ticker.after(beatMs, beat);
    }
  };
  cancel = ticker.after(beatMs, beat);
}

const gatherMs = 500;
const beatMs = 15_000;
const retryMs = 5000;

/** Data of several lines is several fields, so that no text in it can begin an event of its own. */
export const sse = (name: string, data: string): string =>
  `event: ${name}\n${data
    .split(/\r\n|\r|\n/)
    .map((line) => `data: ${line}\n`)
    .join('')}\n`;

export type Shown = ReturnType<typeof showHappening>;

function showHappening({ at, ...one }: Happening, mask: Hide) {
  const when = { at: iso(at) };
  switch (one.kind) {
    case 'delivery': {
      const { incident, ...delivery } = one;
      return { ...delivery, ...(incident !== undefined && { incident: hidePhones(phoneInKey(incident))(mask(incident)) }), ...when };
    }
    case 'incident': {
      const { key, workspaceId, phone = phoneInKey(key), closedBy, ...incident } = one;
      const hide: Hide = (text) => hidePhones(phone)(mask(text));
      return { ...incident, key: hide(key), workspace: workspaceId, ...(closedBy !== undefined && { closed_by: hide(closedBy) }), ...when };
    }
    case 'event':
    case 'rules':
      return { ...one, ...when };
    case 'notice':
      return { ...one, subject: hidePhones()(mask(one.subject)), ...when };
  }
}
