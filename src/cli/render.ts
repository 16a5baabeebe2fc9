// `render`: the words of a message as a destination would get them, and which file they came from. Nothing is sent.
import type { Delivery } from '../delivery.ts';
import type { InForce } from '../in-force/in-force.ts';
import { onPaper, type Received } from '../in-force/on-paper.ts';
import { linksOnPaper } from '../links/links.ts';
import type { Event } from '../model.ts';
import { nearest } from '../rules/nearest.ts';
import { readSettings, type Settings } from '../settings.ts';
import type { Leased } from '../store/store.ts';
import { asKind, laterMs, type RenderKind, readKind, renderKinds } from './as-kind.ts';
import { defineCommand, Refusal, WrongCall } from './command.ts';
import { openFiles } from './files.ts';
import { postedOf } from './posted.ts';
import { layoutFiles, type Made, renderedText, storyFile, writeFiles } from './rendered.ts';
import { note, print, printJson } from './screen.ts';
import { partnerOf, receive, webhookText } from './webhook-of.ts';

export const render = defineCommand({
  usage: '[--event NAME] [--to DESTINATION] [options]',
  about: `Without --to: for every destination that would hear of it, holds at their end.
To change words or their layout, copy the file named here into TEMPLATES_DIR and call this again.`,
  options: {
    event: { type: 'string', value: 'NAME', about: 'a short name, a wire name, or a file with a body; default disconnected' },
    to: { type: 'string', value: 'DESTINATION', about: 'a destination in routes.yaml, whether a route sends it there or not' },
    kind: {
      type: 'string',
      value: 'KIND',
      about: `as a ${renderKinds.slice(0, -1).join(', ')} or ${renderKinds.at(-1)}, with made-up company where that takes many`,
    },
    resolved: { type: 'boolean', about: 'the message that says it is over' },
    workspace: { type: 'string', value: 'ID', about: "whose event it is; default the file's own, else acme" },
    out: { type: 'string', value: 'FOLDER', about: 'also writes each message there: a mail as .eml, to be opened in a mail program' },
  },
  words: 0,
  no: 'the files have mistakes, a story failed, or nobody would hear of it',
  examples: ['--event messaging-100 --to billing', '--resolved', '--kind digest --to ops-slack', '--event body.json --json'],
  run: async ({ event = 'disconnected', to, kind: named, resolved = false, workspace, out, json }) => {
    const kind = readKind(named);
    const settings = readSettings(undefined, { serve: false });
    const clock = { now: Date.now() };
    const inForce = await openFiles(settings, () => clock.now);
    try {
      const partner = partnerOf(inForce, settings);
      const text = webhookText(event, { workspace: workspace ?? 'acme', partner, at: clock.now }, workspace);
      const received = receive(text, clock.now, inForce, settings);
      const wanted = deliveriesOf(received, to, inForce);
      if (wanted.length === 0) throw new Refusal(`nobody would hear of ${event}; with --to DESTINATION its words are shown all the same.`);
      clock.now += (resolved ? lastedMs : 0) + (kind === undefined ? 0 : laterMs[kind]);
      const made: Made[] = [];
      // The recipients of one destination get the same words.
      for (const [delivery, ...others] of Map.groupBy(
        wanted,
        ({ destination, route, kind }) => `${destination} ${route} ${kind}`,
      ).values()) {
        const one = await wordsFor(told(delivery!, received, kind, resolved), inForce, settings, clock.now);
        made.push({ ...one, targets: [delivery!, ...others].map(({ target }) => target.slice(target.indexOf(':') + 1)) });
      }
      if (json) printJson(made.map(({ message, ...more }) => ({ ...postedOf(message), ...more, rendered: message.rendered })));
      else print(made.map(renderedText).join('\n\n'));
      for (const path of out === undefined ? [] : await writeFiles(made, out)) note(`written: ${path}`);
      return made.some(({ flaw }) => flaw !== undefined) ? 1 : 0;
    } finally {
      await inForce.close(0);
    }
  },
});

/** Made by decide itself; where no route sends it to `to`, what a route would send is addressed to it. */
function deliveriesOf(received: Received, to: string | undefined, inForce: InForce): Delivery[] {
  const { detail, later } = onPaper(received, inForce, received.event.receivedAt);
  const all = [...detail.deliveries, ...later.deliveries].map(({ delivery }) => delivery);
  if (to === undefined) return all;
  const known = Object.keys(inForce.rules().destinations);
  if (!known.includes(to)) {
    const near = nearest(to, known);
    throw new WrongCall(
      `--to is "${to}", which is no destination in routes.yaml. ${near === undefined ? `There is ${known.join(', ')}.` : `Did you mean ${near}?`}`,
    );
  }
  const own = all.filter(({ destination }) => destination === to);
  if (own.length > 0) return own;
  const named = inForce.whoIs(received.event.workspaceId).reach[to] ?? '';
  return (typeof named === 'string' ? [named] : named).map((target) => addressedTo(to, target, received.event));
}

function addressedTo(destination: string, target: string, { id, incidentKey, level, receivedAt, triggeredAt }: Event): Delivery {
  return {
    id: 'd_on_paper',
    eventId: id,
    ...(incidentKey === undefined ? {} : { incidentKey }),
    ...{ destination, target: `by-hand:${target}`, route: 'by-hand', level },
    kind: incidentKey === undefined ? 'notice' : 'alert',
    state: 'pending',
    details: incidentKey === undefined ? {} : { since: triggeredAt },
    ...{ createdAt: receivedAt, receivedAt, runAt: receivedAt, attempts: 0, claims: 0, starts: 0, generation: 0 },
  };
}

const lastedMs = 14 * 60_000;

function told(delivery: Delivery, received: Received, kind: RenderKind | undefined, resolved: boolean): Leased {
  const { event: ended, ...end } = over(delivery, received);
  if (kind !== undefined)
    return asKind(delivery, { ...received, ended }, { kind, resolved, endedAt: received.event.triggeredAt + lastedMs });
  return resolved ? { ...end, event: ended } : { delivery, ...received };
}

/** The same delivery a while later, told by what ends it. */
function over(delivery: Delivery, { event, body }: Received): { delivery: Delivery } & Received {
  const endedAt = event.triggeredAt + lastedMs;
  const ended: Event =
    event.type === 'disconnected'
      ? {
          ...event,
          type: 'connected',
          wireType: 'whatsapp_account:connected',
          severity: 'info',
          phase: 'resolved',
          level: 0,
          triggeredAt: endedAt,
          receivedAt: endedAt,
        }
      : event;
  return { delivery: { ...delivery, kind: 'resolved', details: { since: event.triggeredAt, endedAt } }, event: ended, body };
}

async function wordsFor(leased: Leased, inForce: InForce, settings: Settings, now: number): Promise<Omit<Made, 'targets'>> {
  const { destination } = leased.delivery;
  const { message, sender, story, flaw } = await inForce
    .prepare(leased, 1, linksOnPaper(settings.publicUrl)(leased.delivery, inForce.rules()))
    .catch((error: Error) => {
      throw new Refusal(`${destination} takes no message of ${leased.event?.workspaceId}: ${inForce.mask(error.message)}`);
    });
  const rule = inForce.rules().destinations[destination]!;
  const { content } = inForce.plugins().plugins.get(rule.plugin)!;
  const own = content.layoutOption !== undefined && rule.options[content.layoutOption] !== undefined ? content.layoutOption : undefined;
  const preview = await sender.preview?.(message, { now: () => new Date(now) });
  return {
    ...{ message, plugin: rule.plugin, format: content.format },
    ...(story === undefined ? {} : { file: storyFile(story, inForce, settings) }),
    layout: own === undefined ? await layoutFiles(rule.plugin, settings) : [`${own} of ${destination} in routes.yaml`],
    ...(flaw === undefined ? {} : { flaw }),
    ...(preview === undefined ? {} : { preview }),
  };
}
