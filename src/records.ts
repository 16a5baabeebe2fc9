// What reports are made of: one small record for each event, message and acknowledgement, whether it still stands in the tables of the relay's
// work or was kept when retention took it out of them. Types only.
import type { DeliveryKind } from './delivery.ts';
import type { Event } from './model.ts';

type Kept = {
  id: string;
  workspaceId: string;
  /** When it happened: event time, arrival, acknowledgement. */
  at: number;
};

/** Of an event: what a report may ask of it. `number`: a connect or disconnect of a number that is known by its key. */
export type EventRecord = Kept & { kind: 'number' | 'event'; incidentKey?: string } & Pick<
    Event,
    'type' | 'receivedAt' | 'account' | 'usage' | 'seats' | 'period'
  >;

/** Of a message that arrived or died, once for each workspace it told of. */
export type DeliveryRecord = Kept & {
  kind: 'delivery';
  what: DeliveryKind;
  state: 'delivered' | 'dead';
  destination: string;
  route: string;
  createdAt: number;
};

/** Somebody took an incident on. `since`: when it began by our clock; `toldAt`: when the first message about it arrived. */
export type TakenRecord = Kept & { kind: 'taken'; incidentKey: string; by: string; since: number; toldAt?: number };

export type KeptRecord = EventRecord | DeliveryRecord | TakenRecord;

/** `until` is exclusive. With `number`, also the last word on each number before `from`. */
export type RecordsFilter = {
  kinds: readonly KeptRecord['kind'][];
  from: number;
  until: number;
  workspace?: string | undefined;
  /** A list for each workspace; or, of a log, in order of time a list for each moment of a workspace. */
  inOrderOf?: 'workspace' | 'time';
};
