// `silence`: the running relay lists its silences, makes one or ends one.
import { userInfo } from 'node:os';
import { readSettings } from '../settings.ts';
import { askRelay } from './ask-relay.ts';
import { defineCommand, WrongCall } from './command.ts';
import { asked } from './filters.ts';
import { plain, print, printJson, seconds, table } from './screen.ts';

type Silence = {
  id: string;
  source: 'file' | 'person';
  where: Record<string, string | string[]>;
  until: string;
  reason: string;
  by: string;
  line?: number;
  muted: number;
};

export const silence = defineCommand({
  usage: "[--where 'KEY=VALUE'… (--for TIME | --until TIME) --reason TEXT | --end ID --reason TEXT]",
  about: `Without options: the silences in force. A silence stops what is new; recoveries of what was told before go out all the same.
At its end, what is still open is told. Those of silences.yaml are ended in that file.
Asks the running relay: ADMIN_URL (default http://127.0.0.1:ADMIN_PORT), with ADMIN_TOKEN where that is set.`,
  options: {
    where: {
      type: 'string',
      value: "'KEY=VALUE'",
      about: 'a condition as in routes.yaml; several keys must all hold,\nof one key given several times any',
      multiple: true,
    },
    for: { type: 'string', value: 'TIME', about: 'how long: 30m, 2h, 1d; 30d at most' },
    until: {
      type: 'string',
      value: 'TIME',
      about: 'when it ends: "2026-12-01 09:00" by the clocks of routes.yaml, or 2026-12-01T09:00:00Z',
    },
    reason: { type: 'string', value: 'TEXT', about: 'why; it stands in the trace of all it keeps, and in the log' },
    by: { type: 'string', value: 'NAME', about: 'who asks for it, default your name on this machine' },
    end: { type: 'string', value: 'ID', about: 'ends this one now' },
  },
  words: 0,
  no: 'the relay refuses it, or none answers',
  examples: [
    '',
    `--where 'workspace=acme' --where 'reason=*off*' --for 2h --reason "they change their phones"`,
    '--end s_01KXYZ… --reason "done earlier"',
  ],
  run: async ({ where = [], for: lasting, until, reason: why, by, end, json }) => {
    const reason = why?.trim() || undefined;
    const makes = where.length > 0 || lasting !== undefined || until !== undefined || by !== undefined;
    if (end !== undefined && makes) throw new WrongCall('--end stands with --reason alone; all else makes a new one.');
    if (reason === undefined && (makes || end !== undefined))
      throw new WrongCall('--reason is missing: say why, --reason "they move house".');
    if (reason !== undefined && end === undefined && where.length === 0)
      throw new WrongCall("--where is missing: say what is silenced, --where 'workspace=acme'.");
    if (makes && (lasting === undefined) === (until === undefined)) throw new WrongCall('it takes one of --for and --until: --for 2h.');
    const settings = readSettings(undefined, { serve: false });
    if (end !== undefined) {
      const ended = await askRelay<Silence>(settings, `/silences/${encodeURIComponent(end)}`, { reason }, 'DELETE');
      show(json, ended, `${ended.id} is over: what it kept and is still open is told now`);
    } else if (where.length > 0) {
      const body = asked({ where: conditions(where), for: lasting, until, reason, by: by ?? ownName() });
      const made = await askRelay<Silence>(settings, '/silences', body);
      show(json, made, `${made.id}: silent until ${seconds(made.until)} UTC (${words(made)})`);
    } else {
      const answer = await askRelay<{ items: Silence[] }>(settings, '/silences');
      if (json) printJson(answer);
      else list(answer);
    }
    return 0;
  },
});

/** `workspace=acme`, `percent=>=95`: all behind the first `=` is the value. */
function conditions(given: readonly string[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const one of given) {
    const [, key, value] = /^([^=]+)=(.+)$/s.exec(one) ?? [];
    if (key === undefined || value === undefined)
      throw new WrongCall(`--where is "${one}"; write a key of routes.yaml, = and a value: --where 'workspace=acme'.`);
    found[key.trim()] = [...(found[key.trim()] ?? []), value.trim()];
  }
  return found;
}

const words = ({ where }: Silence): string =>
  Object.entries(where)
    .map(([key, value]) => `${key} ${[value].flat().join(' or ')}`)
    .join(', ');

function show(json: boolean | undefined, silence: Silence, text: string): void {
  if (json) printJson(silence);
  else print(plain(text));
}

function list({ items }: { items: Silence[] }): void {
  const rows = items.map((one) => {
    const from = one.line === undefined ? one.by : `${one.by}, silences.yaml line ${one.line}`;
    return [seconds(one.until), words(one), String(one.muted), from, one.id, one.reason];
  });
  print(rows.length === 0 ? 'no silences' : table(['until (UTC)', 'where', 'kept', 'by', 'id', 'reason'], rows));
}

/** A container's user may have no name. */
function ownName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
