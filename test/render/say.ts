// A message as the relay would make it from a sample, with what a test cares about changed.
import type { DeliveryKind, Details } from '../../src/delivery.ts';
import type { Event, EventType, Workspace } from '../../src/model.ts';
import { type Rendered, type RenderInput, renderMessage } from '../../src/render/render.ts';
import { sampleBody, sampleDelivery, sampleNow, samplesOf } from '../../src/render/samples.ts';
import { load } from './parse.ts';

export const { stories, mistakes } = load();

export type Change = Partial<Omit<RenderInput, 'leased' | 'workspace'>> & {
  /** The only one. */
  layout?: unknown;
  event?: Partial<Event>;
  workspace?: Workspace;
  details?: Details;
  template?: string;
  route?: string;
  body?: string;
  previous?: Record<string, string>;
};

/** `full`: with all that such a webhook may hold; else with as little. */
export function inputOf(type: EventType, kind: DeliveryKind, change: Change = {}, full = true): RenderInput {
  const sample = samplesOf(type)[full ? 0 : 1];
  const { event: changed, workspace = sample.workspace, details, template, route, body = sampleBody, previous, layout, ...rest } = change;
  const event = { ...sample.event, ...changed };
  const made = sampleDelivery(kind, event);
  const delivery = {
    ...made,
    details: { ...made.details, ...details },
    ...(template === undefined ? {} : { template }),
    ...(route === undefined ? {} : { route }),
  };
  return {
    leased: { delivery, event, body, ...(previous === undefined ? {} : { previous }) },
    workspace,
    ...{ stories, format: 'text', showPhone: false, timezone: 'UTC', brand: {}, now: sampleNow, attempt: 1, rawEvent: false },
    ...(layout === undefined ? {} : { layouts: [layout] }),
    ...rest,
  };
}

export const say = (type: EventType, kind: DeliveryKind, change: Change = {}, full = true): Rendered =>
  renderMessage(inputOf(type, kind, change, full));

/** What the relay says about itself. */
export function sayRelay(code: string, subject: string, text: string, change: Partial<RenderInput> = {}): Rendered {
  const delivery = { ...sampleDelivery('relay'), details: { relay: { code, subject, text } } };
  return renderMessage({
    leased: { delivery },
    workspace: { id: '' },
    ...{ stories, format: 'text', showPhone: false, timezone: 'UTC', brand: {}, now: sampleNow, attempt: 1, rawEvent: false },
    ...change,
  });
}

/** As a person reads it where there is no layout. */
export function asText({ message: { message, fallbackText } }: Rendered): string {
  const { headline, impact, facts, action } = message;
  const lines = [`on the lock screen: ${fallbackText}`, '', headline, ...(impact === undefined ? [] : [impact]), ''];
  lines.push(...facts.map(({ label, value }) => `  ${label}: ${value}`));
  if (action !== undefined) lines.push(`  → ${action.label}: ${action.url}`);
  return lines.join('\n').trimEnd();
}
