// At the end of a hold with `confirm: yes` the Partner API is asked whether the number is connected again. Such timers step aside until it has
// answered, and all others go on; whatever goes wrong, the alert is sent, marked unconfirmed.
import type { Timer } from '../model.ts';
import type { Rules } from '../rules/rules.ts';

export type Confirmed = 'up' | 'down' | 'unknown';

export type Confirming = {
  /** Which of these can be decided now. The others are decided by `decide` once they have an answer. */
  setAside(due: readonly Timer[], decide: (timer: Timer, confirmed: Confirmed) => Promise<void>): Timer[];
};

/** Fewer than a store hands out at once: a slow API must not stand before the timers of others. */
const mostAside = 150;
/** An answer may be so much older than the end of the hold. */
const staleMs = 2000;

export function createConfirming(parts: {
  rules(): Rules;
  /** Absent without credentials. Settles within seconds. */
  ask?: ((timer: Timer, notBefore: number) => Promise<Confirmed>) | undefined;
  failed(error: unknown): void;
}): Confirming {
  const { rules, ask, failed } = parts;
  const aside = new Set<string>();

  return {
    setAside: (due, decide) => {
      const wanted = new Set(confirmingRoutes(rules()));
      if (wanted.size === 0) return [...due];
      return due.filter((timer) => {
        if (timer.kind !== 'hold' || !wanted.has(timer.route ?? '') || !timer.incidentKey.startsWith('wa:')) return true;
        if (aside.has(timer.name)) return false;
        aside.add(timer.name);
        const asked = ask === undefined || aside.size > mostAside ? Promise.resolve('unknown' as const) : ask(timer, timer.dueAt - staleMs);
        asked
          .catch((): Confirmed => 'unknown')
          .then((confirmed) => decide(timer, confirmed))
          .catch(failed)
          .finally(() => aside.delete(timer.name));
        return false;
      });
    },
  };
}

export const confirmingRoutes = ({ routes }: Pick<Rules, 'routes'>): string[] =>
  routes.filter(({ enabled, confirm, holdMs }) => enabled && confirm && holdMs !== undefined).map(({ name }) => name);
