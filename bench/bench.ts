// npm run bench: the relay as users run it, beside a bare Fastify and a bare outbox in the same run. Three rounds, medians, ratios. Then what one
// decision costs. One part alone: npm run bench -- decision, or -- timelines, or -- pages.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureDecisions } from './decision.ts';
import { child, connections, heard, machine, median, percentile, run, say, startRelay, stop, stopAll, temp } from './processes.ts';

const rounds = Number(process.env.BENCH_ROUNDS ?? 3);
const seconds = Number(process.env.BENCH_SECONDS ?? 8);
const shown = (value: number) => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2));

const routes = (receiver: number) => `version: 1
timezone: UTC
destinations:
  receiver: { plugin: http, url: "http://127.0.0.1:${receiver}/", allow_private: yes, concurrency: ${connections} }
routes:
  - { name: all, send: [receiver] }
fallback: { send: [receiver] }
operator: receiver
`;

const residentMb = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
const cpuSeconds = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
};

type Figures = Record<string, number>;

async function round(number: number): Promise<Figures> {
  const load = child('load.ts');
  const { receiver } = await heard<{ receiver: number }>(load);

  const fastify = child('bare-fastify.ts');
  const bare = await run(load, { port: (await heard<{ port: number }>(fastify)).port, deliver: false, seconds });
  await stop(fastify);

  const outbox = child('bare-outbox.ts', [join(temp, `outbox-${number}.db`), String(receiver)]);
  const least = await run(load, { port: (await heard<{ port: number }>(outbox)).port, deliver: true, seconds });
  await stop(outbox);

  const relay = await startRelay(routes(receiver));
  const pid = relay.process.pid!;
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const idleMb = residentMb(pid);
  await run(load, { port: relay.port, deliver: true, rate: 200, seconds: 2 });
  const calm = await run(load, { port: relay.port, deliver: true, rate: 200, seconds });
  const before = cpuSeconds(pid);
  const full = await run(load, { port: relay.port, deliver: true, seconds });
  const cpu = cpuSeconds(pid) - before;
  const loadedMb = residentMb(pid);
  await stop(relay.process);
  await stop(load);
  if (full.received !== full.answered) say(`  ! ${full.answered - full.received} of ${full.answered} accepted events did not arrive`);
  return {
    'bare Fastify, answered/s': bare.answered / bare.seconds,
    'bare outbox, delivered/s': least.received / least.seconds,
    'relay, accepted/s': full.answered / seconds,
    'relay, accepted and delivered/s': full.received / full.seconds,
    'relay, CPU µs an event': (cpu / full.received) * 1e6,
    'relay at 200/s, ack p50 ms': percentile(calm.ackMs, 0.5),
    'relay at 200/s, ack p99 ms': percentile(calm.ackMs, 0.99),
    'relay at 200/s, end to end p50 ms': percentile(calm.endToEndMs, 0.5),
    'relay at 200/s, end to end p99 ms': percentile(calm.endToEndMs, 0.99),
    'relay, first 200 after ms': relay.readyMs,
    'relay, idle MB': idleMb,
    'relay, MB after the load': loadedMb,
    'relay, refused or lost': full.refused + full.answered - full.received,
  };
}

const decisionLines = (figures: Figures) =>
  Object.entries(figures).map(([name, value]) => `${name.padEnd(36)} ${shown(value).padStart(10)}`);

/** One part alone ends here. */
async function part(name: string): Promise<never> {
  const json = process.argv.includes('--json');
  try {
    if (name === 'decision') {
      const figures = await measureDecisions();
      const text = [machine, '', ...decisionLines(figures)].join('\n');
      process.stdout.write(json ? `${JSON.stringify(figures)}\n` : `${text}\n`);
    } else if (name === 'timelines') await import('./timelines.ts');
    else if (name === 'pages') process.exitCode = await (await import('./pages.ts')).measurePages(json);
    else {
      say(`there is no part ${name}; the parts are decision, timelines and pages`);
      process.exitCode = 2;
    }
  } finally {
    await stopAll();
  }
  process.exit();
}

const asked = process.argv.slice(2).find((one) => !one.startsWith('--'));
if (asked !== undefined) await part(asked);

try {
  const all: Figures[] = [];
  for (let number = 1; number <= rounds; number++) {
    say(`round ${number} of ${rounds} …`);
    all.push(await round(number));
  }
  const middle: Figures = Object.fromEntries(Object.keys(all[0]!).map((name) => [name, median(all.map((one) => one[name]!))]));
  const lines = Object.entries(middle).map(
    ([name, value]) => `${name.padEnd(36)} ${shown(value).padStart(10)}   (${all.map((one) => shown(one[name]!)).join(' · ')})`,
  );
  say('one decision …');
  const decision = await measureDecisions();
  const end = middle['relay, accepted and delivered/s']!;
  const ratio = (of: string) => `${(end / middle[of]!).toFixed(2)} of the ${of.split(',')[0]}`;
  const text = [
    `${machine}, ${connections} connections, ${seconds} s, median of ${rounds}`,
    '',
    ...lines,
    '',
    ...decisionLines(decision),
    '',
    `ratio: ${ratio('bare Fastify, answered/s')}, ${ratio('bare outbox, delivered/s')}`,
  ].join('\n');
  process.stdout.write(process.argv.includes('--json') ? `${JSON.stringify({ median: middle, rounds: all, decision })}\n` : `${text}\n`);
} finally {
  await stopAll();
}
