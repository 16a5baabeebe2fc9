// Which story's words serve a message, and in which language: the route's own story, the one for the event, the shipped one, each first in
// the language of the workspace. The first that has words for it serves; what failed before it is said.
import type { Delivery } from '../delivery.ts';
import type { Event, Workspace } from '../model.ts';
import type { Parts } from '../plugin.ts';
import type { Leased } from '../store/store.ts';
import { clean, cleanLines } from './escape.ts';
import { languageOf, wordsFor } from './languages.ts';
import { contextOf } from './leaf.ts';
import { isSeveral } from './several.ts';
import type { Stories } from './stories.ts';
import { closedTelling, type Story, type Telling, tell, tellingFor } from './story.ts';
import { english, type Words } from './words.ts';

export type Told = {
  parts: Parts;
  words: Words;
  view: object;
  /** By plug-in type, what the story has to say about its layout. */
  channels?: Telling['channels'];
  /** The file, for people. */
  story?: string;
  /** Which file failed, and why. */
  flaw?: string;
  failed?: string;
  /** The words of the problem, for the story has none of its own for a reminder or an escalation. */
  plain?: true;
};

type Asked = { leased: Leased; workspace: Workspace; stories: Stories };
type Candidate = { story: Story } | { missing: string };

export function choose(asked: Asked, viewIn: (words: Words) => object): Told {
  const { kind, details } = asked.leased.delivery;
  let failure: { flaw: string; failed: string } | undefined;
  for (const candidate of candidates(asked)) {
    if ('missing' in candidate) {
      failure = { flaw: `${candidate.missing} is not there or has mistakes`, failed: candidate.missing };
      continue;
    }
    const { story } = candidate;
    const telling =
      details.closed !== undefined
        ? closedTelling(story)
        : tellingFor(story, details.storm?.over === true ? 'over' : kind, details.relay?.code);
    if (telling === undefined) continue;
    try {
      const words = wordsFor(languageOf(story.name), asked.workspace.language);
      const view = viewIn(words);
      const parts = tell(telling, contextOf(view), words);
      const plain = (kind === 'reminder' || kind === 'escalation') && story.variants[kind] === undefined ? { plain: true as const } : {};
      if (parts.headline !== '')
        return { parts, words, view, story: story.file, ...(telling.channels && { channels: telling.channels }), ...plain, ...failure };
      failure ??= { flaw: `${story.file}: the headline came out empty`, failed: story.file };
    } catch (error) {
      failure ??= { flaw: `${story.file}: ${error instanceof Error ? error.message : error}`, failed: story.file };
    }
  }
  return { parts: oneLine(asked.leased), words: english, view: viewIn(english), flaw: 'no story has words for it', ...failure };
}

function* candidates({ stories: { inForce, shipped }, leased: { delivery, event }, workspace }: Asked): Iterable<Candidate> {
  const { template } = delivery;
  const folders = foldersOf(workspace.language);
  const named = (name: string) => [...folders.map((folder) => `${folder}/${name}`), name];
  const name = storyName(delivery, event);
  // A route's own story tells of one event, and of a number that comes and goes it would say that it is down.
  const isOwn = name !== 'digest' && name !== 'storm' && name !== 'flapping' && template !== undefined;
  const own = isOwn ? named(template).flatMap((one) => inForce.get(one) ?? []) : [];
  if (isOwn && own.length === 0) yield { missing: `templates/${template}.yaml` };
  const onShelves = (one: string) => [inForce.get(one), shipped.get(one)];
  const standard = named(name).flatMap(onShelves);
  const last = name === 'digest' || name === 'storm' ? [] : named('default').flatMap(onShelves);
  for (const story of new Set([...own, ...standard, ...last])) if (story !== undefined) yield { story };
}

/** A number that is back ends a disconnect, so it is told by the words of that story. */
export function storyName(delivery: Delivery, event: Event | undefined): string {
  const { kind, details } = delivery;
  if (isSeveral(delivery)) return kind === 'storm' ? 'storm' : 'digest';
  if (details.flaps !== undefined) return 'flapping';
  if (event === undefined) return 'relay';
  if (event.type === 'unknown') return 'default';
  return event.type === 'connected' && kind === 'resolved' ? 'disconnected' : event.type;
}

/** `es-MX` → templates/es-mx, then templates/es. */
function foldersOf(language: string | undefined): string[] {
  if (!language) return [];
  const steps = language.toLowerCase().replaceAll('_', '-').split('-');
  return steps.map((_, index) => steps.slice(0, steps.length - index).join('-'));
}

/** What is said when no story can be: the event's own name, or the relay's own text. */
function oneLine({ delivery, event }: Leased): Parts {
  const { relay } = delivery.details;
  if (relay !== undefined)
    return { headline: clean(`timelines-relay: ${relay.code} ${relay.subject}`), impact: cleanLines(relay.text), facts: [] };
  const { members } = delivery.details;
  if (isSeveral(delivery)) return { headline: clean(`${members?.length ?? 0} alerts at once (${delivery.kind})`), facts: [] };
  return { headline: clean(`${event?.workspaceId ?? ''}: ${event?.wireType ?? delivery.kind}`), facts: [] };
}
