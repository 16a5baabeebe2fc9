// The render stage: a leased delivery becomes the message that its plug-in sends. Pure, and it never throws: whatever is wrong with a
// story, a layout or the data, the alert goes out, in the built-in words or in one plain line, and says that it did.
import type { z } from 'zod';
import type { Event, Workspace } from '../model.ts';
import type { AlertView, Format, Message, Parts } from '../plugin.ts';
import type { Rules } from '../rules/rules.ts';
import type { Leased } from '../store/store.ts';
import { alertView } from './context.ts';
import { clean, cleanLines, escapeFor } from './escape.ts';
import { escapedParts, layOut } from './layout.ts';
import { contextOf } from './leaf.ts';
import { lineOf, notes } from './notes.ts';
import type { Stories } from './stories.ts';
import { type Story, tell, tellingFor } from './story.ts';
import { storyView } from './view.ts';
import { english, type Words } from './words.ts';

export type RenderInput = {
  /** With `event` and `body` filled in, except for what the relay says about itself. */
  leased: Leased;
  workspace: Workspace;
  stories: Stories;
  format: Format;
  /** Top-level keys of the layout that are written in another. */
  formats?: Readonly<Record<string, Format>> | undefined;
  /** A tree or a text: the destination's own, the operator's or the plug-in's. */
  layout?: unknown;
  /** Checks what the layout made. */
  output?: z.ZodType;
  showPhone: boolean;
  /** Of the file; a workspace's own wins. */
  timezone: string;
  brand: Rules['brand'];
  adminUrl?: string;
  now: number;
  attempt: number;
  /** Whether the plug-in gets the webhook's body. */
  rawEvent: boolean;
};

/** `story`: the file whose words were used. `flaw` says which file failed and why. */
export type Rendered = { message: Message; story?: string; flaw?: string };

export function renderMessage(input: RenderInput): Rendered {
  try {
    return render(input);
  } catch (error) {
    const { delivery, event } = input.leased;
    const headline = clean(`${delivery.kind}: ${event?.wireType ?? delivery.details.relay?.code ?? ''} (${input.workspace.id})`);
    const parts = { headline: escapeFor[input.format](headline), facts: [] };
    return {
      message: { ...frame(input), message: parts, fallbackText: headline, rendered: undefined },
      flaw: `could not be rendered: ${error}`,
    };
  }
}

function render(input: RenderInput): Rendered {
  const { leased, workspace, showPhone, adminUrl } = input;
  const { delivery, event, body } = leased;
  const words = english;
  const alert = event && alertView({ delivery, event, workspace, showPhone, ...(adminUrl === undefined ? {} : { adminUrl }) });
  const view = storyView({
    ...{ delivery, timezone: input.timezone, brand: input.brand, showPhone, now: input.now, words },
    ...(event === undefined || alert === undefined ? {} : { event, alert }),
    ...(body === undefined ? {} : { body }),
  });
  const context = contextOf(view);
  const told = tellWith(storiesFor(input.stories, input), input, context, words);
  const plain = { ...told.parts, facts: [...told.parts.facts, ...notes(delivery, told.failed, words)] };
  if (delivery.kind === 'test') plain.headline = words.test(plain.headline);
  const parts = escapedParts(plain, input.format);
  const message: Message = {
    ...frame(input, alert),
    message: parts,
    fallbackText: lineOf(plain.headline, delivery, alert, words),
    rendered: undefined,
  };
  const { story, flaw } = told;
  const rendered =
    input.layout === undefined
      ? { message, ...(flaw === undefined ? {} : { flaw }) }
      : laidOut(input, message, { view, parts: plain }, flaw);
  return story === undefined ? rendered : { ...rendered, story };
}

type Frame = Omit<Message, 'message' | 'fallbackText' | 'rendered'>;

/** All of a message but its words. */
function frame({ leased, now, attempt, rawEvent }: RenderInput, alert?: AlertView): Frame {
  const { delivery, body } = leased;
  // `new` asks for a message beside the old one, so there is nothing to edit.
  const previous = delivery.details.whenResolved === 'new' ? undefined : leased.previous;
  const threadKey = alert?.key;
  return {
    id: delivery.id,
    kind: delivery.kind,
    mode: previous === undefined ? 'create' : delivery.kind === 'resolved' ? 'resolve' : 'update',
    ...(previous !== undefined && delivery.details.whenResolved === 'thread' ? { answerOnly: true as const } : {}),
    destination: delivery.destination,
    target: delivery.target.slice(delivery.target.indexOf(':') + 1),
    route: delivery.route,
    at: new Date(now).toISOString(),
    attempt,
    ...(alert === undefined ? {} : { alert }),
    alerts: [],
    ...(threadKey === undefined ? {} : { threadKey }),
    ...(previous === undefined ? {} : { previous }),
    ...(rawEvent && body !== undefined ? { event: body } : {}),
  };
}

type Candidate = { story: Story } | { missing: string };

/** The route's own story, the one for the event, the shipped one: the first that has words for it serves. */
function* storiesFor({ inForce, shipped }: Stories, { leased: { delivery, event } }: RenderInput): Iterable<Candidate> {
  const { template } = delivery;
  const name = storyName(delivery.kind, event);
  const own = template === undefined ? undefined : inForce.get(template);
  if (template !== undefined && own === undefined) yield { missing: `templates/${template}.yaml` };
  for (const story of new Set([own, inForce.get(name), shipped.get(name), inForce.get('default'), shipped.get('default')]))
    if (story !== undefined) yield { story };
}

/** A number that is back ends a disconnect, so it is told by the words of that story. */
function storyName(kind: string, event: Event | undefined): string {
  if (event === undefined) return 'relay';
  if (event.type === 'unknown') return 'default';
  return event.type === 'connected' && kind === 'resolved' ? 'disconnected' : event.type;
}

type Told = { parts: Parts; story?: string; flaw?: string; failed?: string };

function tellWith(candidates: Iterable<Candidate>, { leased }: RenderInput, context: ReturnType<typeof contextOf>, words: Words): Told {
  const { kind, details } = leased.delivery;
  let failure: { flaw: string; failed: string } | undefined;
  for (const candidate of candidates) {
    if ('missing' in candidate) {
      failure = { flaw: `${candidate.missing} is not there or has mistakes`, failed: candidate.missing };
      continue;
    }
    const { story } = candidate;
    const telling = tellingFor(story, kind, details.relay?.code);
    if (telling === undefined) continue;
    try {
      const parts = tell(telling, context, words);
      if (parts.headline !== '') return { parts, story: story.file, ...failure };
      failure ??= { flaw: `${story.file}: the headline came out empty`, failed: story.file };
    } catch (error) {
      failure ??= { flaw: `${story.file}: ${error instanceof Error ? error.message : error}`, failed: story.file };
    }
  }
  return { parts: oneLine(leased), flaw: 'no story has words for it', ...failure };
}

/** What is said when no story can be: the event's own name, or the relay's own text. */
function oneLine({ delivery, event }: Leased): Parts {
  const { relay } = delivery.details;
  if (relay !== undefined)
    return { headline: clean(`timelines-relay: ${relay.code} ${relay.subject}`), impact: cleanLines(relay.text), facts: [] };
  return { headline: clean(`${event?.workspaceId ?? ''}: ${event?.wireType ?? delivery.kind}`), facts: [] };
}

type Made = { view: object; parts: Parts };

function laidOut(input: RenderInput, message: Message, { view, parts }: Made, before: string | undefined): Rendered {
  try {
    const made = layOut(input.layout, message, view, input.format, { formats: input.formats, parts });
    const rendered = input.output === undefined ? made : input.output.parse(made);
    return { message: { ...message, rendered }, ...(before === undefined ? {} : { flaw: before }) };
  } catch (error) {
    const flaw = `the layout of ${message.destination} failed: ${error instanceof Error ? error.message : error}`;
    return { message, flaw: before === undefined ? flaw : `${before}; ${flaw}` };
  }
}
