// The load process: signed webhooks over kept-alive sockets, and the receiver that the relay delivers to, in one process so that one clock
// measures both. Raw sockets, because on two cores every microsecond spent here is taken from what is measured.
import { createHmac } from 'node:crypto';
import net from 'node:net';

export type LoadResult = {
  sent: number;
  answered: number;
  refused: number;
  received: number;
  seconds: number;
  ackMs: number[];
  endToEndMs: number[];
};

type Options = {
  port: number;
  connections: number;
  seconds: number;
  /** Events a second; absent = as fast as answers come. */
  rate?: number;
  /** Wait for a message per event. */
  deliver: boolean;
  secret: string;
  partner: string;
  /** They are of so many workspaces, named as pages-month.ts names them, each with one number; absent = each of its own. */
  fleet?: number;
};

const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

function sign(secret: string, partner: string): string {
  const now = Math.floor(Date.now() / 1000);
  const head = `${base64({ alg: 'HS256', typ: 'JWT' })}.${base64({ partner_id: partner, nbf: now - 180, exp: now + 180 })}`;
  return `${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`;
}

/** How long a number is down: its end must find that the drop was told, or both are rightly cancelled. */
const downFor = 400;

/** Four kinds in turn, each heard once: a quota used up, a token rotated, a drop, and the end of an earlier drop. */
function body(n: number, { partner, fleet }: Pick<Options, 'partner' | 'fleet'>, run: string): string {
  const at = new Date().toISOString();
  const turn = Math.floor(n / 4) - (n % 4 === 3 ? downFor : 0);
  // Of a fleet only some use their quota up.
  const group = fleet === undefined ? turn : Math.abs(turn) % (n % 4 === 1 ? Math.ceil(fleet / 50) : fleet);
  const workspace =
    fleet === undefined ? `bench-${run}-${group < 0 ? `new${-group}` : group}` : `customer-${String(group).padStart(5, '0')}`;
  const common = `"workspace_id":"${workspace}","partner_id":"${partner}","triggered_at":"${at}","trace_number":${n}`;
  const account = `"whatsapp_account_id":${Math.abs(group) + 1},"phone_number_e164":"+34600${String(Math.abs(group)).padStart(6, '0')}","user_id":98765`;
  switch (n % 4) {
    case 0:
      return `{${common},"event_type":"whatsapp_account:disconnected",${account},"disconnected_at":"${at}","reason":"(logged out)"}`;
    case 1:
      return `{${common},"event_type":"workspace:quota_full:messaging","messaging_quota_total":100000,"messaging_quota_used":100000,"current_period_start":"2026-11-01T00:00:00.000Z","current_period_end":"2026-11-30T23:59:59.000Z","utilization_pct":100}`;
    case 2:
      return `{${common},"event_type":"api_token:rotated","rotated_at":"${at}"}`;
    default:
      return `{${common},"event_type":"whatsapp_account:connected",${account}}`;
  }
}

const marker = Buffer.from('"trace_number":');
const blank = Buffer.from('\r\n\r\n');
const okReply = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';

async function receive(heard: (n: number) => void): Promise<net.Server> {
  const server = net.createServer((socket) => {
    let rest: Buffer = Buffer.alloc(0);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let answers = '';
      for (;;) {
        const end = rest.indexOf(blank);
        if (end < 0) break;
        const length = Number(/content-length: (\d+)/i.exec(rest.toString('latin1', 0, end))?.[1] ?? 0);
        if (rest.length < end + 4 + length) break;
        const payload = rest.subarray(end + 4, end + 4 + length);
        const at = payload.lastIndexOf(marker);
        if (at >= 0) heard(Number.parseInt(payload.toString('latin1', at + marker.length, at + marker.length + 12), 10));
        answers += okReply;
        rest = rest.subarray(end + 4 + length);
      }
      if (answers) socket.write(answers);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function load(
  options: Options,
  sentAt: Map<number, number>,
  startAt: number,
): Promise<Omit<LoadResult, 'received' | 'endToEndMs' | 'seconds'>> {
  const run = Math.random().toString(36).slice(2, 8);
  const ackMs: number[] = [];
  let next = startAt;
  let answered = 0;
  let refused = 0;
  let token = sign(options.secret, options.partner);
  const resign = setInterval(() => {
    token = sign(options.secret, options.partner);
  }, 1000);
  const until = performance.now() + options.seconds * 1000;
  const began = performance.now();

  const connection = () =>
    new Promise<void>((resolve, reject) => {
      const socket = net.connect(options.port, '127.0.0.1');
      socket.setNoDelay(true);
      let current = 0;
      let begun = 0;
      const send = () => {
        if (performance.now() > until) {
          socket.end();
          resolve();
          return;
        }
        if (options.rate !== undefined) {
          // A slot on the common timetable, whichever connection is free takes it.
          const due = began + ((next - startAt) * 1000) / options.rate;
          const wait = due - performance.now();
          if (wait > 1) {
            setTimeout(send, wait);
            return;
          }
        }
        current = next++;
        const payload = body(current, options, run);
        begun = performance.now();
        sentAt.set(current, begun);
        socket.write(
          `POST /webhooks/timelinesai HTTP/1.1\r\nhost: relay\r\ncontent-type: application/json\r\nx-tl-partner-id: ${options.partner}\r\nx-tl-signature: ${token}\r\ncontent-length: ${Buffer.byteLength(payload)}\r\n\r\n${payload}`,
        );
      };
      let rest = '';
      socket.on('connect', send);
      socket.on('error', reject);
      socket.on('data', (chunk) => {
        rest += chunk.toString('latin1');
        const end = rest.indexOf('\r\n\r\n');
        if (end < 0) return;
        const length = Number(/content-length: (\d+)/i.exec(rest)?.[1] ?? 0);
        if (rest.length < end + 4 + length) return;
        if (rest.startsWith('HTTP/1.1 200')) {
          answered++;
          ackMs.push(performance.now() - begun);
        } else {
          refused++;
          sentAt.delete(current);
        }
        rest = '';
        send();
      });
    });
  await Promise.all(Array.from({ length: options.connections }, connection));
  clearInterval(resign);
  return { sent: next - startAt, answered, refused, ackMs };
}

// Speaks with its parent: {options} in, {port} of the receiver and a result out.
const sentAt = new Map<number, number>();
let endToEndMs: number[] = [];
let received = 0;
let nextNumber = 0;
let lastHeard = 0;
const server = await receive((n) => {
  const begun = sentAt.get(n);
  if (begun === undefined) return;
  sentAt.delete(n);
  received++;
  lastHeard = performance.now();
  endToEndMs.push(lastHeard - begun);
});
process.send?.({ receiver: (server.address() as net.AddressInfo).port });
process.on('message', async (options: Options) => {
  endToEndMs = [];
  received = 0;
  sentAt.clear();
  const began = performance.now();
  lastHeard = began;
  const result = await load(options, sentAt, nextNumber);
  nextNumber += result.sent;
  const ended = performance.now();
  // Until the last is heard, or nothing has come for five seconds.
  while (options.deliver && received < result.answered && performance.now() - Math.max(lastHeard, ended) < 5000) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  const seconds = (options.deliver ? Math.max(lastHeard, ended) : ended) - began;
  process.send?.({ ...result, received, endToEndMs, seconds: seconds / 1000 } satisfies LoadResult);
});
process.on('disconnect', () => process.exit(0));
