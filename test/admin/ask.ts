// Asks an admin listener over a real socket, with any headers a test wants, the Host header too, which fetch would not let it set.
import { request } from 'node:http';

export type Answer = { status: number; headers: Record<string, string | string[] | undefined>; text: string; json: () => Json };
/** Read by tests only, which say what they expect of it. */
// biome-ignore lint/suspicious/noExplicitAny: an answer's shape is what is tested
type Json = any;
export type Question = { method?: string; headers?: Record<string, string>; body?: string; address?: string };

export function ask(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body, address = '127.0.0.1' }: Question = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // Node says no length for a DELETE by itself, and its body would be taken for another request.
    const sized = body === undefined ? headers : { 'content-length': String(Buffer.byteLength(body)), ...headers };
    const outgoing = request({ host: address, port, path, method, headers: sized, agent: false }, (reply) => {
      const chunks: Buffer[] = [];
      reply.on('data', (chunk) => chunks.push(chunk));
      reply.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: reply.statusCode!, headers: reply.headers, text, json: () => JSON.parse(text) });
      });
      reply.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

export const post = (port: number, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(port, path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } });
