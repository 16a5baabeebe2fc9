// Timers on paper come up as a plain sort of all of them would have them.
import { expect, test } from 'vitest';
import { seeded } from '../../src/cli/month/seeded.ts';
import { createDue } from '../../src/decide/due.ts';
import type { Timer } from '../../src/model.ts';

const timer = (name: string, dueAt: number): Timer => ({ name, dueAt, kind: 'hold', workspaceId: 'a', incidentKey: 'k' });

/** What the rehearsal did before: sort all, take the first. A map keeps the place of a name that is set again. */
function plain() {
  const timers = new Map<string, Timer>();
  return {
    set: (one: Timer) => void timers.set(one.name, one),
    drop: (name: string) => void timers.delete(name),
    take: (until: number) => {
      const next = [...timers.values()].filter((one) => one.dueAt <= until).sort((a, b) => a.dueAt - b.dueAt)[0];
      if (next !== undefined) timers.delete(next.name);
      return next;
    },
    all: () => [...timers.values()],
  };
}

test('equal times come in the order they were set, a name set again keeps its place, one dropped and set anew goes to the end', () => {
  const due = createDue();
  for (const name of ['a', 'b', 'c']) due.set(timer(name, 10));
  due.set(timer('a', 10));
  due.drop('b');
  due.set(timer('b', 10));
  due.set(timer('early', 9));
  due.set(timer('late', 11));
  const taken = Array.from({ length: 5 }, () => due.take(10)?.name);
  expect(taken).toEqual(['early', 'a', 'c', 'b', undefined]);
  expect(due.all().map(({ name }) => name)).toEqual(['late']);
});

test('whatever is set, moved, dropped and taken, the order is that of a sort of all', () => {
  const random = seeded(7);
  for (let run = 0; run < 200; run++) {
    const [heap, sorted] = [createDue(), plain()];
    for (let step = 0; step < 120; step++) {
      const name = `t${Math.floor(random() * 12)}`;
      const what = random();
      const at = Math.floor(random() * 8);
      if (what < 0.55) for (const one of [heap, sorted]) one.set(timer(name, at));
      else if (what < 0.7) for (const one of [heap, sorted]) one.drop(name);
      else expect(heap.take(at)).toEqual(sorted.take(at));
      if (step % 20 === 0) expect(heap.all()).toEqual(sorted.all());
    }
  }
});
