// Makes the parts of the admin side out of the whole relay. Loaded by the door with the first request.
import { dirname } from 'node:path';
import { ulid } from 'ulid';
import { RelayError } from '../errors.ts';
import { fileOf } from '../store/file-of.ts';
import type { AdminParts, Whole } from './parts.ts';
import { openReads } from './reads.ts';
import { sendTest } from './send-test.ts';

export function wire({ settings, ledger, lanes, inForce, figures, ticker, log }: Whole): { parts: AdminParts; close(): Promise<void> } {
  const { now } = ticker;
  const reads = openReads({ url: settings.databaseUrl, ticker });
  const parts: AdminParts = {
    read: reads.read,
    replay: async (ids, reason) => {
      const { created, refused } = await ledger.do({ do: 'replay', ids, reason });
      return { created, refused };
    },
    decide: async (input) => {
      const { undecided } = await ledger.do({ do: 'decide', input });
      if (undecided !== undefined) throw new RelayError('decision.failed', `deciding on a ${input.kind}: ${undecided}`);
    },
    sendTest: (asked) => sendTest(asked, { inForce, log, now, newId: ulid }),
    resume: (destination) => {
      const lane = lanes.lane(destination);
      const troubled = lane !== undefined && lane.state().health !== 'ok';
      if (troubled) {
        lane.free();
        lane.due();
      }
      return troubled;
    },
    lanes: lanes.states,
    inForce,
    judgeRoutes: inForce.judge,
    figures,
    ...(settings.databaseUrl.startsWith('sqlite:') && { dataDir: dirname(fileOf(settings.databaseUrl)) }),
    now,
    log,
  };
  return { parts, close: reads.close };
}
