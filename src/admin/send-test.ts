// A test message: one attempt at one destination with sample data, in the words and by the plug-in of now. It goes past the lane and is not stored, so
// it also tells whether a destination that is held works again.
import { outcomeOf } from '../deliver/outcome.ts';
import { send } from '../deliver/send.ts';
import type { Delivery } from '../delivery.ts';
import { RelayError } from '../errors.ts';
import type { InForce } from '../in-force/in-force.ts';
import type { Logger } from '../plugin.ts';
import { sampleBody, samplesOf } from '../render/samples.ts';
import { hidePhones } from './mask.ts';
import type { TestOutcome, TestQuestion } from './parts.ts';

type Parts = { inForce: Pick<InForce, 'prepare' | 'whoIs' | 'mask' | 'rules'>; log: Logger; now(): number; newId(): string };

export async function sendTest(asked: TestQuestion, { inForce, log, now, newId }: Parts): Promise<TestOutcome> {
  const { destination, event: type } = asked;
  const startedAt = now();
  const [{ event: sample }] = samplesOf(type);
  // The sample's key names the sample's workspace.
  const { incidentKey: _, ...bare } = sample;
  const event = {
    ...bare,
    id: `e_${newId()}`,
    workspaceId: asked.workspace ?? sample.workspaceId,
    triggeredAt: startedAt,
    receivedAt: startedAt,
  };
  const named = inForce.whoIs(event.workspaceId).reach[destination] ?? '';
  const targets = typeof named === 'string' ? [named] : named;
  if (named === '' || targets.length === 0)
    throw new RelayError(
      'admin.bad_request',
      `A field of ${destination} is empty for the workspace ${event.workspaceId}: name one for which the table has it, as "workspace".`,
    );
  const mask = (text: string) => hidePhones(event.account?.phone)(inForce.mask(text));
  const deliveryTo = (target: string): Delivery => ({
    id: `d_${newId()}`,
    eventId: event.id,
    destination,
    target: `${inForce.rules().destinations[destination]?.plugin}:${target}`,
    route: 'test',
    kind: 'test',
    level: event.level,
    state: 'leased',
    details: {},
    createdAt: startedAt,
    receivedAt: startedAt,
    runAt: startedAt,
    attempts: 0,
    claims: 1,
    starts: 0,
    generation: 1,
  });
  let headline = '';
  const outcomes = [];
  for (const target of targets) outcomes.push(await attempt(deliveryTo(target)));
  // Of several recipients the one that did not get it is what there is to tell.
  const outcome = outcomes.find(({ class: klass }) => klass !== 'ok') ?? outcomes.at(-1)!;
  const { code, error } = outcome;
  const endedAt = Math.max(...outcomes.map((one) => one.endedAt));
  return { class: outcome.class, ...(code && { code }), ...(error && { error }), ms: endedAt - startedAt, headline };

  async function attempt(delivery: Delivery) {
    try {
      const { sender, message, timeoutMs, network } = await inForce.prepare({ delivery, event, body: sampleBody }, 1);
      headline = message.message.headline;
      return await send(sender, message, { timeoutMs, signal: new AbortController().signal, network, log, now, mask });
    } catch (error) {
      return outcomeOf(error, { startedAt, endedAt: now(), mask });
    }
  }
}
