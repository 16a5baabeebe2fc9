// A scripted HTTP receiver on loopback that journals what reaches it.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

export type Received = { method: string; path: string; headers: IncomingHttpHeaders; body: string };
export type Script = (request: IncomingMessage, response: ServerResponse, received: Received) => void;
export type Receiver = {
  url: string;
  port: number;
  requests: Received[];
  connections: () => number;
  /** Settles once every connection so far is gone. */
  allClosed(): Promise<void>;
  answer(script: Script): void;
  close(): Promise<void>;
};

export const answerWith =
  (status: number, headers: Record<string, string> = {}, body = ''): Script =>
  (_, response) =>
    response.writeHead(status, headers).end(body);

export async function createReceiver(script: Script = answerWith(200, {}, 'ok'), tls?: { key: string; cert: string }): Promise<Receiver> {
  let current = script;
  let connections = 0;
  const open = new Set<Socket>();
  const requests: Received[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    request.setEncoding('utf8');
    for await (const chunk of request) body += chunk;
    const received = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
    requests.push(received);
    current(request, response, received);
  };
  const answer = (request: IncomingMessage, response: ServerResponse) => void take(request, response).catch(() => {});
  const server = tls ? createTlsServer(tls, answer) : createServer(answer);
  server.on('connection', (socket: Socket) => {
    connections += 1;
    open.add(socket);
    socket.on('error', () => {}).on('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}/hook`,
    port,
    requests,
    connections: () => connections,
    allClosed: async () => {
      await Promise.all([...open].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    },
    answer: (next) => {
      current = next;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
