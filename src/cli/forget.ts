// `forget`: has the running relay delete what it keeps of one workspace, and shows what was deleted and that nothing is left.
import type { z } from 'zod';
import type { forgotten } from '../admin/workspace-answers.ts';
import { readSettings } from '../settings.ts';
import { askRelay } from './ask-relay.ts';
import { defineCommand, WrongCall } from './command.ts';
import { note, plain, print, printJson, table } from './screen.ts';

type Forgotten = z.output<typeof forgotten>;

export const forget = defineCommand({
  usage: '--workspace ID --reason TEXT',
  about: `Deletes its events, bodies, traces, incidents, messages, timers and all that reports keep. What waits to be sent about it is not sent.
There is no way back. What it was told in Slack or by mail stays there; files of CONFIG_DIR that name it are yours to change.
Asks the running relay: ADMIN_URL (default http://127.0.0.1:ADMIN_PORT), with ADMIN_TOKEN where that is set.`,
  options: {
    workspace: { type: 'string', value: 'ID', about: 'whose data, the whole id' },
    reason: { type: 'string', value: 'TEXT', about: 'why; it stands in the log' },
  },
  words: 0,
  no: 'something with this id is left, or no relay answers',
  examples: ['--workspace acme --reason "they left and asked for it"'],
  run: async ({ workspace, reason: why, json = false }) => {
    const reason = why?.trim() || undefined;
    if (workspace === undefined) throw new WrongCall('--workspace is missing: say whose data, --workspace acme.');
    if (reason === undefined) throw new WrongCall('--reason is missing: say why, --reason "they left".');
    const settings = readSettings(undefined, { serve: false });
    const done = await askRelay<Forgotten>(settings, `/workspaces/${encodeURIComponent(workspace)}/data`, { reason }, 'DELETE');
    if (json) printJson(done);
    else show(done);
    return Object.keys(done.left).length === 0 ? 0 : 1;
  },
});

function show({ workspace, deleted, cancelled, under_way: underWay, left, in_files: inFiles, compacted }: Forgotten): void {
  const rows = Object.entries(deleted).map(([name, count]) => [name, String(count)]);
  print(rows.length === 0 ? `nothing was kept of ${plain(workspace)}` : table(['deleted', 'rows'], rows));
  if (cancelled > 0) print(`${cancelled} messages were not sent any more`);
  if (underWay > 0) note(`${underWay} messages were on their way already and may arrive.`);
  const still = Object.entries(left).map(([name, count]) => `${name}: ${count}`);
  if (still.length > 0) note(`Its id still stands in ${still.join(', ')}. docs/privacy.md says what that is.`);
  else print(`nothing with the id ${plain(workspace)} is left in the store`);
  if (inFiles) note('Files of CONFIG_DIR name it, and the store keeps their last good copy: take it out of them, and the copy follows.');
  if (!compacted)
    note(
      'The store is too large or was too busy to be written anew: its file may hold bytes of deleted rows. docs/privacy.md says how to clear them.',
    );
}
