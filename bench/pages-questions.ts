// What is asked of the admin side: every page of the table in pages.ts and every GET of the API's own description that needs no id, and what people ask
// beside: filters that find much, little and nothing, later pages, one of each thing.
import { DatabaseSync } from 'node:sqlite';
import { pages } from '../src/admin/pages/pages.ts';
import { cursorOf } from '../src/store/read-page.ts';
import { workspaceAt } from './pages-month.ts';

export type Question = {
  name: string;
  /** Of each round another, so that no answer comes from a memory of the last. */
  path(round: number): string;
  page: boolean;
};

/** They have no end, or are no answer to somebody who waits: docs/reports.md says how long a report takes. */
const apart = ['/live', '/api/v1/live', '/api/v1/reports/{name}'];

export async function questionsOf(file: string, admin: string, workspaces: number): Promise<{ questions: Question[]; unasked: string[] }> {
  const found = samplesIn(file);
  const { paths } = (await (await fetch(`${admin}/api/docs/json`)).json()) as { paths: Record<string, { get?: object }> };
  const all = [...pages.map(({ at }) => at), '/metrics', ...Object.keys(paths).filter((path) => paths[path]!.get !== undefined)];
  const wanted = all.filter((path) => !apart.includes(path));
  const plain = wanted.filter((path) => !path.includes('{') && !path.includes(':'));
  const asked = [...plain, ...variantsOf(found, workspaces)];
  const questions = [
    ...new Map(asked.map((one) => (typeof one === 'string' ? { name: one, path: () => one } : one)).map((one) => [one.name, one])).values(),
  ];
  const named = new Set(questions.map(({ name }) => name.split('?')[0]));
  return {
    questions: questions.map((one) => ({ ...one, page: !/^\/(api|metrics)/.test(one.name) })),
    unasked: wanted.filter((path) => !named.has(path)),
  };
}

type Samples = {
  event: string;
  phone: string;
  delivery: string;
  /** '' where there is none. */
  digest: string;
  incident: string;
  open: string;
  at: number;
  cursors: { events: string; deliveries: string; incidents: string };
};

function samplesIn(file: string): Samples {
  const db = new DatabaseSync(file, { readOnly: true });
  const one = (sql: string, ...args: (string | number)[]) => {
    const row = db.prepare(sql).get(...args);
    return (column: string): string => String(row?.[column] ?? '');
  };
  const at = Number(one('SELECT min(received_at) AS at FROM events')('at')) + 10 * 86_400_000;
  const event = one(`SELECT received_at, id, facts FROM events WHERE received_at >= ? AND type = 'disconnected' ORDER BY 1 LIMIT 1`, at);
  const delivery = one(
    `SELECT id FROM deliveries WHERE id > ? AND state = 'dead' ORDER BY 1 LIMIT 1`,
    event('id').replace('e_', 'd_'),
  )('id');
  const digest = one(`SELECT id FROM deliveries WHERE kind = 'digest' ORDER BY id DESC LIMIT 1`)('id');
  const over = one('SELECT event_id, key FROM incidents WHERE open = 0 AND event_id > ? ORDER BY event_id LIMIT 1', event('id'));
  const open = one('SELECT key FROM incidents WHERE open = 1 LIMIT 1')('key');
  db.close();
  return {
    ...{ event: event('id'), phone: JSON.parse(event('facts')).account.phone, delivery, digest, incident: over('key'), open, at },
    cursors: {
      events: cursorOf(Number(event('received_at')), event('id')),
      deliveries: cursorOf('', delivery),
      incidents: cursorOf(over('event_id'), over('key')),
    },
  };
}

function variantsOf(found: Samples, workspaces: number): Omit<Question, 'page'>[] {
  const some = (name: string, query: (round: number) => Record<string, string>): Omit<Question, 'page'> => ({
    name,
    path: (round) => `${name.split('?')[0]}?${new URLSearchParams(query(round))}`,
  });
  const times = (round: number) => {
    const since = found.at + round * 60_000;
    return { since: new Date(since).toISOString(), until: new Date(since + 3_600_000).toISOString() };
  };
  const ending = (round: number) => String((round * 97) % 10_000).padStart(4, '0');
  const listsOf = (base: string) => [
    some(`${base}?workspace=large`, (round) => ({ workspace: workspaceAt(round % 5) })),
    some(`${base}?workspace=small`, (round) => ({ workspace: workspaceAt(workspaces - 1 - round) })),
    some(`${base}?workspace=nobody`, (round) => ({ workspace: `nobody-${round}` })),
  ];
  const events = (base: string) => [
    ...listsOf(base),
    some(`${base}?type=disconnected`, () => ({ type: 'disconnected' })),
    some(`${base}?outcome=undecided`, () => ({ outcome: 'undecided' })),
    some(`${base}?outcome=duplicate (none)`, () => ({ outcome: 'duplicate' })),
    some(`${base}?type, outcome (none)`, () => ({ type: 'token-rotated', outcome: 'duplicate' })),
    some(`${base}?workspace=large, outcome (none)`, (round) => ({ workspace: workspaceAt(round % 5), outcome: 'duplicate' })),
    some(`${base}?phone=last four`, (round) => ({ phone: ending(round) })),
    some(`${base}?phone=whole`, () => ({ phone: found.phone })),
    some(`${base}?phone=whole (none)`, (round) => ({ phone: `+4911100${ending(round)}` })),
    some(`${base}?since, until`, times),
    some(`${base}?since, until, workspace`, (round) => ({ ...times(round), workspace: workspaceAt(round) })),
    some(`${base}?cursor=deep`, () => ({ cursor: found.cursors.events })),
    some(`${base}?cursor=deep, workspace=nobody`, (round) => ({ cursor: found.cursors.events, workspace: `nobody-${round}` })),
    some(`${base}?limit=200`, () => ({ limit: '200' })),
  ];
  const states = ['waiting', 'pending', 'leased', 'delivered', 'dead', 'cancelled'];
  const api = '/api/v1';
  const one = (name: string, id: string): Omit<Question, 'page'> => {
    const path = name.replace(/:\w+|\{\w+\}/, encodeURIComponent(id));
    return { name, path: () => path };
  };
  return [
    ...['/events', `${api}/events`].flatMap(events),
    ...[one('/events/:id', found.event), one(`${api}/events/{id}`, found.event)],
    ...listsOf('/incidents'),
    ...['open', 'over', 'all'].map((state) => some(`/incidents?state=${state}`, () => ({ state }))),
    ...listsOf(`${api}/incidents`),
    ...['true', 'false'].map((open) => some(`${api}/incidents?open=${open}`, () => ({ open }))),
    some(`${api}/incidents?cursor=deep`, () => ({ cursor: found.cursors.incidents })),
    some(`${api}/incidents?open=false, cursor=deep`, () => ({ open: 'false', cursor: found.cursors.incidents })),
    ...[one('/incidents/:key', found.incident), one(`${api}/incidents/{key}`, found.incident)],
    ...['/workspaces', `${api}/workspaces`].flatMap((base) => [
      some(`${base}?search`, (round) => ({ search: workspaceAt(round * 31).slice(-4) })),
      some(`${base}?search (none)`, (round) => ({ search: `nobody-${round}` })),
      some(`${base}?state, sort`, () => ({ state: 'dropped', sort: 'fullest' })),
      one(base === '/workspaces' ? `${base}/:id` : `${base}/{id}`, workspaceAt(0)),
    ]),
    one('/incidents/:masked', found.open.replace(/:[^:]*$/, ':+•••••0000')),
    one('/destinations/:name', 'ops-slack'),
    ...states.map((state) => some(`${api}/deliveries?state=${state}`, () => ({ state }))),
    ...['billing', 'audit', 'nobody'].map((destination) => some(`${api}/deliveries?destination=${destination}`, () => ({ destination }))),
    ...['ok', 'permanent', 'poison'].map((klass) => some(`${api}/deliveries?class=${klass}`, () => ({ class: klass }))),
    some(`${api}/deliveries?destination=nobody, state=dead`, () => ({ destination: 'nobody', state: 'dead' })),
    some(`${api}/deliveries?route=nobody`, () => ({ route: 'nobody' })),
    some(`${api}/deliveries?event`, () => ({ event: found.event })),
    some(`${api}/deliveries?replayed=true`, () => ({ replayed: 'true' })),
    some(`${api}/deliveries?replayed=false, state=dead`, () => ({ replayed: 'false', state: 'dead' })),
    some(`${api}/deliveries?since, until`, times),
    some(`${api}/deliveries?cursor=deep`, () => ({ cursor: found.cursors.deliveries })),
    one(`${api}/deliveries/{id}`, found.delivery),
    ...(found.digest === '' ? [] : [{ ...one(`${api}/deliveries/{id}`, found.digest), name: `${api}/deliveries/{digest}` }]),
  ];
}
