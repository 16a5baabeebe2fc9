// A watch outside hears once a minute that the relay is well, and nothing when it is not. Over a real socket, with a clock that the test moves.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startLoop } from '../../src/chores/loop.ts';
import { openPing } from '../../src/chores/ping.ts';
import { virtualClock } from '../clock.ts';
import { until } from '../story/world.ts';

async function watch(answer: (reply: ServerResponse) => void = (reply) => void reply.end('OK')) {
  const asked: string[] = [];
  const say = { answer };
  const server = createServer((request, reply) => {
    asked.push(`${request.method} ${request.url}`);
    say.answer(reply);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, say, url: `http://127.0.0.1:${port}/ping/a-secret-of-mine?status=up` };
}

async function relay(pingUrl: string | undefined, timeoutMs = 5000) {
  const clock = virtualClock();
  const outcomes: string[] = [];
  const lines: { message: string; error?: string }[] = [];
  const state = { well: true };
  const say = (fields: { error?: string }, message: string) => void lines.push({ ...fields, message });
  const ping = openPing({
    settings: { ...(pingUrl !== undefined && { pingUrl }), proxy: {} },
    well: () => state.well,
    pinged: (outcome) => void outcomes.push(outcome),
    log: { info: say, warn: say },
    timeoutMs,
  });
  const loop = startLoop({
    ticker: clock,
    tick: async () => undefined,
    chores: [{ everyMs: 60_000, run: ping.run }],
    failed: expect.unreachable,
  });
  onTestFinished(async () => {
    await loop.stop();
    await ping.close();
  });
  return {
    outcomes,
    lines,
    state,
    ping,
    /** A minute of the relay, and the answer to its ping. */
    minute: async (pings = 1) => {
      const before = outcomes.length;
      await clock.advance(60_000);
      await until('the outcome of the ping', () => outcomes.length === before + pings);
    },
    clock,
  };
}

test('once a minute while the relay is well, and not while it is not', async () => {
  const { asked, url } = await watch();
  const { minute, state, outcomes, clock, lines } = await relay(url);
  expect(asked).toEqual([]);
  await minute();
  await minute();
  expect(asked).toEqual(Array(2).fill('GET /ping/a-secret-of-mine?status=up'));
  state.well = false;
  await clock.advance(5 * 60_000);
  state.well = true;
  await minute();
  expect(asked).toHaveLength(3);
  expect(outcomes).toEqual(Array(3).fill('answered'));
  expect(lines).toEqual([]);
});

test('a watch that says no is logged when that begins and when it is over, and its address is never said', async () => {
  const { say, url } = await watch((reply) => void reply.writeHead(404).end());
  const { minute, lines, outcomes } = await relay(url);
  for (let n = 0; n < 3; n++) await minute();
  say.answer = (reply) => void reply.writeHead(202).end();
  await minute();
  await minute();
  say.answer = (reply) => void reply.writeHead(301, { location: 'https://elsewhere.example/' }).end();
  await minute();
  expect(outcomes).toEqual(['failed', 'failed', 'failed', 'answered', 'answered', 'failed']);
  expect(lines.map(({ message }) => message)).toEqual(['ping.failed', 'ping.answered_again', 'ping.failed']);
  expect(lines[0]!.error).toContain('HTTP 404');
  expect(lines[2]!.error).toContain('redirects are not followed');
  expect(JSON.stringify(lines)).not.toContain('secret');
});

test('a watch that hangs holds nothing up: it is asked again when the time of the first try is over', async () => {
  const { asked, url } = await watch(() => {});
  const { minute, clock, outcomes, lines } = await relay(url, 300);
  await clock.advance(60_000);
  await clock.advance(60_000);
  await until('the end of the try', () => outcomes.length === 1);
  expect(asked).toHaveLength(1);
  await minute();
  expect(asked).toHaveLength(2);
  expect(lines).toHaveLength(1);
  expect(lines[0]!.error).toContain('not within 0.3 s');
});

test('a watch that is gone is told by its host alone', async () => {
  const { minute, lines } = await relay('http://127.0.0.1:1/ping/a-secret-of-mine');
  await minute();
  expect(lines).toEqual([{ message: 'ping.failed', error: 'could not reach 127.0.0.1:1: connection refused (ECONNREFUSED)' }]);
});

test('a stop breaks off the try under way and counts it as nothing', async () => {
  const { asked, url } = await watch(() => {});
  const { ping, clock, outcomes, lines } = await relay(url);
  await clock.advance(60_000);
  await until('the watch to be asked', () => asked.length === 1);
  await ping.close();
  ping.run();
  expect([outcomes, lines]).toEqual([[], []]);
});

test('without PING_URL nobody is asked', async () => {
  const { clock, outcomes } = await relay(undefined);
  await clock.advance(5 * 60_000);
  expect(outcomes).toEqual([]);
});
