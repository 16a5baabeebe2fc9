// A whole relay and the watch outside: asked while the relay runs, no longer once it is gone, and its address said nowhere. The relay's time runs
// twenty times as fast.
import { expect, onTestFinished, test } from 'vitest';
import { receiver } from './receiver.ts';
import { scene, toOne, until } from './world.ts';

test('PING_URL is asked as long as the relay runs, its failures are counted, and no log, page or metric says it', async () => {
  const { stage } = await scene(onTestFinished, toOne, { speed: 20 });
  const watch = await receiver();
  onTestFinished(() => watch.close());
  const relay = await stage.start({ PING_URL: `${watch.url}ping/a-secret-of-mine`, LOG_LEVEL: 'trace' });
  const ask = async (path: string) => (await fetch(`http://127.0.0.1:${relay.adminPort}${path}`)).text();
  await until('the second ping', () => watch.taken.length >= 2);
  expect(watch.arrived[0]).toMatchObject({ path: '/ping/a-secret-of-mine', text: '' });
  watch.answer(() => 500);
  await until('a failed one', async () => /pings_total\{outcome="failed"\} [1-9]/.test(await ask('/metrics')));
  expect(await ask('/metrics')).toMatch(/pings_total\{outcome="answered"\} [2-9]/);
  expect(relay.log()).toContain('"ping.failed"');
  // That the watch cannot be told is no fault of the relay.
  expect(await ask('/readyz')).not.toContain('ping');
  expect(await ask('/')).not.toContain('a-secret');
  expect(await stage.stop(relay)).toBe(0);
  expect(relay.log()).not.toContain('a-secret');
});
