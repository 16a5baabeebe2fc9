// Mails as the relay makes them: the shipped stories and layouts, laid out for the email plug-in. For its tests and pictures.
import plugin from '../../plugins/email/index.ts';
import type { DeliveryKind } from '../../src/delivery.ts';
import type { EventType } from '../../src/model.ts';
import type { Message, PluginDefinition } from '../../src/plugin.ts';
import { loadLayouts } from '../../src/render/layouts.ts';
import { type Many, sayMany } from '../render/many.ts';
import { nearest, parse, shippedLayouts } from '../render/parse.ts';
import { type Change, say, sayRelay, stories } from '../render/say.ts';

const { content } = plugin;
export const laid = loadLayouts({
  shipped: shippedLayouts.filter(({ name }) => name.startsWith('email.')),
  operator: [],
  channels: [plugin as PluginDefinition],
  broken: [],
  ...{ stories, parse, nearest },
});
const forMail: Change = {
  ...{ format: content.format, formats: content.formats, channel: 'email', output: plugin.content.output! },
  layouts: laid.layouts.get('email')!,
};

export type Rendered = { subject: string; text: string; html: string };
type Given = { message: Message<Rendered>; flaw?: string };

/** `full`: with all that such a webhook may hold; else with as little. */
export const mailOf = (type: EventType, kind: DeliveryKind, change: Change = {}, full = true): Given =>
  say(type, kind, { ...forMail, ...change }, full) as Given;

/** Of many at once. */
export const mailOfMany = (kind: DeliveryKind, many: Many = {}): Given =>
  sayMany(kind, { ...(forMail as Many), members: content.members, attachments: content.attachments, ...many }) as Given;

export const mailOfRelay = (code: string, subject: string, text: string): Given =>
  sayRelay(code, subject, text, forMail as Parameters<typeof sayRelay>[3]) as Given;
