// Which story's words serve a message, and in which language: the route's own story, the one for the event, the shipped one, each first in
// the language of the workspace. The first that has words for it serves; what failed before it is said.
import type { Event, Workspace } from '../model.ts';
import type { Parts } from '../plugin.ts';
import type { Leased } from '../store/store.ts';
import { clean, cleanLines } from './escape.ts';
import { languageOf, wordsFor } from './languages.ts';
import { contextOf } from './leaf.ts';
import type { Stories } from './stories.ts';
import { type Story, type Telling, tell, tellingFor } from './story.ts';
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
    const telling = tellingFor(story, kind, details.relay?.code);
    if (telling === undefined) continue;
    try {
      const words = wordsFor(languageOf(story.name), asked.workspace.language);
      const view = viewIn(words);
      const parts = tell(telling, contextOf(view), words);
      if (parts.headline !== '')
        return { parts, words, view, story: story.file, ...(telling.channels && { channels: telling.channels }), ...failure };
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
  const own = template === undefined ? [] : named(template).flatMap((name) => inForce.get(name) ?? []);
  if (template !== undefined && own.length === 0) yield { missing: `templates/${template}.yaml` };
  const standard = named(storyName(delivery.kind, event)).flatMap((name) => [inForce.get(name), shipped.get(name)]);
  const last = named('default').flatMap((name) => [inForce.get(name), shipped.get(name)]);
  for (const story of new Set([...own, ...standard, ...last])) if (story !== undefined) yield { story };
}

/** A number that is back ends a disconnect, so it is told by the words of that story. */
export function storyName(kind: string, event: Event | undefined): string {
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
  return { headline: clean(`${event?.workspaceId ?? ''}: ${event?.wireType ?? delivery.kind}`), facts: [] };
}
