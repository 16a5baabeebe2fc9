// Stored events once more through a set of files, on paper: in the order in which they came in, with every hold and timer, as if each message arrived.
import { rehearse } from '../decide/rehearsal.ts';
import type { Good } from '../in-force/judge.ts';
import type { Reaches } from '../in-force/reach.ts';
import type { Event, Workspace } from '../model.ts';
import { type Sent, sentOf } from './differences.ts';

/** Holds, digests and reminders of the last events end within it. */
const afterwardsMs = 24 * 3_600_000;

export type Course = {
  next(event: Event): void;
  /** Everything that was sent, once what still waited has run out. */
  end(): Sent[];
};

export function playEvents({ rules: all, workspaces }: Good, reach: Reaches): Course {
  // What is muted today says nothing of the days before: a silence has an end and no beginning.
  const rules = { ...all, silences: [] };
  const reachFor = (row: Workspace) => reach(rules, row);
  const stage = rehearse({ rules: () => rules, workspace: workspaces.find, reach: reachFor });
  let last = 0;
  return {
    next: (event) => {
      // Two that a restart has put out of order are played at one instant: a clock does not go back.
      last = Math.max(last, event.receivedAt);
      stage.runTo(last);
      const workspace = workspaces.find(event.workspaceId);
      stage.put({ kind: 'event', event, workspace, reach: reachFor(workspace) }, last);
    },
    end: () => {
      stage.runTo(last + afterwardsMs);
      return sentOf(stage.deliveries(), stage.memory.event);
    },
  };
}
