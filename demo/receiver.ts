// The demo's HTTP end: a receiver as a reseller would write it. Checks each signature the Standard Webhooks way, keeps what arrived, and answers
// 503 for as long as it is broken.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Post = {
  /** The last part of the address it was posted to. */
  destination: string;
  at: Date;
  /** What it was answered; only a 2xx is taken. */
  status: number;
  /** `webhook-id`: the same for every attempt of one message. */
  id: string;
  /** How often this id was taken, this time included. */
  times: number;
  kind: string;
  headline: string;
  signed: boolean;
  body: string;
};

export type Receiver = {
  /** Of one destination. */
  url(destination: string): string;
  posts: readonly Post[];
  onPost(hear: (post: Post) => void): void;
  /** Answers 503 to everything, and takes nothing, until it is mended. */
  break(broken: boolean): void;
  close(): Promise<void>;
};

export async function openReceiver(secret: string): Promise<Receiver> {
  const posts: Post[] = [];
  const times = new Map<string, number>();
  const listeners: ((post: Post) => void)[] = [];
  let broken = false;
  const server = createServer((request, response) => {
    textOf(request)
      .then((body) => {
        const { kind, message } = JSON.parse(body) as { kind: string; message: { headline: string } };
        const id = String(request.headers['webhook-id'] ?? '');
        const signed = isSigned(request, body, secret);
        const status = broken ? 503 : signed ? 204 : 401;
        if (status === 204) times.set(id, (times.get(id) ?? 0) + 1);
        const post = {
          ...{ destination: (request.url ?? '').slice(1), at: new Date(), status, id, times: times.get(id) ?? 0 },
          ...{ kind, headline: message.headline, signed, body },
        };
        posts.push(post);
        response.writeHead(status).end();
        for (const hear of listeners) hear(post);
      })
      .catch(() => response.writeHead(400).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    posts,
    url: (destination) => `http://127.0.0.1:${port}/${destination}`,
    onPost: (hear) => void listeners.push(hear),
    break: (now) => {
      broken = now;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function isSigned({ headers }: IncomingMessage, body: string, secret: string): boolean {
  const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const right = `v1,${createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64'))
    .update(text)
    .digest('base64')}`;
  const given = String(headers['webhook-signature'] ?? '');
  return given.length === right.length && timingSafeEqual(Buffer.from(given), Buffer.from(right));
}
