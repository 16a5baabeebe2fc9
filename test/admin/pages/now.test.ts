// The page Now: what is open by how bad and how old, what comes and goes, what room the store has, and that nothing is wrong where nothing is.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { at, destination, route, rulesOf } from '../../decide/paper.ts';
import { accepted, busyDay } from '../busy.ts';
import { openPages, type Stage } from './stage.ts';

const gib = 1024 ** 3;
const rules = rulesOf([route('down', ['ops'], { events: ['disconnected'] })], {
  destinations: { ops: destination('ops') },
  operator: 'ops',
});
const degraded: { code: string; subject: string; text: string }[] = [];
let space = () => Promise.resolve({ free: 3 * gib, disk: 40 * gib, store: 5 * 1024 ** 2 });
let stage: Stage;
beforeAll(async () => {
  stage = await openPages({ rules, parts: { state: () => ({ degraded }), space: () => space() } });
});
afterAll(() => stage.close());

/** As it is read, without its tags. */
const now = async (path = '/') => {
  const { text } = await stage.get(path);
  return text
    .slice(text.indexOf('<main'))
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&#x2F;', '/')
    .replace(/\s+/g, ' ');
};

test('where nothing is open and nothing degraded it says that nothing is wrong, and nowhere else', async () => {
  expect(await now()).toContain('No incident is open Nothing is wrong: every destination takes messages');
  degraded.push({ code: 'rules.bad', subject: 'routes.yaml', text: 'a mistake' });
  expect(await now()).not.toContain('Nothing is wrong');
  degraded.pop();
});

test('the store is said in its size, what is free beside it, and the oldest event it keeps', async () => {
  expect(await now()).toMatch(/Store Size 5 MiB Free on its disk 3 GiB of 40 GiB 7 % Oldest event kept none yet/);
  degraded.push({ code: 'store.near_full', subject: 'store', text: 'little is left' });
  expect(await now()).toContain('7 % nearly full');
  degraded.pop();
  // What cannot be measured is left out.
  const measured = space;
  space = () => Promise.reject(new Error('no such folder'));
  expect(await now()).toMatch(/Store Oldest event kept none yet/);
  space = measured;
});

test('open incidents are counted by how bad and how old they are, also where they are more than the list holds', async () => {
  await stage.happens('09:00', 'seats-full', { workspaceId: 'seats' });
  for (let n = 0; n < 34; n++) await stage.happens('09:00', 'disconnected', { workspaceId: `w${n}`, incidentKey: `wa:w${n}:1` });
  await stage.happens('10:30', 'disconnected', { workspaceId: 'late', incidentKey: 'wa:late:1' });
  const page = await now();
  expect(page).toContain('36 open incidents critical 35 · 1 up to an hour, 34 up to a day, the oldest 1 h 30 min warning 1 · 1 h 30 min');
  expect(page).toContain('All open incidents');
  expect(page).toMatch(/Oldest event kept 23 Nov, 09:00 UTC 1 h 30 min ago/);
  expect(page).not.toContain('Nothing is wrong');
});

test('what comes and goes stands there in numbers, since when, and the scripts of the curves are named for this page alone', async () => {
  stage.parts.figures.did(...accepted());
  const page = await now();
  expect(page).toMatch(/10 minutes 1 0 0 0 none hour 1 0 0 0 none 24 hours 1 0 0 0 none/);
  expect(page).toContain('Counted since the start of the relay, 23 Nov, 09:00 UTC');
  const { text } = await stage.get('/');
  const [, load = ''] = /data-load="([^"]+)"/.exec(text.replaceAll('&#x2F;', '/')) ?? [];
  expect(load.split(' ').map((path) => path.split('/').at(-1))).toEqual(['uplot.css', 'uplot.js', 'curves.js']);
  for (const path of load.split(' ')) expect((await stage.get(path)).status, path).toBe(200);
  for (const path of ['/incidents', '/events', '/destinations']) expect((await stage.get(path)).text, path).not.toContain('data-load');
});

test('a message given up is marked', async () => {
  const busy = await openPages({ rules, parts: { figures: busyDay(at('09:00')) } });
  expect((await busy.get('/')).text).toMatch(/<td data-label="Given up"><span class="badge critical">1<\/span>/);
  await busy.close();
});
