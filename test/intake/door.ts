// A listener with the webhook door in it, on a real port, and what a test needs to knock and to see what came of it.

import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { answerHealth, type Health } from '../../src/health.ts';
import { createListener, type Listener, type ListenerOptions } from '../../src/intake/listener.ts';
import { receiveWebhooks, type WebhookParts } from '../../src/intake/webhook.ts';
import type { Event } from '../../src/model.ts';
import { partnerId, partnerSecret } from './signing.ts';

export type Door = {
  url: string;
  port: number;
  listener: Listener;
  accepted: { event: Event; body: string }[];
  refused: { reason: string; address: string }[];
  faults: unknown[];
  health: Health;
};

const open: Listener[] = [];
export const closeDoors = async (): Promise<void> => {
  for (const { app } of open.splice(0)) await app.close();
};

export async function openDoor(parts: Partial<WebhookParts> = {}, options: ListenerOptions = {}): Promise<Door> {
  const door: Partial<Door> & Pick<Door, 'accepted' | 'refused' | 'faults' | 'health'> = {
    accepted: [],
    refused: [],
    faults: [],
    health: { degraded: [] },
  };
  const listener = createListener({ fault: (error) => door.faults.push(error), ...options });
  const partners = [{ id: partnerId, secrets: [partnerSecret] }];
  let ids = 0;
  await receiveWebhooks(listener.app, {
    partners: () => partners,
    allowUnsigned: false,
    async accept(event, body) {
      door.accepted.push({ event, body });
      return { id: event.id, duplicate: false };
    },
    refused: (reason, address) => door.refused.push({ reason, address }),
    ready: () => true,
    now: () => Date.now(),
    newId: () => `e_${++ids}`,
    ...parts,
  });
  await answerHealth(listener.app, { state: () => door.health });
  await listener.app.listen({ port: 0, host: '127.0.0.1' });
  open.push(listener);
  const { port } = listener.app.server.address() as AddressInfo;
  return Object.assign(door, { listener, port, url: `http://127.0.0.1:${port}/webhooks/timelinesai` });
}

/** Bytes as written, and the first answer that comes, so that a body can stop in the middle or come in chunks. */
export function knock(port: number, ...pieces: (string | Buffer)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let heard = '';
    socket.on('data', (chunk) => {
      heard += chunk.toString();
      const [head, body] = heard.split('\r\n\r\n');
      const length = /content-length: (\d+)/i.exec(head ?? '');
      if (length && body !== undefined && body.length >= Number(length[1])) {
        socket.destroy();
        resolve(heard);
      }
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(heard));
    for (const piece of pieces) socket.write(piece);
  });
}
