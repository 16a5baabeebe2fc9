// A line of the audit in words: "Ann took “number down: Acme Ltd” on until 17:30 CET". Pure. What nobody gave words to here is told by its name.
import type { AuditLine, AuditWay } from '../audit.ts';

export type AuditNames = {
  workspace(id: string): string;
  /** A moment as a reader says it, seen from the time of the line. */
  time(at: number, seenAt: number): string;
};

/** In three parts, for what it is about may be a link. */
export type AuditSentence = { before: string; about: string; after: string; to?: string };

export function auditSentence(line: AuditLine, names: AuditNames): AuditSentence {
  const { verb, after = '' } = (Object.hasOwn(kinds, line.what) ? kinds[line.what]!.say : otherwise)(line, names);
  const { text = '', to } = aboutOf(line, names);
  // A verb that tells all there is to tell stands alone.
  return { before: `${auditWho(line)} ${verb}${text === '' ? '' : ' '}`, about: text, after, ...(to !== undefined && { to }) };
}

export const auditText = ({ before, about, after }: AuditSentence): string => `${before}${about}${after}`;

const auditWho = ({ by, who }: Pick<AuditLine, 'by' | 'who'>): string =>
  by === undefined ? (ways[who] ?? who) : who === 'link' ? by.replace(/^t/, 'T') : by;

/** Whether whoever did it could have said why. */
export const couldSayWhy = ({ what, who }: Pick<AuditLine, 'what' | 'who'>): boolean =>
  ['token', 'loopback', 'page'].includes(who) && !unasked.has(what);
const unasked: ReadonlySet<string> = new Set(['sign-in', 'sign-out', 'payload-shown', 'phones-shown']);

/** By the names that the API gives them, in the order of a list to choose from. */
export const auditLabels = (): { value: string; label: string }[] => Object.entries(kinds).map(([value, { label }]) => ({ value, label }));

const ways: Readonly<Record<AuditWay, string>> = {
  token: 'Somebody with ADMIN_TOKEN',
  loopback: 'Somebody on this machine',
  page: 'Somebody at the pages',
  link: 'Somebody by a link',
  files: 'The files on disk',
  signal: 'A signal to the process',
  stranger: 'Somebody without the token',
};

type Said = { verb: string; after?: string };
type Say = (line: AuditLine, names: AuditNames) => Said;

const kinds: Readonly<Record<string, { label: string; say: Say }>> = {
  acknowledge: { label: 'incident taken on', say: (line, names) => ({ verb: 'took', after: ` on${until(line, names)}` }) },
  close: { label: 'incident closed', say: () => ({ verb: 'closed' }) },
  silence: { label: 'silence made', say: (line, names) => ({ verb: 'silenced', after: until(line, names) }) },
  unsilence: { label: 'silence ended', say: () => ({ verb: 'ended the silence of' }) },
  replay: {
    label: 'sent again',
    say: ({ facts: { created, refused, event } }) => {
      const sent = countOf(created);
      const not = Number(refused ?? 0) > 0 ? `; ${refused} could not be sent` : '';
      return {
        verb: `sent ${sent} ${sent === 1 ? 'message' : 'messages'} again${event === undefined ? not : ' of'}`,
        ...(event ? { after: not } : {}),
      };
    },
  },
  test: { label: 'destination tested', say: ({ facts }) => ({ verb: 'sent a test to', after: `: ${facts.class ?? 'unknown'}` }) },
  pause: { label: 'destination paused', say: (line, names) => ({ verb: 'paused', after: until(line, names) }) },
  resume: {
    label: 'destination resumed',
    say: ({ facts }) => ({ verb: 'resumed', ...(facts.resumed === false && { after: ', which nothing held' }) }),
  },
  files: {
    label: 'files changed on disk',
    say: ({ facts: { ok, mistakes } }) => ({
      verb: ok ? 'came into force' : `were refused: ${mistakes === 1 ? 'a mistake' : `${mistakes} mistakes`}`,
    }),
  },
  reload: {
    label: 'files read anew',
    say: ({ facts: { ok } }) => ({
      verb: `had the files read anew${ok === undefined ? '' : ok ? ', and they are in force' : ', and they were refused'}`,
    }),
  },
  forget: {
    label: "workspace's data deleted",
    say: ({ facts: { deleted, unfinished } }) => {
      if (unfinished !== undefined) return { verb: 'began to delete what is kept of a workspace, and it is not known to be over' };
      const rows = Object.values((deleted ?? {}) as Record<string, number>).reduce((sum, one) => sum + one, 0);
      return { verb: `deleted what was kept of a workspace, ${rows} ${rows === 1 ? 'row' : 'rows'}` };
    },
  },
  'payload-shown': { label: 'whole payload looked at', say: () => ({ verb: 'looked at the whole payload of' }) },
  'phones-shown': {
    label: 'report with whole numbers',
    say: ({ facts: { month } }) => ({ verb: 'took the report', after: ` of ${month}, with whole phone numbers` }),
  },
  'sign-in': { label: 'signed in', say: () => ({ verb: 'signed in from' }) },
  'sign-out': { label: 'signed out', say: () => ({ verb: 'signed out' }) },
  'locked-out': {
    label: 'locked out',
    say: ({ facts: { untold } }) => ({
      verb: 'was locked out after ten wrong tokens from',
      ...(Number(untold) > 0 && { after: `; so were ${untold} others before` }),
    }),
  },
};

const otherwise: Say = ({ what, subject }) => ({ verb: `did “${what}”${subject === undefined ? '' : ' to'}` });

function until({ at, facts }: AuditLine, { time }: AuditNames): string {
  const end = typeof facts.until === 'string' ? Date.parse(facts.until) : Number.NaN;
  return Number.isNaN(end) ? '' : ` until ${time(end, at)}`;
}

const countOf = (list: unknown): number => {
  if (!Array.isArray(list)) return 0;
  // Of a long list the last one says how many more there were.
  const more = /^and (\d+) more$/.exec(String(list.at(-1)))?.[1];
  return more === undefined ? list.length : list.length - 1 + Number(more);
};

/** Without a subject: what has none, or had one that was erased. */
function aboutOf({ what, facts, subject, erased }: AuditLine, names: AuditNames): { text?: string; to?: string } {
  const { incident, destination, event, where } = facts;
  if (typeof incident === 'string')
    return { text: `“${incidentWords(incident, names)}”`, to: `/incidents/${encodeURIComponent(incident)}` };
  if (typeof destination === 'string') return { text: destination, to: `/destinations/${encodeURIComponent(destination)}` };
  if (typeof event === 'string') return { text: event, to: `/events/${encodeURIComponent(event)}` };
  if (typeof where === 'object' && where !== null) return { text: `“${conditions(where)}”`, to: '/silences' };
  if (subject !== undefined) return { text: subject };
  return erased && !['forget', 'files', 'reload', 'sign-out'].includes(what) ? { text: '(erased)' } : {};
}

const conditions = (where: object): string =>
  Object.entries(where)
    .map(([key, values]) => `${key} ${[values].flat().join(' or ')}`)
    .join(', ');

const incidentKinds: Readonly<Record<string, string>> = {
  wa: 'number down',
  messages: 'messages running out',
  transactions: 'transactions used up',
  'api-calls': 'API calls used up',
  seats: 'all seats taken',
};

function incidentWords(key: string, { workspace }: AuditNames): string {
  const [, kind = '', rest = ''] = /^([a-z-]+):(.+)$/.exec(key) ?? [];
  const words = incidentKinds[kind];
  return words === undefined ? key : `${words}: ${workspace(kind === 'seats' ? rest : rest.replace(/:[^:]*$/, ''))}`;
}
