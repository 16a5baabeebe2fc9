// `render`: the words of a message as a destination would get them, and which file they came from. Nothing is sent.
import { join } from 'node:path';
import type { InForce } from '../in-force.ts';
import type { Delivery, Event } from '../model.ts';
import type { Message } from '../plugin.ts';
import { nearest } from '../rules/nearest.ts';
import { readSettings, type Settings } from '../settings.ts';
import { defineCommand, Refusal, WrongCall } from './command.ts';
import { openFiles } from './files.ts';
import { onPaper } from './on-paper.ts';
import { postedOf } from './posted.ts';
import { paint, plain, print, printJson } from './screen.ts';
import { partnerOf, type Received, receive, webhookText } from './webhook-of.ts';

export const render = defineCommand({
  usage: '[--event NAME] [--to DESTINATION] [options]',
  about: `Without --to: for every destination that would hear of it, holds at their end.
To change words, copy the file named here into TEMPLATES_DIR and call this again.`,
  options: {
    event: { type: 'string', value: 'NAME', about: 'a short name, a wire name, or a file with a body; default disconnected' },
    to: { type: 'string', value: 'DESTINATION', about: 'a destination in routes.yaml, whether a route sends it there or not' },
    resolved: { type: 'boolean', about: 'the message that says it is over' },
    workspace: { type: 'string', value: 'ID', about: "whose event it is; default the file's own, else acme" },
  },
  words: 0,
  no: 'the files have mistakes, a story failed, or nobody would hear of it',
  examples: ['--event messaging-100 --to billing', '--resolved', '--event body.json --json'],
  run: async ({ event = 'disconnected', to, resolved = false, workspace, json }) => {
    const settings = readSettings(undefined, { serve: false });
    const clock = { now: Date.now() };
    const inForce = await openFiles(settings, () => clock.now);
    try {
      const partner = partnerOf(inForce, settings);
      const text = webhookText(event, { workspace: workspace ?? 'acme', partner, at: clock.now }, workspace);
      const received = receive(text, clock.now, inForce, settings);
      const wanted = deliveriesOf(received, to, inForce);
      if (wanted.length === 0) throw new Refusal(`nobody would hear of ${event}; with --to DESTINATION its words are shown all the same.`);
      if (resolved) clock.now += lastedMs;
      const made = [];
      for (const delivery of wanted)
        made.push(await wordsFor(resolved ? over(delivery, received) : { delivery, ...received }, inForce, settings));
      if (json)
        printJson(
          made.map(({ message, format, file, flaw }) => ({ ...postedOf(message), format, file, flaw, rendered: message.rendered })),
        );
      else print(made.map(wordsText).join('\n\n'));
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
  return own.length > 0 ? own : [addressedTo(to, received.event)];
}

function addressedTo(destination: string, { id, incidentKey, level, receivedAt, triggeredAt }: Event): Delivery {
  return {
    id: 'd_on_paper',
    eventId: id,
    ...(incidentKey === undefined ? {} : { incidentKey }),
    ...{ destination, target: destination, route: 'by-hand', level },
    kind: incidentKey === undefined ? 'notice' : 'alert',
    state: 'pending',
    details: incidentKey === undefined ? {} : { since: triggeredAt },
    ...{ createdAt: receivedAt, receivedAt, runAt: receivedAt, attempts: 0, claims: 0, starts: 0, generation: 0 },
  };
}

const lastedMs = 14 * 60_000;

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

type Words = { message: Message; format: string; plugin: string; file?: string; flaw?: string };

async function wordsFor(leased: { delivery: Delivery } & Received, inForce: InForce, settings: Settings): Promise<Words> {
  const { destination } = leased.delivery;
  const { message, story, flaw } = await inForce.prepare(leased, 1).catch((error: Error) => {
    throw new Refusal(`${destination} takes no message of ${leased.event.workspaceId}: ${inForce.mask(error.message)}`);
  });
  const { plugin } = inForce.rules().destinations[destination]!;
  const format = inForce.plugins().plugins.get(plugin)!.content.format;
  const file = story === undefined ? undefined : whereIs(story, inForce, settings);
  return { message, format, plugin, ...(file === undefined ? {} : { file }), ...(flaw === undefined ? {} : { flaw }) };
}

/** `templates/disconnected.yaml` is the name of the operator's file and of the shipped one. */
function whereIs(story: string, inForce: InForce, { templatesDir }: Settings): string {
  const name = story.replace(/^templates\/|\.ya?ml$/g, '');
  const { inForce: used, shipped } = inForce.good().stories;
  return templatesDir === undefined || used.get(name) === shipped.get(name)
    ? `${story} (shipped)`
    : join(templatesDir, story.replace(/^templates\//, ''));
}

function wordsText({ message, format, plugin, file, flaw }: Words): string {
  const { destination, kind, route, message: parts, rendered, fallbackText } = message;
  const { headline, impact, facts, action } = parts;
  const width = Math.max(8, ...facts.map(({ label }) => label.length));
  const row = (label: string, value: string) => `  ${paint('dim', plain(label).padEnd(width))}  ${plain(value)}`;
  return [
    `${paint('bold', destination)} (${plugin}, ${format}): ${kind} by ${route}, words of ${file ?? 'the relay itself'}`,
    ...(flaw === undefined ? [] : [paint('red', `  ${plain(flaw)}`)]),
    '',
    row('headline', headline),
    ...(impact === undefined ? [] : [row('impact', impact)]),
    ...facts.map(({ label, value }) => row(label, value)),
    ...(action === undefined ? [] : [row('action', `${action.label} → ${action.url}`)]),
    row('one line', fallbackText),
    ...(rendered === undefined ? [] : ['', typeof rendered === 'string' ? rendered : JSON.stringify(rendered, null, 2)]),
  ].join('\n');
}
