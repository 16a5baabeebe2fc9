// Plays the story: sends each webhook, does what goes wrong, and waits until what was promised has arrived.
import { setTimeout as pause } from 'node:timers/promises';
import { type Poster, posterTo, type WebhookAnswer } from '../src/cli/post-webhook.ts';
import { sampleWebhook } from '../src/in-force/sample-webhook.ts';
import type { DemoConfig } from './config.ts';
import { type RelayProcess, startRelay } from './relay-process.ts';
import { type Act, type Scene, type Step, story, type Webhook } from './story.ts';
import { fits, type Played } from './verdict.ts';
import type { World } from './world.ts';

export const partner = 'partner_demo';
const arrivesWithinMs = 60_000;
/** Whatever is one too many comes right behind the rest; the holds of what must stay silent are long over then. */
const silentMs = 2000;

/** The relay that runs now; another one after a kill. */
export type Stage = { relay: RelayProcess; settings: Record<string, string>; config: DemoConfig; world: World };
export type Told = {
  scene(scene: Scene, at: number): void;
  webhook(step: Step & { send: Webhook }, answer: WebhookAnswer): void;
  act(step: Step & { act: Act }): void;
};

/** `pauseMs`: before each scene, for whoever watches; before each step a little. Ends early where `signal` fires. */
export async function play(stage: Stage, told: Told, pauseMs: number, signal: AbortSignal): Promise<Played[]> {
  const { world } = stage;
  const url = `http://127.0.0.1:${stage.relay.port}`;
  const genuine = posterTo(url, { partner, secret: stage.settings.PARTNER_SECRET, token: undefined });
  const forger = posterTo(url, { partner, secret: 'not-the-secret-of-this-relay', token: undefined });
  const played: Played[] = [];
  let body = '';
  const post = async (step: Step & { send: Webhook }, poster: Poster) => {
    if (step.send.odd !== 'again') body = bodyOf(step.send);
    const answer = await poster.post(body);
    told.webhook(step, answer);
    played.push({ step, answer });
  };
  for (const [at, scene] of story.entries()) {
    if (at > 0) await pause(pauseMs);
    if (signal.aborted) break;
    told.scene(scene, at + 1);
    for (const [nth, step] of scene.steps.entries()) {
      // Short enough to come back within the shortest hold.
      if (nth > 0) await pause(Math.min(1500, pauseMs / 4));
      if (signal.aborted) break;
      const before = world.arrivals.length;
      if ('send' in step) await post(step, step.send.odd === 'forged' ? forger : genuine);
      else {
        await doing[step.act](stage);
        told.act(step);
        played.push({ step });
      }
      const since = () => world.arrivals.slice(before);
      await world.until(() => step.heard.every((heard) => since().some((one) => fits(one, heard))), arrivesWithinMs);
    }
  }
  await Promise.all([genuine.close(), forger.close()]);
  await world.until(() => false, silentMs);
  return played;
}

const doing: Readonly<Record<Act, (stage: Stage) => Promise<void> | void>> = {
  'billing breaks': ({ world }) => world.receiver.break(true),
  'billing works': ({ world }) => world.receiver.break(false),
  'all break': async ({ relay, world }) => {
    // What is on the wire when a process dies may be sent again; from here on nothing gets through, so that once means once.
    await nothingLeased(relay);
    world.break();
  },
  'all work': ({ world }) => world.mend(),
  'relay is killed': async ({ relay }) => {
    await relay.kill();
  },
  'relay starts': async (stage) => {
    const { port, adminPort } = stage.relay;
    stage.relay = await startRelay({ ...stage.settings, PORT: String(port), ADMIN_PORT: String(adminPort) });
  },
  'mistake is saved': ({ config }) => config.write(config.mistaken),
  'mistake is mended': async (stage) => {
    stage.config.write(stage.config.mended);
    await allWell(stage.relay);
  },
};

const nothingLeased = ({ adminPort }: RelayProcess) =>
  asks<{ items: unknown[] }>(`http://127.0.0.1:${adminPort}/api/v1/deliveries?state=leased`, ({ items }) => items.length === 0);
const allWell = ({ port }: RelayProcess) =>
  asks<{ degraded: unknown[] }>(`http://127.0.0.1:${port}/readyz`, ({ degraded }) => degraded.length === 0);

async function asks<T>(url: string, holds: (answer: T) => boolean): Promise<void> {
  for (const end = Date.now() + arrivesWithinMs; Date.now() < end; await pause(100)) {
    if (holds((await (await fetch(url)).json()) as T)) return;
  }
}

const phones: Readonly<Record<string, string>> = {
  northwind: '+34600111001',
  corner: '+441632960002',
  lumen: '+441632960003',
  atlas: '+4930111004',
};

function bodyOf({ event, workspace, percent }: Webhook): string {
  const phone = phones[workspace];
  const particulars = {
    ...{ workspace, partner, at: Date.now() },
    ...(phone !== undefined && { phone }),
    ...(percent !== undefined && { percent }),
  };
  return JSON.stringify(sampleWebhook(event, particulars));
}
