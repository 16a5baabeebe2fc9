// npm run bench -- pages: how long every page and list takes over a million events, a hundred thousand incidents and twenty thousand workspaces while
// webhooks come in at 500 a second, and what the asking costs the webhooks. Ends with 1 where a bound is broken. PAGES_EVENTS, PAGES_INCIDENTS,
// PAGES_WORKSPACES and PAGES_ROUNDS make it smaller.
import { join } from 'node:path';
import { filledStore } from './pages-fill.ts';
import { destinations } from './pages-month.ts';
import { type Question, questionsOf } from './pages-questions.ts';
import { child, heard, machine, median, percentile, run, say, startRelay, stop, temp } from './processes.ts';

const shape = {
  events: Number(process.env.PAGES_EVENTS ?? 1_000_000),
  incidents: Number(process.env.PAGES_INCIDENTS ?? 100_000),
  workspaces: Number(process.env.PAGES_WORKSPACES ?? 20_000),
};
const rounds = Number(process.env.PAGES_ROUNDS ?? 100);
const rate = 500;
/** One is asked after the other: quickly, for how long each takes; and as ten people do who look at something every two seconds, for what it costs
 * the webhooks. */
const asksPerSecond = { quick: 25, people: 5 };
const cycles = Number(process.env.PAGES_CYCLES ?? 6);
const bounds = { medianMs: 100, p99Ms: 300, pageKb: 200, ackGrowth: 1.2 };

const routes = (receiver: number) => `version: 1
timezone: UTC
destinations:
${destinations.map((name) => `  ${name}: { plugin: http, url: "http://127.0.0.1:${receiver}/${name}", allow_private: yes, concurrency: 32 }`).join('\n')}
routes:
  - { name: down, events: [disconnected, connected], send: [ops-slack] }
  - { name: quota, except: [{ workspace: nobody }], send: [billing] }
fallback: { send: [audit] }
operator: audit
`;

type Line = { name: string; ms: number[]; bytes: number; page: boolean; broken: string[] };

/** Answers the exit code. */
export async function measurePages(json: boolean): Promise<number> {
  const database = join(temp, 'pages.db');
  await filledStore(shape, database, say);
  const load = child('load.ts');
  const { receiver } = await heard<{ receiver: number }>(load);
  const relay = await startRelay(routes(receiver), database);
  const admin = `http://127.0.0.1:${relay.adminPort}`;
  const { questions, unasked } = await questionsOf(database, admin, shape.workspaces);
  for (const path of unasked) say(`not asked, for it needs an id: ${path}`);
  const webhooks = (seconds: number) => run(load, { port: relay.port, deliver: false, rate, seconds, fleet: shape.workspaces });

  const lines = questions.map((one): Line => ({ name: one.name, ms: [], bytes: 0, page: one.page, broken: [] }));
  const turns = turnsOf(questions);
  let asked = 0;
  /** Webhooks for so long, and questions beside them. */
  const both = async (seconds: number, perSecond: number, most: number): Promise<number[]> => {
    let over = false;
    const sending = webhooks(seconds).finally(() => {
      over = true;
    });
    while (!over && asked < most) {
      const { at, question, round } = turns(asked++);
      const begun = performance.now();
      await ask(admin, question, round, lines[at]!);
      await new Promise((resolve) => setTimeout(resolve, Math.max(1, 1000 / perSecond - (performance.now() - begun))));
    }
    return (await sending).ackMs;
  };

  say(`${questions.length} questions, ${rounds} rounds …`);
  await webhooks(3);
  for (const [at, one] of questions.entries()) await ask(admin, one, 0, lines[at]!);
  for (const line of lines) line.ms = [];
  const most = questions.length * rounds;
  const acks: Record<string, number[]> = {
    'nobody asks': [],
    [`${asksPerSecond.people} asked a second`]: [],
    [`${asksPerSecond.quick} asked a second`]: [],
  };
  const [alone, people, quick] = Object.values(acks) as [number[], number[], number[]];
  while (asked < most) {
    quick.push(...(await both(15, asksPerSecond.quick, most)));
    say(`${asked} of ${most}`);
  }
  // In turns, so that what else the machine does falls on both.
  for (let cycle = 0; cycle < cycles; cycle++) {
    alone.push(...(await webhooks(15)).ackMs);
    people.push(...(await both(15, asksPerSecond.people, Number.POSITIVE_INFINITY)));
    say(`what it costs the webhooks: ${cycle + 1} of ${cycles}`);
  }
  await stop(relay.process);
  await stop(load);
  return tell(json, lines, acks);
}

const turnsOf = (questions: readonly Question[]) => (asked: number) => {
  const at = asked % questions.length;
  return { at, question: questions[at]!, round: 1 + Math.floor(asked / questions.length) };
};

async function ask(admin: string, question: Question, round: number, line: Line): Promise<void> {
  const begun = performance.now();
  const answer = await fetch(admin + question.path(round), { headers: { accept: question.page ? 'text/html' : 'application/json' } });
  const { byteLength } = await answer.arrayBuffer();
  line.ms.push(performance.now() - begun);
  line.bytes = Math.max(line.bytes, byteLength);
  const wanted = question.name.includes(':masked') ? 404 : 200;
  if (answer.status !== wanted) line.broken.push(`${question.path(round)} answers ${answer.status}`);
}

function tell(json: boolean, lines: Line[], heard: Record<string, number[]>): number {
  const figures = lines.map(({ name, ms, bytes, page, broken }) => {
    const [mid, p95, p99] = [median(ms), percentile(ms, 0.95), percentile(ms, 0.99)];
    const found = [
      ...new Set(broken),
      ...(mid >= bounds.medianMs ? [`median of ${bounds.medianMs} ms`] : []),
      ...(p99 >= bounds.p99Ms ? [`p99 of ${bounds.p99Ms} ms`] : []),
      ...(page && bytes > bounds.pageKb * 1024 ? [`${bounds.pageKb} KB`] : []),
    ];
    return { name, median: mid, p95, p99, kb: bytes / 1024, broken: found };
  });
  const acks = Object.fromEntries(Object.entries(heard).map(([name, ms]) => [name, quantiles(ms)]));
  const [alone, people] = Object.values(acks);
  const slower = people!.p99 / alone!.p99;
  const broken = [
    ...figures.filter((one) => one.broken.length > 0).map((one) => `${one.name}: ${one.broken.join(', ')}`),
    ...(slower >= bounds.ackGrowth ? [`the webhooks' p99 grew to ${slower.toFixed(2)} of what it was`] : []),
  ];
  if (json) process.stdout.write(`${JSON.stringify({ machine, shape, figures, acks, broken })}\n`);
  else {
    const width = Math.max(...figures.map(({ name }) => name.length));
    const row = (name: string, ...values: string[]) => [name.padEnd(width), ...values.map((one) => one.padStart(8))].join(' ');
    const text = [
      `${machine}, ${Object.entries(shape)
        .map(([what, n]) => `${n.toLocaleString('en')} ${what}`)
        .join(', ')}, ${rate} webhooks/s, ${rounds} rounds`,
      '',
      row('', 'median', 'p95', 'p99', 'KB'),
      ...figures.map(
        (one) => row(one.name, ...[one.median, one.p95, one.p99, one.kb].map((n) => n.toFixed(1))) + (one.broken.length > 0 ? '  !' : ''),
      ),
      '',
      row('webhooks, ack ms', 'p50', 'p99'),
      ...Object.entries(acks).map(([name, { p50, p99 }]) => row(name, p50.toFixed(2), p99.toFixed(2))),
      '',
      ...(broken.length === 0 ? ['every bound is kept'] : ['broken:', ...broken]),
    ];
    process.stdout.write(`${text.join('\n')}\n`);
  }
  return broken.length === 0 ? 0 : 1;
}

const quantiles = (ms: number[]) => ({ p50: median(ms), p99: percentile(ms, 0.99) });
