// Messages for Slack as the relay makes them: the shipped stories and layout. For its tests and pictures.
import type { z } from 'zod';
import plugin from '../../plugins/slack/index.ts';
import type { output } from '../../plugins/slack/layout.ts';
import type { DeliveryKind } from '../../src/delivery.ts';
import type { EventType } from '../../src/model.ts';
import type { Message, PluginDefinition } from '../../src/plugin.ts';
import { loadLayouts } from '../../src/render/layouts.ts';
import { type Many, sayMany } from '../render/many.ts';
import { nearest, parse, shippedLayouts } from '../render/parse.ts';
import { type Change, say, sayRelay, stories } from '../render/say.ts';

export const laid = loadLayouts({
  shipped: shippedLayouts.filter(({ name }) => name.startsWith('slack.')),
  operator: [],
  channels: [plugin as PluginDefinition],
  broken: [],
  ...{ stories, parse, nearest },
});
const forSlack: Change = {
  ...{ format: plugin.content.format, channel: 'slack', output: plugin.content.output! },
  layouts: laid.layouts.get('slack')!,
};

type Given = { message: Message<z.output<typeof output>>; flaw?: string };

/** `full`: with all that such a webhook may hold; else with as little. */
export const slackOf = (type: EventType, kind: DeliveryKind, change: Change = {}, full = true): Given =>
  say(type, kind, { ...forSlack, ...change }, full) as Given;

/** Of many at once. */
export const slackOfMany = (kind: DeliveryKind, many: Many = {}): Given => sayMany(kind, { ...(forSlack as Many), ...many }) as Given;

export const slackOfRelay = (code: string, subject: string, text: string): Given =>
  sayRelay(code, subject, text, forSlack as Parameters<typeof sayRelay>[3]) as Given;
