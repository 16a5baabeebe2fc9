import { expect, test } from 'vitest';
import { createCheckUps } from '../src/check-ups.ts';
import type { RelayNotice } from '../src/delivery.ts';
import type { Health } from '../src/plugin.ts';
import type { Rules } from '../src/rules/rules.ts';

const minute = 60_000;
const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** `says`: what each destination answers, or how it fails. */
function clinic(says: Record<string, () => Promise<Health | undefined>>) {
  const told: RelayNotice[] = [];
  const asked: string[] = [];
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
    log: quiet,
  });
  return { checkUps, told, asked, rules };
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

test('a check that throws, hangs or does not exist harms no other, and no secret is told', async () => {
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
