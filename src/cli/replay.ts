// `replay`: the running relay sends messages again, under new ids and with the reason in them.
import type { z } from 'zod';
import type { replayAnswer } from '../admin/answers.ts';
import { deliveryStates, outcomeClasses } from '../delivery.ts';
import { readSettings } from '../settings.ts';
import { askRelay } from './ask-relay.ts';
import { defineCommand, WrongCall } from './command.ts';
import { asked, oneOf, readMoment } from './filters.ts';
import { note, paint, plain, print, printJson, table } from './screen.ts';

type Replayed = z.output<typeof replayAnswer>;

const ended = deliveryStates.filter((state) => state === 'dead' || state === 'delivered');

export const replay = defineCommand({
  usage: '(IDS… | filter) --reason TEXT',
  about: `By the ids of deliveries, or by a filter. A filter without --state means the dead ones.
Asks the running relay: ADMIN_URL (default http://127.0.0.1:ADMIN_PORT), with ADMIN_TOKEN where that is set.`,
  options: {
    reason: { type: 'string', value: 'TEXT', about: 'why; it stands in the message and in the log' },
    state: { type: 'string', value: 'STATE', about: 'filter: dead or delivered' },
    destination: { type: 'string', value: 'NAME', about: 'filter: a destination in routes.yaml' },
    class: { type: 'string', value: 'CLASS', about: `filter: how the last attempt ended: ${outcomeClasses.join(', ')}` },
    since: { type: 'string', value: 'TIME', about: 'filter: made since then: 2h, 7d, 2026-11-23T09:00:00Z' },
    until: { type: 'string', value: 'TIME', about: 'filter: made before then' },
    'dry-run': { type: 'boolean', about: 'only says how many a call would send' },
  },
  words: 1000,
  no: 'nothing matched, one was refused, or no relay answers',
  examples: [
    'd_01KXYZ… d_01KXYZ… --reason "the receiver had lost them"',
    '--destination billing --since 1d --dry-run',
    '--destination billing --class config --reason "the password is right again"',
  ],
  run: async (values, ids) => {
    const now = Date.now();
    const filter = asked({
      state: oneOf('state', values.state, ended),
      destination: values.destination,
      class: oneOf('class', values.class, outcomeClasses),
      since: iso(readMoment('since', values.since, now)),
      until: iso(readMoment('until', values.until, now)),
    });
    const filtered = Object.keys(filter).length > 0;
    if (filtered === ids.length > 0)
      throw new WrongCall('it takes either ids of deliveries or a filter (--state, --destination, --class, --since, --until).');
    const dry = values['dry-run'] === true;
    const reason = values.reason?.trim() || (dry ? 'dry run' : undefined);
    if (reason === undefined) throw new WrongCall('--reason is missing: say why, --reason "the receiver had lost them".');
    const settings = readSettings(undefined, { serve: false });
    const answer = await askRelay<Replayed>(settings, '/deliveries/replay', { ...(filtered ? { filter } : { ids }), reason, dry_run: dry });
    if (values.json) printJson(answer);
    else if (dry) print(`${many(answer)} would be sent again`);
    else report(answer);
    if (answer.more && !values.json) note('More match than one call sends: narrow the filter by --since and --until and call again.');
    return answer.refused.length > 0 || answer.matched === 0 ? 1 : 0;
  },
});

const iso = (at: number | undefined): string | undefined => (at === undefined ? undefined : new Date(at).toISOString());
const many = ({ matched }: Replayed): string => `${matched} ${matched === 1 ? 'delivery' : 'deliveries'}`;

function report(answer: Replayed): void {
  const { created, refused } = answer;
  print(`${created.length} of ${many(answer)} sent again${created.length > 0 ? ', as:' : ''}`);
  for (const id of created) print(id);
  if (refused.length > 0)
    print(
      table(
        ['refused', 'why'],
        refused.map(({ id, reason }) => [id, plain(reason)]),
        (cell, column) => (column === 0 ? paint('red', cell) : cell),
      ),
    );
}
