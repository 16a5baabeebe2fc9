import { expect, test } from 'vitest';
import { createCheckUps } from '../../src/chores/check-ups.ts';
import type { RelayNotice } from '../../src/delivery.ts';
import type { Health } from '../../src/plugin.ts';
import type { Rules } from '../../src/rules/rules.ts';
import { virtualClock } from '../clock.ts';

const minute = 60_000;
const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** `says`: what each destination answers, or how it fails. */
function clinic(says: Record<string, () => Promise<Health | undefined>>) {
  const told: RelayNotice[] = [];
  const asked: string[] = [];
  const clock = virtualClock();
  const stopping = new AbortController();
  const rules = { revision: 'one', destinations: Object.fromEntries(Object.keys(says).map((name) => [name, {}])) };
  const checkUps = createCheckUps({
    inForce: {
      rules: () => rules as unknown as Rules,
      checkUp: (name) => {
        asked.push(name);
        return says[name]!();
      },
      mask: (text) => text.replace('hunter2', '•••'),
    },
    tell: (notice) => told.push(notice),
    ...{ log: quiet, ticker: clock, stopping: stopping.signal },
  });
  return { checkUps, told, asked, rules, clock, stopping };
}

test('a token that was revoked is told before an alert needs it, once, and is over when it works again', async () => {
  let health: Health = { ok: true };
  const { checkUps, told } = clinic({ slack: async () => health });
  await checkUps.run(0);
  health = { ok: false, detail: 'Slack refuses (token_revoked)', fix: 'install the app again' };
  for (let at = 1; at <= 20; at++) await checkUps.run(at * minute);
  expect(told).toEqual([
    {
      code: 'destination.unwell',
      subject: 'slack',
      destination: 'slack',
      text: 'slack was asked whether it would take a message, and would not: Slack refuses (token_revoked); install the app again. Mend its options in routes.yaml or at the target.',
    },
  ]);
  expect(checkUps.degraded()).toEqual(told);
  health = { ok: true };
  await checkUps.run(21 * minute);
  expect(checkUps.degraded()).toEqual([]);
});

test('what is well is asked every ten minutes, and at once when the files change', async () => {
  const { checkUps, asked, rules } = clinic({ mail: async () => ({ ok: true }) });
  for (let at = 0; at < 20; at++) await checkUps.run(at * minute);
  expect(asked).toHaveLength(2);
  rules.revision = 'two';
  await checkUps.run(19.5 * minute);
  expect(asked).toHaveLength(3);
});

test('one refusal may be a server that starts anew, and is not told', async () => {
  let times = 0;
  const { checkUps, told } = clinic({ mail: async () => ({ ok: ++times !== 2, detail: 'away' }) as Health });
  for (let at = 0; at < 40; at++) await checkUps.run(at * minute);
  expect(told).toEqual([]);
});

test('a check that throws or does not exist harms no other, and no secret is told', async () => {
  const { checkUps, told } = clinic({
    throws: () => Promise.reject(new Error('login with hunter2 failed')),
    has_none: async () => undefined,
    refuses: async () => ({ ok: false, detail: 'no such channel' }),
  });
  await checkUps.run(0);
  await checkUps.run(minute);
  expect(told.map(({ subject }) => subject)).toEqual(['throws', 'refuses']);
  expect(JSON.stringify(told)).not.toContain('hunter2');
});

test('a check that never ends, whatever its signal says, is a refusal after fifteen seconds, and harms no other', async () => {
  const { checkUps, told, clock } = clinic({ hangs: () => new Promise(() => {}), well: async () => ({ ok: true }) });
  for (let at = 0; at < 2; at++) {
    let ended = false;
    void checkUps.run(at * minute).then(() => {
      ended = true;
    });
    await clock.advance(14_900);
    expect(ended).toBe(false);
    await clock.advance(200);
    expect(ended).toBe(true);
  }
  expect(told).toMatchObject([{ subject: 'hangs', text: expect.stringContaining('it gave no answer within 15 s') }]);
  expect(clock.planned()).toBe(0);
});

test('a round is not begun while one is under way', async () => {
  const { checkUps, asked, clock } = clinic({ hangs: () => new Promise(() => {}) });
  const first = checkUps.run(0);
  void checkUps.run(minute);
  expect(asked).toEqual(['hangs']);
  await clock.advance(15_000);
  await first;
  void checkUps.run(2 * minute);
  expect(asked).toHaveLength(2);
});

test('a stop breaks off what is still asked, and that is no word against the destination', async () => {
  const { checkUps, told, clock, stopping } = clinic({ hangs: () => new Promise(() => {}) });
  const first = checkUps.run(0);
  await clock.advance(15_000);
  await first;
  const second = checkUps.run(minute);
  stopping.abort(new Error('the relay is stopping'));
  await second;
  expect([told, checkUps.degraded()]).toEqual([[], []]);
});

test('a clock that is set back makes nobody well for longer than ten minutes', async () => {
  const { checkUps, asked } = clinic({ mail: async () => ({ ok: true }) });
  await checkUps.run(60 * minute);
  await checkUps.run(0);
  expect(asked).toHaveLength(2);
});
