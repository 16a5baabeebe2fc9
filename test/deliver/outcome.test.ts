// What became of an attempt, whatever was thrown.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maxRetryAfterMs, outcomeOf } from '../../src/deliver/outcome.ts';
import { DeliveryError, PermanentError, type Reason } from '../../src/plugin.ts';

const mask = (text: string) => text.replaceAll('SECRET', '•••');

test('there is never an outcome that a lane could stumble over', () => {
  const reasons = fc.constantFrom('transient', 'rate-limited', 'auth', 'rejected', 'previous-gone', 'nonsense');
  fc.assert(
    fc.property(reasons, fc.anything(), fc.anything(), fc.anything(), (reason, text, retryAfterMs, code) => {
      const error = Object.assign(new DeliveryError(reason as Reason, 'x'), { message: text, retryAfterMs, code });
      const outcome = outcomeOf(error, { startedAt: 1, endedAt: 2, mask });
      expect(['transient', 'rate-limited', 'config', 'permanent']).toContain(outcome.class);
      expect(outcome.retryAfterMs ?? 0).toBeGreaterThanOrEqual(0);
      expect(outcome.retryAfterMs ?? 0).toBeLessThanOrEqual(maxRetryAfterMs);
      expect(typeof outcome.error).toBe('string');
      expect(['string', 'undefined']).toContain(typeof outcome.code);
    }),
  );
});

test('a text is masked before it is cut, and cut to 2 KiB of whole characters', () => {
  const said = (error: Error) => outcomeOf(error, { startedAt: 1, endedAt: 2, mask }).error!;
  const long = said(new PermanentError(`SECRET ${'é'.repeat(5000)} SECRET`));
  expect(long).not.toContain('SECRET');
  expect(Buffer.byteLength(long)).toBeLessThanOrEqual(2048);
  expect(long).toMatch(/é…$/);
  for (let shift = 0; shift < 40; shift++) expect(said(new Error(`${'x'.repeat(2000 + shift)}SECRET`))).not.toContain('SEC');
});
