// How a report that is too long for one piece goes over a real socket: no faster than it is read, no further than somebody listens.
import { get, type IncomingMessage } from 'node:http';
import { afterEach, expect, test, vi } from 'vitest';
import type { AdminParts } from '../../src/admin/parts.ts';
import { pack } from '../../src/report.ts';
import { rulesOf } from '../decide/paper.ts';
import { ask } from './ask.ts';
import { type Line, openListener, someParts } from './doorway.ts';

const pieces = 400;
const path = '/api/v1/reports/security?month=2026-11&format=';
/** No kernel takes so much of what nobody reads. */
const text = (n: number) => `${JSON.stringify({ n, reason: 'x'.repeat(64 * 1024) })}\r\n`;

let close = async () => {};
afterEach(() => close());

async function open(mask: (text: string) => string = (said) => said) {
  const stage = { asked: 0, told: 0, lines: [] as Line[], port: 0 };
  const about = {
    report: 'security',
    month: '2026-11',
    timezone: 'UTC',
    from: '2026-11-01T00:00:00.000Z',
    until: '2026-12-01T00:00:00.000Z',
  };
  const read = {
    report: async () => {
      stage.asked += 1;
      const all = Array.from({ length: pieces }, (_, n) => pack(text(n)));
      return { ...about, complete: true, count: pieces, totals: {}, heads: [], cells: [], pieces: all };
    },
  } as unknown as AdminParts['read'];
  const told = (said: string) => {
    stage.told += 1;
    return mask(said);
  };
  const inForce = { mask: told, rules: () => rulesOf([]) } as unknown as AdminParts['inForce'];
  const { parts, lines } = someParts({ read, inForce });
  const listener = await openListener({ parts: () => parts });
  close = listener.close;
  return Object.assign(stage, { port: listener.port, lines });
}

const begun = (port: number): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => void get({ host: '127.0.0.1', port, path: `${path}csv`, agent: false }, resolve).on('error', reject));

/** Nothing more is told: the same number for so many turns of the loop. */
async function settled(stage: { told: number }): Promise<number> {
  for (let last = -1, turns = 0; turns < 200; turns = stage.told === last ? turns + 1 : 0) {
    last = stage.told;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return stage.told;
}

test('HEAD says what form a report would have, and makes none', async () => {
  const stage = await open();
  for (const [form, type] of [
    ['csv', 'text/csv; charset=utf-8'],
    ['json', 'application/json; charset=utf-8'],
  ] as const) {
    const { status, headers } = await ask(stage.port, `${path}${form}`, { method: 'HEAD' });
    expect({ status, type: headers['content-type'] }).toEqual({ status: 200, type });
  }
  expect(stage.asked).toBe(0);
});

test('to one who reads slowly it is told no faster than it is read, and then whole', async () => {
  const stage = await open();
  const reply = await begun(stage.port);
  reply.pause();
  expect(await settled(stage)).toBeLessThan(pieces);
  let length = 0;
  for await (const chunk of reply) length += (chunk as Buffer).length;
  expect(stage.told).toBe(pieces);
  expect(length).toBe(Array.from({ length: pieces }, (_, n) => text(n).length).reduce((sum, one) => sum + one));
});

test('for one who goes away in the middle nothing more is told', async () => {
  const stage = await open();
  const reply = await begun(stage.port);
  reply.on('error', () => {});
  reply.destroy();
  expect(await settled(stage)).toBeLessThan(pieces);
  expect((await ask(stage.port, `${path}csv`)).status).toBe(200);
});

test('one that breaks in the middle is cut, so that nobody takes a part for the whole, and the log says so', async () => {
  let left = 100;
  const stage = await open((said) => {
    left -= 1;
    if (left < 0) throw new Error('no more');
    return said;
  });
  await expect(ask(stage.port, `${path}csv`)).rejects.toThrow('aborted');
  await vi.waitFor(() => expect(stage.lines).toMatchObject([{ level: 'warn', message: 'admin.failed', err: { message: 'no more' } }]));
  expect((await ask(stage.port, '/api/v1/nothing')).status).toBe(404);
});

test('what waits to be sent is a fraction of what it says', () => {
  const row = (n: number) =>
    JSON.stringify({ workspace: `workspace-${n}`, number: `+•••••••${n}`, from: '2026-11-01T00:00:00.000Z', minutes: n });
  const said = Array.from({ length: 600 }, (_, n) => row(n)).join(',');
  expect(pack(said).byteLength * 5).toBeLessThan(said.length);
});
