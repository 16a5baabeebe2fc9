// The table that `check` prints: for each event and each segment, who hears of it. Holes show as what only the fallback hears.
// Who hears is asked of decide itself (handed in), so the table cannot differ from what happens.
import { eventTypes, type Workspace } from '../model.ts';
import type { Mistake } from './mistake.ts';
import type { Rules } from './rules.ts';
import type { Tree } from './tree.ts';

/** Names of destinations; `fallback`: no route matched. */
export type Heard = { to: readonly string[]; fallback: boolean };
/** `type` is a short name, or `unknown` for an event that this relay does not know. */
export type WhoHears = (type: string, workspace: Workspace) => Heard;

export type Coverage = { columns: string[]; rows: { event: string; cells: Heard[] }[] };

const everyoneElse = 'everyone else';

export function coverage(rules: Rules, whoHears: WhoHears): Coverage {
  const members = Object.entries(rules.segments).map(([name, segment]): [string, Workspace] => {
    const [id] = segment.ids ?? [];
    const tags = segment.tags?.slice(0, 1) ?? (id === undefined ? segment.tagsAll : undefined) ?? [];
    return [
      name,
      example(tags.length === 0 && id !== undefined ? id.replaceAll('*', 'x').replaceAll('?', 'x') : `someone-in-${name}`, tags),
    ];
  });
  const columns: [string, Workspace][] = [...members, [everyoneElse, example('someone-else', [])]];
  return {
    columns: columns.map(([name]) => name),
    rows: [...eventTypes, 'unknown'].map((event) => ({ event, cells: columns.map(([, workspace]) => whoHears(event, workspace)) })),
  };
}

const example = (id: string, tags: readonly string[]): Workspace => ({ id, ...(tags.length > 0 && { tags: [...tags] }) });

/** What only the fallback hears of. It is there for events that nobody has heard of yet; for a known one a route was probably forgotten. */
export function uncovered({ columns, rows }: Coverage, tree: Tree): Mistake[] {
  return rows.flatMap(({ event, cells }) => {
    const alone = columns.filter((_, at) => cells[at]?.fallback === true);
    if (event === 'unknown' || alone.length === 0) return [];
    const whose = alone.map((one) => (one === everyoneElse ? one : `segment \`${one}\``)).join(' and ');
    const text = `No route is for \`${event}\` of ${alone.length === columns.length ? 'anybody' : whose}: only \`fallback\` hears of it.`;
    return [tree.mistake(['fallback'], 'key', { code: 'advice', level: 'warning', text })];
  });
}

export function formatCoverage({ columns, rows }: Coverage): string {
  const head = ['event', ...columns];
  const lines = rows.map(({ event, cells }) => [event === 'unknown' ? 'any other event' : event, ...cells.map(words)]);
  const widths = head.map((_, at) => Math.max(...[head, ...lines].map((line) => line[at]!.length)));
  const print = (line: string[]) =>
    line
      .map((cell, at) => cell.padEnd(widths[at]!))
      .join('   ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('   ');
  const note = rows.some(({ cells }) => cells.some(({ fallback }) => fallback))
    ? ['', '* only the fallback hears of it: no route matches']
    : [];
  return [print(head), rule, ...lines.map(print), ...note].join('\n');
}

const words = ({ to, fallback }: Heard): string => `${to.length === 0 ? 'nobody' : to.join(', ')}${fallback ? ' *' : ''}`;
