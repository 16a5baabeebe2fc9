// Named points on the way of an event and of a delivery, as decorators of the ledger, the attempt and the store: at the n-th pass of the point
// that STORY_FAIL_POINT names (`point:n`) the process is killed, as if the power went.
import { attempt as realAttempt } from '../../src/attempt.ts';
import { openLedger as realLedger } from '../../src/ledger/ledger.ts';
import { openSqlite as realSqlite } from '../../src/store/sqlite.ts';
import type { Batch, Done, Work } from '../../src/store/store.ts';

export const acceptPoints = ['accept: before the commit', 'accept: after the commit', 'accept: before the reply'] as const;
export const deliverPoints = [
  'deliver: after a claim',
  'deliver: before the send',
  'deliver: after the send',
  'deliver: before the commit of its outcome',
  'deliver: after the commit of its outcome',
] as const;
export type FailPoint = (typeof acceptPoints)[number] | (typeof deliverPoints)[number];

const [, wanted, nth] = /^(.*):(\d+)$/.exec(process.env.STORY_FAIL_POINT ?? '') ?? [];
let passes = 0;

function pass(point: FailPoint): void {
  if (point === wanted && ++passes === Number(nth)) process.kill(process.pid, 'SIGKILL');
}

const accepts = (work: Work) => work.do === 'decide' && work.input.kind === 'event';

export const openLedger: typeof realLedger = async (options) => {
  const stallMs = Number(process.env.STORY_STALL_MS);
  const ledger = await realLedger({ ...options, ...(stallMs > 0 && { stallMs }) });
  return {
    ...ledger,
    do: async (work) => {
      const done = await ledger.do(work);
      if (accepts(work)) pass('accept: before the reply');
      if (work.do === 'claim' && (done as Extract<Done, { did: 'claim' }>).leased.length > 0) pass('deliver: after a claim');
      return done;
    },
  };
};

export const attempt: typeof realAttempt = async (...given) => {
  pass('deliver: before the send');
  const outcome = await realAttempt(...given);
  pass('deliver: after the send');
  return outcome;
};

export const openSqlite: typeof realSqlite = async (options) => {
  const maxBytes = Number(process.env.STORY_MAX_BYTES);
  const store = await realSqlite({ ...options, ...(maxBytes > 0 && { maxBytes }) });
  const around = ({ work }: Batch, when: 'before' | 'after') => {
    if (work.some(accepts)) pass(`accept: ${when} the commit`);
    if (work.some((one) => one.do === 'settle')) pass(`deliver: ${when} the commit of its outcome`);
  };
  return {
    ...store,
    commit: async (batch, decide) => {
      around(batch, 'before');
      const done = await store.commit(batch, decide);
      around(batch, 'after');
      return done;
    },
  };
};
