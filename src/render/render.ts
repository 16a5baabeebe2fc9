// The render stage: a leased delivery becomes the message that its plug-in sends. Pure, and it never throws: whatever is wrong with a
// story, a layout or the data, the alert goes out, in the built-in words or in one plain line, and says that it did.
import type { z } from 'zod';
import type { Delivery } from '../delivery.ts';
import type { Workspace } from '../model.ts';
import type { AlertView, Format, Message, Parts } from '../plugin.ts';
import type { Rules } from '../rules/rules.ts';
import type { Leased } from '../store/store.ts';
import { choose } from './choose.ts';
import { alertView } from './context.ts';
import { clean, escapeFor } from './escape.ts';
import { escapedParts, layOut } from './layout.ts';
import { type Listed, listOf } from './list.ts';
import { lineOf, notes } from './notes.ts';
import { type Several, severalOf } from './several.ts';
import type { Stories } from './stories.ts';
import { length } from './time.ts';
import { storyView } from './view.ts';
import { keptOf } from './view-several.ts';
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
  /** Of each member of a digest or storm; absent: just its id. */
  workspaceOf?: (id: string) => Workspace;
  /** The routes of now: what is known of why a digest was kept. */
  rules?: Pick<Rules, 'routes' | 'quietHours'>;
  /** How many members the plug-in lists, and whether it sends files along. */
  members?: number | undefined;
  attachments?: boolean | undefined;
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
  const { leased, showPhone, adminUrl, acknowledgeUrl, rules } = input;
  const { delivery, event, body } = leased;
  const several = severalOf(input);
  const workspace = several?.reader ?? input.workspace;
  const own =
    event &&
    alertView({
      ...{ delivery, event, workspace: input.workspace, showPhone },
      ...(adminUrl === undefined ? {} : { adminUrl }),
      ...(acknowledgeUrl === undefined ? {} : { acknowledgeUrl }),
    });
  // What is true of one of many is not true of the whole.
  const one = several !== undefined || event === undefined || own === undefined ? undefined : { event, alert: own };
  const route = delivery.details.keptBy && rules?.routes.find(({ name }) => name === delivery.route);
  const keeping = { route, quietHours: rules?.quietHours };
  const viewIn = (words: Words) =>
    storyView({
      ...{ delivery, timezone: input.timezone, brand: input.brand, showPhone, now: input.now, words },
      ...{ ...one, several, ...keeping, listUrl: input.listUrl },
      ...(body === undefined ? {} : { body }),
    });
  const { parts: told, words, view, channels, story, flaw, failed, plain } = choose({ ...input, workspace }, viewIn);
  const { attachments, ...list }: Partial<Listed> = several === undefined ? {} : listOf(several, input, words);
  const kept = keptOf({ delivery, words, ...keeping });
  const unlisted = (several?.whole ?? 0) > (list.members?.length ?? 0) && attachments === undefined && input.listUrl === undefined;
  const closed = one?.alert.closed;
  const facts = [
    ...told.facts,
    ...notes(delivery, words, { event: one?.event, failed, kept, many: several !== undefined, unlisted, ...(closed && { closed }) }),
  ];
  const headline = headlineOf(told.headline, input, words, { plain, closed });
  const parts: Parts = { ...told, ...(closed && { impact: words.closedMeans }), ...list, headline, facts };
  const message: Message = {
    ...frame(input, several?.shown[0]?.alert ?? own, several),
    message: escapedParts(parts, input.format),
    fallbackText: lineOf(parts.headline, delivery, one?.alert, words, several?.tone),
    rendered: undefined,
    ...(attachments === undefined ? {} : { attachments }),
  };
  const over = input.channel === undefined ? undefined : channels?.[input.channel];
  return {
    ...{ message, view, parts },
    ...(over === undefined ? {} : { over }),
    ...(story === undefined ? {} : { story }),
    ...(flaw === undefined ? {} : { flaw }),
  };
}

/** A test says so first; a close, and a reminder in the words of the problem, say so last, for the first words are who and what. */
function headlineOf(
  told: string,
  { leased: { delivery }, now }: RenderInput,
  words: Words,
  { plain = false, closed }: { plain?: boolean | undefined; closed?: AlertView['closed'] },
): string {
  const { kind, details } = delivery;
  if (kind === 'test') return words.test(told);
  if (closed !== undefined) return words.closed(told, clean(closed.by, 60), clean(closed.reason, 100));
  if (!plain || details.since === undefined) return told;
  const lasts = length(now - details.since);
  return kind === 'reminder' ? words.reminded(told, lasts) : words.notTaken(told, lasts);
}

type Frame = Omit<Message, 'message' | 'fallbackText' | 'rendered'>;

/** All of a message but its words. */
function frame({ leased, now, attempt, rawEvent }: RenderInput, alert?: AlertView, several?: Several): Frame {
  const { delivery, body } = leased;
  const { kind, details } = delivery;
  // `new` asks for a message beside the old one, so there is nothing to edit.
  const previous = details.whenResolved === 'new' ? undefined : leased.previous;
  const threadKey = several === undefined ? alert?.key : keyOf(delivery);
  const ends = kind === 'resolved' || details.storm?.over === true;
  return {
    id: delivery.id,
    kind,
    mode: previous === undefined ? 'create' : ends ? 'resolve' : 'update',
    ...(previous !== undefined && details.whenResolved === 'thread' ? { answerOnly: true as const } : {}),
    ...(previous !== undefined && details.editOnly ? { editOnly: true as const } : {}),
    destination: delivery.destination,
    target: delivery.target.slice(delivery.target.indexOf(':') + 1),
    route: delivery.route,
    at: new Date(now).toISOString(),
    attempt,
    ...(alert === undefined ? {} : { alert }),
    alerts: several?.members.map((member) => member.alert) ?? [],
    ...(threadKey === undefined ? {} : { threadKey }),
    ...(previous === undefined ? {} : { previous }),
    // One webhook is not what a message about many came from.
    ...(rawEvent && body !== undefined && several === undefined ? { event: body } : {}),
  };
}

/** The same for a digest and its ends, and for all that is said of a storm. */
function keyOf({ id, kind, target, follows, details }: Delivery): string {
  if (kind !== 'storm') return `digest:${follows ?? id}`;
  return details.since === undefined ? `storm:${follows ?? id}` : `storm:${target}:${details.since}`;
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
