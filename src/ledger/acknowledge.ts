// Somebody takes an incident on, whichever way they say so: by a link, the API or the command line. Decided in the ledger's transaction, so that
// it is never taken a moment after it was over.
import { RelayError } from '../errors.ts';
import type { Incident } from '../model.ts';
import type { Ledger } from './ledger.ts';

/** `openedAt`: only the one that began then. */
export type Taking = { incidentKey: string; by: string; reason?: string; openedAt?: number };

/** The incident as it is now, taken unless it is over or another one; undefined where there is none. */
export async function acknowledge(ledger: Pick<Ledger, 'do'>, taking: Taking): Promise<Incident | undefined> {
  const { standing, undecided } = await ledger.do({ do: 'decide', input: { kind: 'acknowledge', ...taking } });
  if (undecided !== undefined) throw new RelayError('decision.failed', `taking ${taking.incidentKey} on: ${undecided}`);
  return standing;
}
