// `workspaces pull`: rows for workspaces that the table lacks, with their names from the Partner API; on paper, or added to the table.
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { systemTicker } from '../clock.ts';
import { createNetwork } from '../outgoing.ts';
import { type Asked, askAll } from '../partner-api/ask-all.ts';
import { createPartnerApi } from '../partner-api/client.ts';
import { formatMistakes } from '../rules/mistake.ts';
import { appendRows, csvLine, type NewRow } from '../rules/table-append.ts';
import { credentialsOf, type Settings } from '../settings.ts';
import { type ExitCode, Refusal } from './command.ts';
import { note, plain, print, printJson, progress } from './screen.ts';
import type { Directory, Table } from './workspaces.ts';

type Call = { settings: Settings; directory: Directory; ids: string[]; write: boolean; json: boolean };

export async function pull({ settings, directory, ids, write, json }: Call): Promise<ExitCode> {
  const { good, seen, table } = directory;
  if (write) assertWritable(table);
  const inTable = new Set(good.workspaces.ids());
  const wanted = [...new Set([...seen.keys(), ...ids])].filter((id) => !inTable.has(id)).sort();
  const { rows, missing, failed, error } = await ask(settings, wanted);
  if (failed.length > 0) note(`No answer about ${failed.length} of ${wanted.length}: ${error?.message}`);
  const columns = table === undefined ? ['id', 'name'] : undefined;
  const lines = columns === undefined ? linesFor(table!, rows) : rows.map((row) => csvLine(row, columns, ','));
  if (write && rows.length > 0) await append(table!, rows);
  if (json) printJson({ rows, missing, failed, written: write && rows.length > 0, ...(table && { file: table.path }) });
  else {
    if (missing.length > 0) note(`The Partner API knows none of these: ${plain(missing.join(', '))}`);
    if (lines.length > 0) print([...(columns === undefined ? [] : [columns.join(',')]), ...lines].join('\n'));
    if (lines.length === 0) note('The table lacks nobody.');
    else if (write) note(`Added to ${table!.path}. A running relay sees it within seconds.`);
    else if (table !== undefined) note(`Not written. With --write they are added to ${table.path}.`);
  }
  return failed.length > 0 ? 1 : 0;
}

async function ask(settings: Settings, wanted: string[]): Promise<Asked & { rows: NewRow[] }> {
  const rows: NewRow[] = [];
  if (wanted.length === 0) return { rows, asked: 0, missing: [], failed: [] };
  const credentials = credentialsOf(settings);
  if (credentials === undefined)
    throw new Refusal('the Partner API cannot be asked: set PARTNER_ID, PARTNER_SECRET and PARTNER_API_URL, as the relay has them.');
  const network = createNetwork({ allowPrivate: true, timeoutMs: 10_000, proxy: settings.proxy });
  let count = 0;
  const line = progress(() => `${count} of ${wanted.length} asked`);
  try {
    const { signal } = new AbortController();
    const api = createPartnerApi({ ...credentials, network, ticker: systemTicker, signal, relayVersion: packageJson.version });
    const asked = await askAll(
      wanted,
      api,
      ({ id, name }) => void rows.push({ id, name }),
      (so) => {
        count = so;
      },
    );
    return { ...asked, rows: rows.sort((a, b) => (a.id < b.id ? -1 : 1)) };
  } finally {
    line.end();
    await network.close();
  }
}

function assertWritable(table: Table | undefined): asserts table {
  if (table === undefined)
    throw new Refusal('routes.yaml names no table. Write `workspaces: { file: workspaces.csv }` into it and make that file: id,name,tags');
  if (/\.ya?ml$/i.test(table.name)) throw new Refusal(`${table.name} is YAML, and only a CSV table is added to. Call it without --write.`);
  if (table.text === '') throw new Refusal(`${table.name} is not UTF-8. Save it again as UTF-8 (in Excel: "CSV UTF-8").`);
}

function linesFor(table: Table, rows: NewRow[]): string[] {
  if (/\.ya?ml$/i.test(table.name))
    return rows.map(({ id, name = '' }) => `- { id: ${JSON.stringify(id)}, name: ${JSON.stringify(name)} }`);
  const made = appendRows(table.name, table.text, rows);
  return made.ok ? made.lines : rows.map((row) => csvLine(row, ['id', 'name'], ','));
}

/** A new file beside it takes its place at once: whoever reads meanwhile sees the old one whole or the new one whole. */
async function append(table: Table, rows: NewRow[]): Promise<void> {
  const made = appendRows(table.name, table.text, rows);
  if (!made.ok) throw new Refusal(`the rows do not fit the table, so nothing was written:\n${formatMistakes(made.mistakes)}`);
  // A link to it stays a link.
  const path = await realpath(table.path);
  const { mode } = await stat(path);
  const beside = join(dirname(path), `.${process.pid}.workspaces.tmp`);
  try {
    const file = await open(beside, 'wx', mode);
    try {
      await file.writeFile(made.text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw new Refusal(`${path} could not be written (${(error as NodeJS.ErrnoException).code ?? error}); it is as it was.`);
  }
}
