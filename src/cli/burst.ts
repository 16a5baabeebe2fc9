// Many made-up webhooks at a steady rate, or as fast as they are answered: what `simulate --burst` sends.
import { setTimeout as wait } from 'node:timers/promises';
import { type Particulars, sampleWebhook } from '../in-force/sample-webhook.ts';
import { type EventType, eventTypes } from '../model.ts';
import { WrongCall } from './command.ts';
import type { Poster, WebhookAnswer } from './post-webhook.ts';
import { progress } from './screen.ts';

export type Burst = {
  count: number;
  /** Events a second; absent = as fast as answers come. */
  rate?: number;
  /** Event names in turn, each as often as its share. */
  names: readonly string[];
  /** Where absent, each event has a workspace of its own, so that none is taken for another's repeat. */
  workspace?: string;
  particulars: Omit<Particulars, 'workspace' | 'at'>;
};
export type BurstResult = {
  sent: number;
  accepted: number;
  duplicates: number;
  refused: Record<string, number>;
  seconds: number;
  answersPerSecond: number;
  ackMs: { p50: number; p99: number; max: number };
};

const connections = 64;

export async function sendBurst({ post }: Poster, burst: Burst): Promise<BurstResult> {
  const { count, rate, names, particulars } = burst;
  const run = Date.now().toString(36);
  const began = performance.now();
  const startedAt = Date.now();
  const answers: WebhookAnswer[] = [];
  let next = 0;
  const shown = progress(() => `${answers.length} of ${count} answered`);

  const one = (n: number): WebhookAnswer | Promise<WebhookAnswer> => {
    const workspace = burst.workspace ?? `burst-${run}-${n}`;
    // A millisecond apart, so that no two are one webhook; in the past, so that no clock finds them early.
    const webhook = sampleWebhook(names[n % names.length]!, { ...particulars, workspace, at: startedAt - count + n });
    return post(JSON.stringify(webhook));
  };
  const connection = async () => {
    while (next < count) {
      const n = next++;
      const early = rate === undefined ? 0 : began + (n * 1000) / rate - performance.now();
      if (early > 1) await wait(early);
      answers.push(await one(n));
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(connections, count) }, connection));
  } finally {
    shown.end();
  }
  return summary(answers, (performance.now() - began) / 1000);
}

function summary(answers: WebhookAnswer[], seconds: number): BurstResult {
  const refused: Record<string, number> = {};
  for (const { status } of answers) if (status !== 200) refused[status] = (refused[status] ?? 0) + 1;
  const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (share: number) => round(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0);
  return {
    sent: answers.length,
    accepted: answers.filter(({ status, duplicate }) => status === 200 && duplicate !== true).length,
    duplicates: answers.filter(({ duplicate }) => duplicate === true).length,
    refused,
    seconds: round(seconds),
    answersPerSecond: Math.round(answers.length / seconds),
    ackMs: { p50: at(0.5), p99: at(0.99), max: at(1) },
  };
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** `disconnected=7,messaging-90=3`: seven of one to three of the other; `all` is one of each. */
export function readMix(text: string): string[] {
  if (text === 'all') return [...eventTypes];
  return text.split(',').flatMap((part) => {
    const [name = '', share = '1'] = part.trim().split('=');
    if (!eventTypes.includes(name as Exclude<EventType, 'unknown'>))
      throw new WrongCall(`--mix names "${name}"; the events are ${eventTypes.join(', ')}.`);
    if (!/^[1-9]\d{0,3}$/.test(share)) throw new WrongCall(`--mix gives ${name} the share "${share}"; write a whole number, ${name}=3.`);
    return Array.from({ length: Number(share) }, () => name);
  });
}

/** `200`, `200/s`, `30/m`. */
export function readRate(text: string): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(?:\/(s|m))?$/.exec(text) ?? [];
  const rate = Number(number) / (unit === 'm' ? 60 : 1);
  if (!(rate > 0)) throw new WrongCall(`--rate is "${text}"; write 200/s or 30/m.`);
  return rate;
}
