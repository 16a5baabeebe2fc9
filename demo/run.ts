// The demo from start to end: a relay and a receiver come up, the story is sent webhook by webhook, and beside each stands what arrived.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { posterTo } from '../src/cli/post-webhook.ts';
import { sampleWebhook } from '../src/cli/sample-webhook.ts';
import { note, print, printJson } from '../src/cli/screen.ts';
import { type Arrival, openReceiver, type Receiver } from './receiver.ts';
import { type RelayProcess, startRelay } from './relay-process.ts';
import { head, rowOf, verdictText } from './shown.ts';
import { stay } from './stay.ts';
import { story } from './story.ts';
import { judge, type Sent } from './verdict.ts';

const partner = 'partner_demo';
const arrivesWithinMs = 15_000;

export async function runDemo({ once, json }: { once: boolean; json: boolean }): Promise<0 | 1> {
  const say = json ? () => {} : print;
  const temp = mkdtempSync(join(tmpdir(), 'timelines-relay-demo-'));
  const signingSecret = `whsec_${randomBytes(24).toString('base64')}`;
  const receiver = await openReceiver(signingSecret);
  const asked = interruption();
  let relay: RelayProcess | undefined;
  try {
    const settings = settingsOf(temp, receiver, signingSecret);
    relay = await startRelay(settings);
    const ends = once ? '' : ' Ctrl-C ends both.';
    say(`A relay with demo/config (holds of minutes are seconds here), and a receiver for what it sends.${ends}\n`);
    say(head);
    const sent = await Promise.race([play(relay, settings, receiver, say), asked.interrupted]);
    if (sent === undefined) return 1;
    const open = await notDelivered(relay);
    // What arrives while it stops counts as well.
    const code = once ? await relay.stop() : 0;
    const verdict = judge(sent, receiver.arrivals);
    verdict.tooMuch.push(...open);
    if (code !== 0) verdict.missing.push(`the relay should stop with exit code 0, but it was ${code}`);
    const kept = verdict.missing.length + verdict.tooMuch.length === 0;
    if (json)
      printJson({ ok: kept, sent: sent.map(({ step, answer }) => ({ ...step, ...answer })), arrived: receiver.arrivals, ...verdict });
    else print(`\n${verdictText(verdict, sent.length)}`);
    if (!once) await stay(relay, settings, receiver, temp, asked.interrupted);
    return kept ? 0 : 1;
  } catch (error) {
    if (relay !== undefined) note(`What the relay logged last:\n${relay.log()}`);
    throw error;
  } finally {
    await relay?.stop();
    await receiver.close();
    rmSync(temp, { recursive: true, force: true });
    asked.off();
  }
}

function settingsOf(temp: string, receiver: Receiver, signingSecret: string): Record<string, string> {
  return {
    PORT: '0',
    HOST: '127.0.0.1',
    ADMIN_PORT: '0',
    PARTNER_ID: partner,
    PARTNER_SECRET: randomBytes(24).toString('hex'),
    CONFIG_DIR: join(import.meta.dirname, 'config'),
    DATABASE_URL: `sqlite:${join(temp, 'relay.db')}`,
    DEMO_OPS_URL: receiver.url('ops'),
    DEMO_OWNER_URL: receiver.url('owner'),
    DEMO_BILLING_URL: receiver.url('billing'),
    DEMO_SIGNING_SECRET: signingSecret,
  };
}

/** One webhook after the other, each with what came of it; ends when what must stay silent has had the time to speak. */
async function play(
  relay: RelayProcess,
  settings: Record<string, string>,
  receiver: Receiver,
  say: (text: string) => void,
): Promise<Sent[]> {
  const url = `http://127.0.0.1:${relay.port}`;
  const genuine = posterTo(url, { partner, secret: settings.PARTNER_SECRET, token: undefined });
  const forger = posterTo(url, { partner, secret: 'not-the-secret-of-this-relay', token: undefined });
  const sent: Sent[] = [];
  let body = '';
  let silentUntil = 0;
  for (const step of story) {
    if (step.again === undefined) body = bodyOf(step);
    const answer = await (step.forged ? forger : genuine).post(body);
    const about = (one: Arrival) => answer.duplicate !== true && one.eventId === answer.id;
    await receiver.until(() => receiver.arrivals.filter(about).length >= step.promised.length, arrivesWithinMs);
    sent.push({ step, answer });
    say(rowOf(sent.length, { step, answer }, receiver.arrivals.filter(about)));
    if (step.silentMs !== undefined) silentUntil = Date.now() + step.silentMs + 1000;
  }
  await receiver.until(() => false, Math.max(0, silentUntil - Date.now()));
  await Promise.all([genuine.close(), forger.close()]);
  return sent;
}

const phones: Readonly<Record<string, string>> = { northwind: '+34600111001', harbor: '+34600111002' };

function bodyOf({ event, workspace, percent }: (typeof story)[number]): string {
  const phone = phones[workspace];
  const particulars = {
    workspace,
    partner,
    at: Date.now(),
    ...(phone === undefined ? {} : { phone }),
    ...(percent === undefined ? {} : { percent }),
  };
  return JSON.stringify(sampleWebhook(event, particulars));
}

/** The receiver has heard all: has the relay nothing left to send? */
async function notDelivered({ adminPort }: RelayProcess): Promise<string[]> {
  const reply = await fetch(`http://127.0.0.1:${adminPort}/api/v1/deliveries?limit=200`);
  const { items } = (await reply.json()) as { items: { id: string; state: string; destination: string }[] };
  return items
    .filter(({ state }) => state !== 'delivered')
    .map(({ id, state, destination }) => `the relay has a message for ${destination} that is ${state} (${id})`);
}

/** Ctrl-C, or whoever else ends it: the first asks, and all is taken down in order. */
function interruption(): { interrupted: Promise<undefined>; off(): void } {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const end = () => resolve(undefined);
  for (const signal of signals) process.on(signal, end);
  return {
    interrupted: promise,
    off: () => {
      for (const signal of signals) process.off(signal, end);
    },
  };
}
