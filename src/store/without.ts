// A JSON text without what is about one workspace. Each text is judged by the property that it stands in, and where it goes to, and whom a message
// is for, is not looked at: those are of whoever is told. Pure.
import type { Mentions } from './mention.ts';

/** `events`: ids of its events; `byId`: a table that has workspaces as its keys; `reasons`: one of destinations, each with the reason of its trouble. */
export type About = { mentions: Mentions; events?: ReadonlySet<string>; byId?: boolean; reasons?: boolean };

export const ofNote = (mentions: Mentions, key: string): About => ({
  mentions,
  byId: key === 'partner-api.names',
  reasons: key === 'lanes.held',
});

const ofWorkspace: ReadonlySet<string> = new Set(['workspace', 'workspaces', 'workspaceId', 'workspace_id']);
const ofOthers: ReadonlySet<string> = new Set(['for', 'target', 'told']);

/** The same text where nothing is about it; undefined where nothing else is left. */
export function without(json: string, about: About): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return isAbout(json, '', about) ? undefined : json;
  }
  const left = thin(value, '', about);
  if (left === value) return json;
  return left === undefined || (Array.isArray(left) && left.length === 0) ? undefined : JSON.stringify(left);
}

function isAbout(text: string, place: string, { mentions, events }: About): boolean {
  if (ofWorkspace.has(place)) return text === mentions.id;
  if (place === 'marks') return mentions.mark(text);
  return events?.has(text) || mentions.told(text);
}

/** The value itself where nothing in it is about it. */
function thin(value: unknown, place: string, about: About): unknown {
  if (typeof value === 'string') return isAbout(value, place, about) ? undefined : value;
  if (Array.isArray(value)) return thinList(value, place, about);
  return typeof value === 'object' && value !== null ? thinObject(value, place, about) : value;
}

/** Of names, those that stay, and no empty list: a condition without a name would be another one. A tuple that is about it goes whole. */
function thinList(list: readonly unknown[], place: string, about: About): unknown {
  const ofTexts = list.every((one) => typeof one === 'string');
  if (!ofTexts && list.some((one) => typeof one === 'string' && isAbout(one, place, about))) return undefined;
  const left = list.map((one) => thin(one, place, about)).filter((one) => one !== undefined);
  if (ofTexts && left.length === 0 && list.length > 0 && place !== 'marks') return undefined;
  return left.length === list.length && left.every((one, at) => one === list[at]) ? list : left;
}

/** What is about it in a property makes the whole about it, but for the reason that a person gave. */
function thinObject(value: object, place: string, about: About): unknown {
  const all = Object.entries(value);
  const entries = about.byId ? all.filter(([key]) => key !== about.mentions.id) : all;
  // Beside `by` a reason is a person's, and what an account was disconnected for is none.
  const { by, reason } = value as { by?: unknown; reason?: unknown };
  const people = typeof reason === 'string' && (about.reasons || typeof by === 'string') ? ['reason', 'by'] : [];
  const left = entries.map(([key, one]) => {
    if (typeof one === 'string' && people.includes(key)) return [key, about.mentions.blank(one)] as const;
    // A workspace's own row.
    const at = key === 'id' && place === 'workspace' ? place : key;
    return [key, ofOthers.has(key) ? one : thin(one, at, about)] as const;
  });
  if (left.some(([, one]) => one === undefined)) return undefined;
  const same = entries.length === all.length && left.every(([, one], at) => one === entries[at]![1]);
  return same ? value : Object.fromEntries(left);
}
