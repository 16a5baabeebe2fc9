// Serves the demo's page on this machine and keeps it up to date. Nothing is fetched from elsewhere, and a mail's HTML runs no script and loads nothing.
import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pageHtml, parts, type Shown } from './view.ts';

export type PageServer = { url: string; changed(): void; close(): Promise<void> };

const own =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const ofMail =
  "sandbox allow-same-origin; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

export async function openPageServer(shown: Shown): Promise<PageServer> {
  const watching = new Set<ServerResponse>();
  const file = (name: string) => readFileSync(join(import.meta.dirname, name));
  const answer = (reply: ServerResponse, type: string, body: string | Buffer, policy = own) =>
    void reply
      .writeHead(200, {
        ...{ 'content-type': `${type}; charset=utf-8`, 'content-security-policy': policy, 'cache-control': 'no-store' },
        ...{ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' },
      })
      .end(body);
  let port = 0;
  const server = createServer((request, reply) => {
    // A name that was made to lead here gets nothing.
    if (request.headers.host !== `127.0.0.1:${port}` && request.headers.host !== `localhost:${port}`)
      return void reply.writeHead(421).end();
    const path = request.url ?? '/';
    const mail = /^\/mail\/(\d{1,6})$/.exec(path);
    if (path === '/') answer(reply, 'text/html', pageHtml(shown));
    else if (path === '/style.css') answer(reply, 'text/css', file('style.css'));
    else if (path === '/live.js') answer(reply, 'text/javascript', file('live.js'));
    else if (path === '/live') {
      reply.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      watching.add(reply);
      reply.once('close', () => watching.delete(reply));
      tell(reply);
    } else if (mail && shown.mail.mails[Number(mail[1])]) answer(reply, 'text/html', shown.mail.mails[Number(mail[1])]!.html, ofMail);
    else reply.writeHead(404).end();
  });
  const tell = (reply: ServerResponse) => reply.write(`data: ${JSON.stringify(parts(shown))}\n\n`);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
  let soon: NodeJS.Timeout | undefined;
  return {
    url: `http://127.0.0.1:${port}/`,
    // Several things at once are shown at once.
    changed: () => {
      soon ??= setTimeout(() => {
        soon = undefined;
        for (const reply of watching) tell(reply);
      }, 50);
    },
    close: () =>
      new Promise((resolve) => {
        clearTimeout(soon);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
