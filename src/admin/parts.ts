// What the admin side is made of. `Whole` is what app.ts hands to the door; `AdminParts` is what wiring.ts makes of it for the routes, which reach
// nothing else of the relay: they read through `read` and change through the functions here.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Audit } from '../audit.ts';
import type { Space } from '../chores/disk-space.ts';
import type { Ticker } from '../clock.ts';
import type { Input } from '../decide/decision.ts';
import type { LaneState, Shut } from '../deliver/lane-state.ts';
import type { Lanes } from '../deliver/lanes.ts';
import type { Paused } from '../deliver/paused.ts';
import type { Health } from '../health.ts';
import type { InForce } from '../in-force/in-force.ts';
import type { Judgement } from '../in-force/judgement.ts';
import type { Taking } from '../ledger/acknowledge.ts';
import type { Erased } from '../ledger/erasure.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Live } from '../live.ts';
import type { EventType, Incident } from '../model.ts';
import type { Logger } from '../plugin.ts';
import type { Closing } from '../relay.ts';
import type { Settings } from '../settings.ts';
import type { Figures } from './figures.ts';
import type { Reads } from './reads.ts';

export type Whole = {
  settings: Settings;
  state(): Health;
  ledger: Pick<Ledger, 'do'>;
  lanes: Pick<Lanes, 'states' | 'lane' | 'takeBack'>;
  /** What is known of a workspace by asking for it. */
  forgetName?: ((workspace: string) => void) | undefined;
  close(closing: Closing): Promise<Incident | undefined>;
  paused: Pick<Paused, 'pause' | 'resume' | 'names' | 'of'>;
  held: { reword(say: (reason: string) => string): void };
  inForce: InForce;
  figures: Figures;
  read: Reads;
  audit: Audit;
  /** How much room the store has; absent where it lies on no disk of ours. */
  space?: (() => Promise<Space>) | undefined;
  live: Live;
  ticker: Ticker;
  log: Logger;
};

export type AdminParts = {
  read: Reads;
  /** What is no change but worth a line: who saw whole numbers, who signed in. A change is told by changed(). */
  audit: Audit;
  replay(ids: string[], reason: string): Promise<{ created: string[]; refused: { id: string; reason: string }[] }>;
  /** The incident as it is now; undefined: there is none. One that is over stays as it is. */
  acknowledge(taking: Taking): Promise<Incident | undefined>;
  /** In the same way; whoever was told of it hears that it was closed. */
  close(closing: Closing): Promise<Incident | undefined>;
  /** Settles when it is decided and on disk. Only for what sets no delivery free. */
  decide(input: Extract<Input, { kind: 'silence' | 'unsilence' }>): Promise<void>;
  /** Settles when nothing is left that can be deleted. */
  forget(workspace: string): Promise<Erased>;
  /** One attempt with sample data, past its lane; nothing of it is stored. */
  sendTest(asked: TestQuestion): Promise<TestOutcome>;
  /** Ends a hold, a pause or an outage. false: there was nothing to end. */
  resume(destination: string): boolean | Promise<boolean>;
  /** Nothing is sent to it until it is resumed or the time is over. Settles when it is on disk. */
  pause(destination: string, shut: Shut): Promise<void>;
  lanes(): LaneState[];
  inForce: Pick<InForce, 'rules' | 'good' | 'state' | 'reload' | 'mask' | 'whoIs' | 'prepare'>;
  /** Judges this text in the place of routes.yaml, with the other files as they are; nothing changes. */
  judgeRoutes(text: string): Promise<Judgement>;
  /** What would be sent by this text in the place of routes.yaml, or by the files in force; nothing changes. */
  imagine: InForce['imagine'];
  figures: Figures;
  /** What does not work as it should, as /readyz has it. */
  state(): Health;
  live: Pick<Live, 'watch'>;
  ticker: Pick<Ticker, 'after'>;
  /** How much room the store has; absent where it lies on no disk of ours. */
  space?(): Promise<Space>;
  now(): number;
  log: Pick<Logger, 'info' | 'warn'>;
};

/** `workspace`: whose row of the table fills the destination's fields. */
export type TestQuestion = { destination: string; event: EventType; workspace?: string };
export type TestOutcome = { class: string; code?: string; error?: string; ms: number; headline: string };

/** The Fastify behind the door, which reads types from zod schemas. */
export type Api = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>;
