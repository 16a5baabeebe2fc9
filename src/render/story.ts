// A story: the words for one kind of event, in neutral parts that every channel lays out its own way. Made by stories.ts, spoken here.
import type { DeliveryKind } from '../delivery.ts';
import type { Parts } from '../plugin.ts';
import { clean, cleanLines } from './escape.ts';
import { type Context, isWhole, type Leaf, renderLeaf } from './leaf.ts';
import type { Words } from './words.ts';

export type Link = { label: Leaf; url: Leaf };
export type Telling = {
  headline: Leaf;
  impact?: Leaf;
  facts: readonly { label: Leaf; value: Leaf }[];
  action?: Link;
  /** By plug-in type: keys that take the place of the layout's own. */
  channels?: Readonly<Record<string, unknown>>;
};

export const variants = ['resolved', 'digest', 'reminder', 'escalation'] as const;
export type Variant = (typeof variants)[number];

export type Story = {
  /** `disconnected`, `upsell-seats`; `es/disconnected` in another language than the rest. */
  name: string;
  /** For people: `templates/es/disconnected.yaml`. */
  file: string;
  telling: Telling;
  variants: Readonly<Partial<Record<Variant, Telling>>>;
  /** relay.yaml only: by error code. */
  codes: ReadonlyMap<string, Telling>;
};

/** Which words of the story serve; undefined where it has none for a recovery, for a problem's words would then be untrue. */
export function tellingFor(story: Story, kind: DeliveryKind | 'over', code?: string): Telling | undefined {
  if (kind === 'resolved' || kind === 'over') return story.variants.resolved;
  if (kind === 'digest' || kind === 'reminder' || kind === 'escalation') return story.variants[kind] ?? story.telling;
  return (code === undefined ? undefined : story.codes.get(code)) ?? story.telling;
}

/** Of one that a person closed: what it was, for the words of a recovery would be untrue. Only a subject is taken along of what a channel has of its own. */
export function closedTelling({ telling: { headline, facts, channels } }: Story): Telling {
  const subjects = Object.entries(channels ?? {}).flatMap(([type, own]) => {
    const { subject } = (own ?? {}) as { subject?: unknown };
    return subject === undefined ? [] : [[type, { subject }] as const];
  });
  return { headline, facts, ...(subjects.length > 0 && { channels: Object.fromEntries(subjects) }) };
}

const longest = { headline: 300, label: 200, value: 2000, impact: 3000, url: 2000 };

/** Plain text, cleaned and bounded, not yet escaped for a channel. A part that has nothing to say is left out. */
export function tell(telling: Telling, context: Context, words: Words): Parts {
  const headline = oneLine(telling.headline, context, longest.headline);
  const impact = telling.impact === undefined ? '' : tidy(cleanLines(renderLeaf(telling.impact, context), longest.impact));
  const facts: { label: string; value: string }[] = [];
  for (const { label, value } of telling.facts) {
    if (!isWhole(value, context)) continue;
    const said = oneLine(value, context, longest.value);
    if (said !== '') facts.push({ label: oneLine(label, context, longest.label), value: said });
  }
  const action = telling.action === undefined ? undefined : actionOf(telling.action, context);
  // Without an address there is nothing to press, but what is to be done is still said.
  if (action?.url === '') facts.push({ label: words.facts.next, value: action.label });
  return {
    headline,
    ...(impact === '' ? {} : { impact }),
    facts,
    ...(action === undefined || action.url === '' ? {} : { action }),
  };
}

/** A section that is left out leaves its spaces behind. Several lines are left as they are, for spaces may be what aligns them. */
const tidy = (text: string): string => (text.includes('  ') && !text.includes('\n') ? text.replace(/ {2,}/g, ' ') : text).trim();
const oneLine = (leaf: Leaf, context: Context, most: number): string => tidy(clean(renderLeaf(leaf, context), most));

function actionOf({ label, url }: Link, context: Context): { label: string; url: string } | undefined {
  const said = oneLine(label, context, longest.label);
  return said === '' ? undefined : { label: said, url: addressOf(url, context) };
}

/** A value may be a whole address where the leaf begins with it; anywhere else it is one piece of an address, and encoded as such. */
export function addressOf(leaf: Leaf, context: Context): string {
  if (!isWhole(leaf, context)) return '';
  let first = leaf.tokens?.[0]?.[0] === 'name';
  let cut = false;
  const mail = /^mailto:/i.test(leaf.text);
  const encode = (value: unknown) => {
    const text = clean(value, longest.url);
    cut ||= text.endsWith('…');
    // An address of a mail is no address without its @; a comma, which would add a reader, is encoded like the rest.
    const piece = first ? text : mail ? encodeURIComponent(text).replaceAll('%40', '@') : encodeURIComponent(text);
    first = false;
    return piece;
  };
  const address = renderLeaf(leaf, context, encode).trim();
  // Half an address leads to the wrong place.
  if (cut || address.length > longest.url) return '';
  return /^(https?:\/\/|mailto:)[^\s\p{Cc}\p{Bidi_Control}]+$/iu.test(address) && URL.canParse(address) ? address : '';
}
