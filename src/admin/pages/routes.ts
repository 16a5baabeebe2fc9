// Routes: routes.yaml as it is in force, with what was found at its lines, and who hears of what by it.

import { whoHears } from '../../in-force/who-hears.ts';
import { coverage } from '../../rules/coverage.ts';
import type { Mistake } from '../../rules/mistake.ts';
import type { Rules } from '../../rules/rules.ts';
import { hidePhones } from '../mask.ts';
import type { AdminParts, Api } from '../parts.ts';
import { foundOf } from './found.ts';
import { when, zoneOf } from './words.ts';

const file = 'routes.yaml';

export function routesPage(app: Api, parts: AdminParts): void {
  app.get('/routes', async (_request, reply) => {
    const { inForce } = parts;
    const { revision, since, from, mistakes, warnings } = inForce.state();
    const { rules, files } = inForce.good();
    const hide = hidePhones();
    const found = (one: Mistake) => foundOf(one, inForce.mask);
    // A secret may be of several lines, so the text is masked whole.
    const lines = inForce.mask(files.sources[file] ?? '').split(/\r?\n/);
    if (lines.at(-1) === '') lines.pop();
    return reply.page('routes', {
      title: 'Routes',
      ...{ revision, kept: from === 'last-good' },
      read: when(since, parts.now(), zoneOf(parts)),
      // They are of the file on disk, which is not the one in force.
      refused: mistakes.length > 0 && { mistakes: mistakes.map(found) },
      elsewhere: warnings.filter((one) => one.file !== file).map(found),
      lines: lines.map((text, at) => ({
        n: at + 1,
        text: hide(text),
        notes: warnings.filter((one) => one.file === file && one.line === at + 1).map(found),
      })),
      table: tableOf(rules, parts.now()),
    });
  });
}

const tables = new WeakMap<Rules, ReturnType<typeof makeTable>>();

/** The same at any time: made once for each set of files. */
function tableOf(rules: Rules, now: number): ReturnType<typeof makeTable> {
  const known = tables.get(rules) ?? makeTable(rules, now);
  tables.set(rules, known);
  return known;
}

function makeTable(rules: Rules, now: number) {
  const { columns, rows } = coverage(rules, whoHears(rules, now));
  return {
    columns,
    rows: rows.map(({ event, cells }) => ({
      event: event === 'unknown' ? 'any other event' : event,
      cells: cells.map(({ to, fallback }, at) => ({ column: columns[at]!, to: to.join(', '), nobody: to.length === 0, fallback })),
    })),
  };
}
