// Tries a layout on a message of every kind before one is needed: what cannot be filled in, or is refused by the plug-in's own schema for it,
// is found by `check` and not at night.
import type { z } from 'zod';
import type { DeliveryKind } from '../delivery.ts';
import type { EventType } from '../model.ts';
import { eventTypes } from '../model.ts';
import type { Format } from '../plugin.ts';
import { storyName } from './choose.ts';
import { layOut } from './layout.ts';
import type { LayoutPath } from './layout-tree.ts';
import type { Layouts } from './layouts.ts';
import type { Mistake } from './lint.ts';
import { isCondition } from './names.ts';
import { mistakeAt } from './read-story.ts';
import { type RenderInput, wordsOf } from './render.ts';
import { sampleBody, sampleDelivery, sampleNow, samplesOf, samplesOfMany, trialOfMany } from './samples.ts';
import type { Stories } from './stories.ts';

/** Of a plug-in, what matters to the words. */
export type Channel = { type: string; content: { format: Format; formats?: Readonly<Record<string, Format>>; output?: z.ZodType } };

/** `path`: where in what the layout makes. */
export type LayoutFault = { path: readonly PropertyKey[]; text: string };

/** The first thing that is wrong with it. */
export function tryLayout({ type, content }: Channel, layout: unknown, stories: Stories): LayoutFault | undefined {
  for (const input of trials(stories, type, content.format)) {
    const { message, view, parts } = wordsOf(input);
    try {
      const made = layOut(layout, message, view, content.format, { formats: content.formats, parts });
      content.output?.parse(made);
    } catch (error) {
      return faultOf(error);
    }
  }
  return undefined;
}

/** The same for what stories have of a channel's layout. One of the relay's own that does not fit a plug-in of the operator's is left out. */
export function takeoverMistakes({ inForce, shipped }: Stories, channels: readonly Channel[], layouts: Layouts): Mistake[] {
  const found: Mistake[] = [];
  for (const name of inForce.keys())
    for (const { channel: type, path, file, spot } of inForce.get(name)?.takeovers ?? []) {
      const channel = channels.find((one) => one.type === type);
      const fault = channel && tryTakeover(name, path, channel, layouts.get(type)?.[0], { inForce, shipped });
      if (fault === undefined) continue;
      const at = typeof fault.path[0] === 'string' ? [fault.path[0]] : [];
      const level = inForce.get(name) === shipped.get(name) ? 'warning' : 'error';
      found.push({ ...mistakeAt(file, spot(at), { code: 'value', text: fault.text }), level });
    }
  return found;
}

function tryTakeover(name: string, [variant]: LayoutPath, channel: Channel, layout: unknown, stories: Stories): LayoutFault | undefined {
  const { type, content } = channel;
  const [, language, bare] = /^(?:(.*)\/)?(.*)$/.exec(name)!;
  for (const input of trials(stories, type, content.format, language)) {
    const { delivery, event } = input.leased;
    // Asked before anything is rendered, for the relay starts only once all of this is done.
    const isEnd = delivery.kind === 'resolved' || delivery.details.storm?.over === true;
    if (storyName(delivery, event) !== bare || (variant === 'resolved') !== isEnd) continue;
    const { message, view, parts, over, story } = wordsOf(input);
    if (over === undefined || story !== stories.inForce.get(name)?.file) continue;
    try {
      const made = layOut(layout ?? over, message, view, content.format, { formats: content.formats, parts, over });
      content.output?.parse(made);
    } catch (error) {
      return faultOf(error);
    }
  }
  return undefined;
}

function faultOf(error: unknown): LayoutFault {
  const [issue] = (error as { issues?: { path?: PropertyKey[]; message?: string }[] }).issues ?? [];
  if (issue === undefined) return { path: [], text: error instanceof Error ? error.message : String(error) };
  const { path = [], message = 'it does not fit' } = issue;
  return { path, text: `What it makes is refused by the plug-in: ${path.map(String).join('.') || 'it'}: ${message}.` };
}

const kindsOf = (type: EventType): DeliveryKind[] =>
  isCondition(type) ? ['alert', 'resolved', 'test'] : type === 'connected' ? ['notice', 'resolved'] : ['notice'];

function* trials(stories: Stories, channel: string, format: Format, language?: string): Iterable<RenderInput> {
  const shared = { stories, channel, format, showPhone: false, timezone: 'UTC', brand: {}, now: sampleNow, attempt: 1, rawEvent: false };
  for (const type of [...eventTypes, 'unknown'] as const)
    for (const { event, workspace: row } of samplesOf(type))
      for (const kind of kindsOf(type))
        yield {
          ...shared,
          workspace: language === undefined ? row : { ...row, language },
          leased: { delivery: sampleDelivery(kind, event), event, body: sampleBody },
        };
  for (const topic of ['flapping', 'digest', 'storm'] as const)
    for (const over of [false, true])
      for (const { workspace: row, ...leased } of samplesOfMany(topic, over).map(trialOfMany)) {
        const workspace = language === undefined ? row : { ...row, language };
        yield { ...shared, workspace, workspaceOf: () => workspace, leased };
      }
  yield { ...shared, workspace: { id: '' }, leased: { delivery: sampleDelivery('relay') } };
}
