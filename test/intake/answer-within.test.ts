import { expect, test } from 'vitest';
import { answerWithin } from '../../src/intake/answer-within.ts';
import { virtualClock } from '../clock.ts';

test('what is not written in time is refused with relay.busy, no sooner and not much later, while the work goes on', async () => {
  const clock = virtualClock();
  const within = answerWithin(4500, clock);
  const slow = Promise.withResolvers<string>();
  let said: unknown = 'nothing yet';
  within(slow.promise).catch((error) => {
    said = error;
  });
  await expect(within(Promise.resolve('quick'))).resolves.toBe('quick');
  await clock.advance(4400);
  expect(said).toBe('nothing yet');
  await clock.advance(600);
  expect(said).toMatchObject({ code: 'relay.busy' });
  slow.resolve('written after all');
  await clock.advance(5000);
});

test('a failure is handed on', async () => {
  await expect(answerWithin(4500, virtualClock())(Promise.reject(new Error('disk')))).rejects.toThrow('disk');
});
