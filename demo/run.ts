// The demo from start to end: a relay comes up between a Slack, a mail server and a reseller's system, all on this machine; the story is played,
// told in the terminal and on a page; then it is judged.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { note, paint, print, printJson } from '../src/cli/screen.ts';
import { makeConfig } from './config.ts';
import { openPage } from './page.ts';
import { partner, play, type Stage, type Told } from './play.ts';
import { startRelay } from './relay-process.ts';
import { actLine, arrivalLines, sceneLine, verdictText, webhookLine } from './shown.ts';
import { stay } from './stay.ts';
import { judge, type Played } from './verdict.ts';
import { openWorld, type World } from './world.ts';

export type DemoOptions = { once: boolean; json: boolean; pauseMs: number };

export async function runDemo({ once, json, pauseMs }: DemoOptions): Promise<0 | 1> {
  const say = json ? () => {} : print;
  const temp = mkdtempSync(join(tmpdir(), 'timelines-relay-demo-'));
  const clean = () => rmSync(temp, { recursive: true, force: true });
  // `npm run demo | head` ends without coming back here.
  process.once('exit', clean);
  const asked = interruption();
  const world = await openWorld();
  const page = await openPage(world);
  let stage: Stage | undefined;
  try {
    const config = makeConfig(join(temp, 'config'));
    const settings = settingsOf(temp, world);
    stage = { relay: await startRelay(settings), settings, config, world };
    say(opening(page.url, once));
    world.onArrival((arrival) => say(arrivalLines(arrival).join('\n')));
    const played = await Promise.race([play(stage, both(page.told, inWords(say)), pauseMs, asked.signal), asked.interrupted]);
    if (played === undefined) return 1;
    const open = await notDelivered(stage);
    // What arrives while it stops counts as well.
    const code = once ? await stage.relay.stop() : 0;
    const verdict = judge(played, world.arrivals);
    verdict.tooMuch.push(...open);
    if (code !== 0) verdict.missing.push(`the relay should stop with exit code 0, but it was ${code}`);
    const kept = verdict.missing.length + verdict.tooMuch.length === 0;
    page.verdict(verdict);
    if (json) printJson({ ok: kept, ...verdict, played: played.map(plainly), arrived: world.arrivals.map(briefly) });
    else print(`\n${verdictText(verdict)}`);
    if (!once) await stay(stage, page.url, asked.interrupted);
    return kept ? 0 : 1;
  } catch (error) {
    if (stage !== undefined) note(`What the relay logged last:\n${stage.relay.log()}`);
    throw error;
  } finally {
    await stage?.relay.stop();
    await Promise.all([world.close(), page.close()]);
    clean();
    process.off('exit', clean);
    asked.off();
  }
}

const opening = (
  url: string,
  once: boolean,
): string => `A morning of a reseller, in a minute or two. Slack, mail and billing are on this machine; nothing leaves it.
The rules are config/routes.yaml with every duration divided by 60: what holds 5 minutes holds 5 seconds.
What each reader sees: ${paint('cyan', url)}${once ? '' : '   Ctrl-C ends all.'}`;

const inWords = (say: (text: string) => void): Told => ({
  scene: (scene, at) => say(sceneLine(scene, at)),
  webhook: (step, answer) => say(webhookLine(step, answer, new Date())),
  act: (step) => say(actLine(step, new Date())),
});

const both = (one: Told, other: Told): Told => ({
  scene: (...what) => [one, other].forEach(({ scene }) => void scene(...what)),
  webhook: (...what) => [one, other].forEach(({ webhook }) => void webhook(...what)),
  act: (...what) => [one, other].forEach(({ act }) => void act(...what)),
});

const plainly = ({ step, answer }: Played) => ({ ...step, ...answer });
const briefly = ({ by, where, how, words, id, at }: World['arrivals'][number]) => ({ by, where, how, words, id, at });

function settingsOf(temp: string, world: World): Record<string, string> {
  return {
    PORT: '0',
    HOST: '127.0.0.1',
    ADMIN_PORT: '0',
    PARTNER_ID: partner,
    PARTNER_SECRET: randomBytes(24).toString('hex'),
    CONFIG_DIR: join(temp, 'config'),
    DATABASE_URL: `sqlite:${join(temp, 'relay.db')}`,
    ...world.settings,
  };
}

/** All was heard that was promised: has the relay nothing left to send? */
async function notDelivered({ relay }: Stage): Promise<string[]> {
  const reply = await fetch(`http://127.0.0.1:${relay.adminPort}/api/v1/deliveries?limit=200`);
  const { items } = (await reply.json()) as { items: { id: string; state: string; destination: string }[] };
  return items
    .filter(({ state }) => state !== 'delivered')
    .map(({ id, state, destination }) => `the relay has a message for ${destination} that is ${state} (${id})`);
}

/** Ctrl-C, or whoever else ends it: the first asks, and all is taken down in order. */
function interruption(): { interrupted: Promise<undefined>; signal: AbortSignal; off(): void } {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const controller = new AbortController();
  const end = () => {
    controller.abort();
    resolve(undefined);
  };
  for (const signal of signals) process.on(signal, end);
  return {
    interrupted: promise,
    signal: controller.signal,
    off: () => {
      for (const signal of signals) process.off(signal, end);
    },
  };
}
