// The other end: an HTTP server that a relay delivers to, which answers as a story wants and remembers all that came.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Arrival = { id: string; at: number; path: string; headers: IncomingMessage['headers']; text: string; body: Posted };
/** As much of what `http` posts as stories look at. */
export type Posted = {
  id: string;
  kind: string;
  destination: string;
  route: string;
  alert?: { id: string; key?: string; type: string; phase: string; level?: number; workspace: { id: string } };
  message: { headline: string };
  event?: Record<string, unknown>;
};

export type Rule = (arrival: Arrival, reply: ServerResponse) => number | 'silence' | 'taken';

/** Answers 200 unless told otherwise; remembers all that came, and what it answered 2xx. `silence`: it
 * never answers, or by itself with something else; `taken`: by itself, with 200. */
export async function receiver(answer: Rule = () => 200, port = 0) {
  const arrived: Arrival[] = [];
  const taken: Arrival[] = [];
  let rule = answer;
  const server = createServer((request, reply) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const { headers, url: path = '' } = request;
      const arrival = { id: String(headers['webhook-id']), at: Date.now(), path, headers, text, body: text === '' ? {} : JSON.parse(text) };
      arrived.push(arrival);
      const status = rule(arrival, reply);
      if (status === 'taken') taken.push(arrival);
      if (typeof status === 'string') return;
      if (status < 300) taken.push(arrival);
      reply.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    arrived,
    taken,
    answer: (next: Rule) => {
      rule = next;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
