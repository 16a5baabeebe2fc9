// The demo's other end: an HTTP receiver as a reseller would write it. Checks each signature the Standard Webhooks way and keeps what arrived.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Arrival = {
  /** The last part of the address it was posted to. */
  destination: string;
  /** `webhook-id`: the same for every attempt of one message. */
  id: string;
  /** How often this id came, this time included. */
  times: number;
  kind: string;
  /** Of the event it tells of. */
  eventId: string;
  headline: string;
  signed: boolean;
};

export type Receiver = {
  /** Of one destination. */
  url(destination: string): string;
  arrivals: readonly Arrival[];
  /** Resolves as soon as it holds, or after so long. Asked again with each arrival. */
  until(holds: () => boolean, longestMs: number): Promise<boolean>;
  onArrival(hear: (arrival: Arrival) => void): void;
  close(): Promise<void>;
};

export async function openReceiver(secret: string): Promise<Receiver> {
  const arrivals: Arrival[] = [];
  const times = new Map<string, number>();
  const listeners = new Set<(arrival: Arrival) => void>();
  const server = createServer((request, response) => {
    textOf(request)
      .then((body) => {
        const arrival = read(request, body, secret, times);
        arrivals.push(arrival);
        response.writeHead(arrival.signed ? 204 : 401).end();
        for (const hear of [...listeners]) hear(arrival);
      })
      .catch(() => response.writeHead(400).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    arrivals,
    url: (destination) => `http://127.0.0.1:${port}/${destination}`,
    until: (holds, longestMs) =>
      new Promise((resolve) => {
        const end = (held: boolean) => {
          clearTimeout(timer);
          listeners.delete(look);
          resolve(held);
        };
        const look = () => holds() && end(true);
        const timer = setTimeout(() => end(holds()), longestMs);
        listeners.add(look);
        look();
      }),
    onArrival: (hear) => void listeners.add(hear),
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

function read(request: IncomingMessage, body: string, secret: string, times: Map<string, number>): Arrival {
  const header = (name: string) => String(request.headers[name] ?? '');
  const id = header('webhook-id');
  const right = `v1,${createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64'))
    .update(`${id}.${header('webhook-timestamp')}.${body}`)
    .digest('base64')}`;
  const given = header('webhook-signature');
  times.set(id, (times.get(id) ?? 0) + 1);
  const { kind, alert, message } = JSON.parse(body) as { kind: string; alert?: { id: string }; message: { headline: string } };
  return {
    destination: (request.url ?? '').slice(1),
    id,
    times: times.get(id)!,
    kind,
    eventId: alert?.id ?? '',
    headline: message.headline,
    signed: given.length === right.length && timingSafeEqual(Buffer.from(given), Buffer.from(right)),
  };
}
