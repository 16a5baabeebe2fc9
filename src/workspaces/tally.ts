// Of a state what a list is sorted and filtered by. Pure. A quota counts until its period is over, so what is full now is asked with the time.
import { standingOf } from './numbers.ts';
import { resources, type WorkspaceState } from './state.ts';

export type Tally = {
  id: string;
  lastAt: number;
  up: number;
  down: number;
  /** Each quota's percent, and when its period is over. */
  quotas: [percent: number, until: number | null][];
};

/** How far it came: never a number, one that is connected, none that is any more. */
export const stages = ['not-heard-of', 'no-number', 'connected', 'dropped'] as const;
export type Stage = (typeof stages)[number];

export function tallyOf({ id, lastAt, numbers, quotas }: WorkspaceState): Tally {
  const up = numbers.filter((one) => standingOf(one).up).length;
  return {
    ...{ id, lastAt, up, down: numbers.length - up },
    quotas: resources.flatMap((name) => {
      const quota = quotas[name];
      return quota === undefined ? [] : [[quota.percent, quota.periodEnd ?? null] as [number, number | null]];
    }),
  };
}

export function stageOf(tally: Pick<Tally, 'up' | 'down'> | undefined): Stage {
  if (tally === undefined) return 'not-heard-of';
  if (tally.up > 0) return 'connected';
  return tally.down > 0 ? 'dropped' : 'no-number';
}

/** Of the periods that still run; undefined: nothing was announced in them. */
export function fullest({ quotas }: Pick<Tally, 'quotas'>, now: number): number | undefined {
  const running = quotas.filter(([, until]) => until === null || until > now).map(([percent]) => percent);
  return running.length === 0 ? undefined : Math.max(...running);
}
