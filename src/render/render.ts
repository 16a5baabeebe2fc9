// The render stage: a leased delivery becomes the message that its plug-in sends. Pure, and it never throws: whatever is wrong with a
// story, a layout or the data, the alert goes out, in the built-in words or in one plain line, and says that it did.
import type { z } from 'zod';
import type { Workspace } from '../model.ts';
import type { AlertView, Format, Message, Parts } from '../plugin.ts';
import type { Rules } from '../rules/rules.ts';
import type { Leased } from '../store/store.ts';
import { choose } from './choose.ts';
import { alertView } from './context.ts';
import { clean, escapeFor } from './escape.ts';
import { escapedParts, layOut } from './layout.ts';
import { lineOf, notes } from './notes.ts';
import type { Stories } from './stories.ts';
import { storyView } from './view.ts';
import type { Words } from './words.ts';

export type RenderInput = {
  /** With `event` and `body` filled in, except for what the relay says about itself. */
  leased: Leased;
  workspace: Workspace;
  stories: Stories;
  format: Format;
  /** Top-level keys of the layout that are written in another. */
  formats?: Readonly<Record<string, Format>> | undefined;
  /** Trees or texts, the one that wins first: the destination's own, the operator's, the relay's, the plug-in's. The next serves where one fails. */
  layouts?: readonly unknown[];
  /** The plug-in's type: a story may take keys of its layout over. */
  channel?: string;
  /** Checks what the layout made. */
  output?: z.ZodType;
  showPhone: boolean;
  /** Of the file; a workspace's own wins. */
  timezone: string;
  brand: Rules['brand'];
  adminUrl?: string;
  /** A page with a button that takes the incident on. */
  acknowledgeUrl?: string;
  now: number;
  attempt: number;
  /** Whether the plug-in gets the webhook's body. */
  rawEvent: boolean;
  /** A page with all members. */
  listUrl?: string;
};

/** `story`: the file whose words were used. `flaw` says which file failed and why. */
export type Rendered = { message: Message; story?: string; flaw?: string };

export function renderMessage(input: RenderInput): Rendered {
  try {
    const worded = wordsOf(input);
    const { rendered, flaw } = laidOut(input, worded);
    const said = [worded.flaw, flaw].filter((one) => one !== undefined).join('; ');
    return {
      message: rendered === undefined ? worded.message : { ...worded.message, rendered },
      ...(worded.story === undefined ? {} : { story: worded.story }),
      ...(said === '' ? {} : { flaw: said }),
    };
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

export type Worded = {
  /** All but what a layout makes of it. */
  message: Message;
  view: object;
  /** The words before they are escaped. */
  parts: Parts;
  /** What the story has to say about the layout. */
  over?: unknown;
  story?: string;
  flaw?: string;
};

export function wordsOf(input: RenderInput): Worded {
  const { leased, workspace, showPhone, adminUrl, acknowledgeUrl } = input;
  const { delivery, event, body } = leased;
  const addresses = {
    ...(adminUrl === undefined ? {} : { adminUrl }),
    ...(acknowledgeUrl === undefined ? {} : { acknowledgeUrl }),
  };
  const alert = event && alertView({ delivery, event, workspace, showPhone, ...addresses });
  const viewIn = (words: Words) =>
    storyView({
      ...{ delivery, timezone: input.timezone, brand: input.brand, showPhone, now: input.now, words },
      ...(event === undefined || alert === undefined ? {} : { event, alert }),
      listUrl: input.listUrl,
      ...(body === undefined ? {} : { body }),
    });
  const { parts: told, words, view, channels, story, flaw, failed } = choose(input, viewIn);
  const parts = { ...told, facts: [...told.facts, ...notes(delivery, failed, words)] };
  if (delivery.kind === 'test') parts.headline = words.test(parts.headline);
  const message: Message = {
    ...frame(input, alert),
    message: escapedParts(parts, input.format),
    fallbackText: lineOf(parts.headline, delivery, alert, words),
    rendered: undefined,
  };
  const over = input.channel === undefined ? undefined : channels?.[input.channel];
  return {
    ...{ message, view, parts },
    ...(over === undefined ? {} : { over }),
    ...(story === undefined ? {} : { story }),
    ...(flaw === undefined ? {} : { flaw }),
  };
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
    ...(previous !== undefined && delivery.details.editOnly ? { editOnly: true as const } : {}),
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

/** The story's own keys over the first layout; where that fails the layout alone, then the next. */
function laidOut(
  { layouts = [], format, formats, output }: RenderInput,
  { message, view, parts, over, story }: Worded,
): { rendered?: unknown; flaw?: string } {
  const tries = over === undefined ? [] : [{ layout: layouts[0] ?? over, over, name: `the layout in ${story}` }];
  let flaw: string | undefined;
  for (const { layout, over, name } of [...tries, ...layouts.map((layout) => ({ layout, over: undefined, name: 'the layout' }))])
    try {
      const made = layOut(layout, message, view, format, { formats, parts, over });
      const rendered = output === undefined ? made : output.parse(made);
      return flaw === undefined ? { rendered } : { rendered, flaw };
    } catch (error) {
      flaw ??= `${name} of ${message.destination} failed: ${error instanceof Error ? error.message : error}`;
    }
  return flaw === undefined ? {} : { flaw };
}
