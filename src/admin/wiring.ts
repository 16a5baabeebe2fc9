// Makes the parts of the admin side out of the whole relay. Loaded by the door with the first request.
import { ulid } from 'ulid';
import type { Shut } from '../deliver/lane-state.ts';
import { RelayError } from '../errors.ts';
import { acknowledge } from '../ledger/acknowledge.ts';
import { eraseReasons } from '../ledger/erased-reasons.ts';
import { eraseWorkspace } from '../ledger/erasure.ts';
import type { AdminParts, Whole } from './parts.ts';
import { sendTest } from './send-test.ts';

export function wire({
  state,
  ledger,
  lanes,
  forgetName,
  close,
  paused,
  held,
  inForce,
  figures,
  read,
  audit,
  space,
  live,
  ticker,
  log,
}: Whole): AdminParts {
  const { now } = ticker;
  const pause = async (destination: string, shut: Shut) => {
    await paused.pause(destination, shut);
    lanes.lane(destination)?.shut(shut);
  };
  return {
    ...{ read, audit },
    replay: async (ids, reason) => {
      const { created, refused } = await ledger.do({ do: 'replay', ids, reason });
      return { created, refused };
    },
    acknowledge: (taking) => acknowledge(ledger, taking),
    close,
    decide: async (input) => {
      const { undecided } = await ledger.do({ do: 'decide', input });
      if (undecided !== undefined) throw new RelayError('decision.failed', `deciding on a ${input.kind}: ${undecided}`);
    },
    forget: async (workspace) => {
      forgetName?.(workspace);
      await eraseReasons(workspace, { paused, held, pause });
      return eraseWorkspace(workspace, { ledger, takeBack: lanes.takeBack, mentions: read.mentions });
    },
    sendTest: (asked) => sendTest(asked, { inForce, log, now, newId: ulid }),
    pause,
    resume: async (destination) => {
      await paused.resume(destination);
      const lane = lanes.lane(destination);
      const troubled = lane !== undefined && lane.state().health !== 'ok';
      if (troubled) {
        lane.resume();
        lane.due();
      }
      return troubled;
    },
    lanes: lanes.states,
    inForce,
    judgeRoutes: inForce.judge,
    imagine: inForce.imagine,
    ...{ figures, state, live, ticker },
    ...(space !== undefined && { space }),
    now,
    log,
  };
}
