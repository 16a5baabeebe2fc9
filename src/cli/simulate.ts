// `simulate`: plays TimelinesAI. Sends made-up webhooks, or a file's, signed with the secrets of this environment.
import type { Particulars } from '../in-force/sample-webhook.ts';
import { eventTypes } from '../model.ts';
import { readSettings } from '../settings.ts';
import { readMix, readRate, sendBurst } from './burst.ts';
import { defineCommand, type ExitCode, type Values, WrongCall } from './command.ts';
import { hintFor, type Poster, posterTo, type WebhookAnswer } from './post-webhook.ts';
import { note, paint, print, printJson, table } from './screen.ts';
import { webhookText } from './webhook-of.ts';

const options = {
  event: {
    type: 'string',
    multiple: true,
    value: 'NAME',
    about: 'a short name, a wire name, or a file with a body; several are sent in order',
  },
  workspace: { type: 'string', value: 'ID', about: 'default acme; in a burst one for each event' },
  phone: { type: 'string', value: '+34…', about: 'the number that went down or came back' },
  account: { type: 'string', value: 'ID', about: 'its WhatsApp account; default made from --phone' },
  reason: { type: 'string', value: 'TEXT', about: 'why it went down, default "(logged out)"' },
  percent: { type: 'string', value: 'N', about: 'how much of a quota is used' },
  burst: { type: 'string', value: 'N', about: 'so many events at once, each of another workspace' },
  rate: { type: 'string', value: 'R/s', about: 'of a burst: 200/s, 30/m; default as fast as they are answered' },
  mix: { type: 'string', value: 'NAMES', about: 'of a burst: all (default), or disconnected=7,messaging-90=3' },
  month: { type: 'boolean', about: 'a month of a made-up fleet, here and on paper: how many messages, what was missed (docs/month.md)' },
  fleet: { type: 'string', value: 'N', about: 'of a month: so many workspaces, default 3000' },
  seed: { type: 'string', value: 'N', about: 'of a month: the same seed gives the same month, default 1' },
  markdown: { type: 'boolean', about: 'of a month: the tables as they stand in docs/month.md' },
  url: { type: 'string', value: 'URL', about: 'where the relay takes webhooks, default http://127.0.0.1:PORT (8080)' },
} as const;

export const simulate = defineCommand({
  usage: '(--event NAME… | --burst N | --month) [options]',
  about: `Events: ${eventTypes.join(', ')},
or any wire name with a colon, such as workspace:suspended.
Signed with PARTNER_ID and PARTNER_SECRET; without them WEBHOOK_TOKEN goes into the address.`,
  options,
  words: 0,
  no: 'not every webhook was answered 200, or in a month somebody was not told in time',
  examples: [
    '--event disconnected --workspace acme --phone +34600111222',
    '--event messaging-90 --percent 93',
    '--event disconnected --event connected',
    '--event body.json --workspace acme --url https://hooks.example.com',
    '--burst 1000 --rate 200/s --mix disconnected=7,connected=3',
    '--month --fleet 3000 --seed 1',
  ],
  run: async (values) => {
    if ([values.event, values.burst, values.month].filter((one) => one !== undefined).length !== 1)
      throw new WrongCall('it takes one of --event NAME, --burst N and --month.');
    if (!values.month && (values.fleet ?? values.seed ?? values.markdown) !== undefined)
      throw new WrongCall('--fleet, --seed and --markdown go with --month.');
    if (values.month) return (await import('./month/month.ts')).month(values, readSettings(undefined, { serve: false }));
    const { partnerId: partner, partnerSecrets, webhookToken: token, port } = readSettings(undefined, { serve: false });
    const poster = posterTo(values.url ?? `http://127.0.0.1:${port}`, { partner, secret: partnerSecrets[0], token });
    try {
      return await (values.burst === undefined ? single(poster, values, partner) : burst(poster, values, partner));
    } finally {
      await poster.close();
    }
  },
});

async function single(poster: Poster, values: Values<typeof options>, partner: string | undefined): Promise<ExitCode> {
  const particulars = particularsOf(values, partner);
  const bodies = values.event!.map((name, n) => webhookText(name, { ...particulars, at: Date.now() + n }, values.workspace));
  const answers: (WebhookAnswer & { event: string })[] = [];
  for (const [n, body] of bodies.entries()) answers.push({ event: values.event![n]!, ...(await poster.post(body)) });
  if (values.json) printJson({ proof: poster.proof, answers: answers.map(({ ms, ...rest }) => ({ ...rest, ms: Math.round(ms) })) });
  else {
    if (poster.proof === 'unsigned') note('Sent without proof: neither PARTNER_SECRET nor WEBHOOK_TOKEN is set here.');
    const rows = answers.map((one) => [
      one.event,
      String(one.status),
      one.id ?? one.code ?? '',
      one.duplicate ? 'a duplicate of it' : (one.message ?? 'new'),
    ]);
    print(
      table(['event', 'answer', 'id', ''], rows, (cell, column) => (column === 1 ? paint(cell === '200' ? 'green' : 'red', cell) : cell)),
    );
  }
  const refused = answers.find(({ status }) => status !== 200);
  const hint = refused && hintFor(refused, poster.proof);
  if (hint !== undefined) note(hint);
  return refused === undefined ? 0 : 1;
}

async function burst(poster: Poster, values: Values<typeof options>, partner: string | undefined): Promise<ExitCode> {
  const count = Number(values.burst);
  if (!Number.isInteger(count) || count < 1) throw new WrongCall(`--burst is "${values.burst}"; write how many, --burst 1000.`);
  const { workspace, ...particulars } = particularsOf(values, partner);
  const result = await sendBurst(poster, {
    count,
    names: readMix(values.mix ?? 'all'),
    particulars,
    ...(values.workspace === undefined ? {} : { workspace }),
    ...(values.rate === undefined ? {} : { rate: readRate(values.rate) }),
  });
  if (values.json) printJson({ proof: poster.proof, ...result });
  else {
    const { sent, accepted, duplicates, refused, seconds, answersPerSecond, ackMs } = result;
    const no = Object.entries(refused).map(([status, times]) => `, ${times} answered ${status}`);
    print(`${sent} sent in ${seconds} s (${answersPerSecond}/s): ${accepted} new, ${duplicates} duplicates${no.join('')}`);
    print(`answered within ${ackMs.p50} ms (half), ${ackMs.p99} ms (99 of 100), ${ackMs.max} ms (all)`);
  }
  return Object.keys(result.refused).length === 0 ? 0 : 1;
}

function particularsOf(values: Values<typeof options>, partner = 'partner_12345'): Omit<Particulars, 'at'> {
  const percent = values.percent === undefined ? undefined : Number(values.percent);
  if (percent !== undefined && !(percent >= 0)) throw new WrongCall(`--percent is "${values.percent}"; write a number, --percent 95.`);
  const { workspace = 'acme', phone, account, reason } = values;
  return {
    workspace,
    partner,
    ...(phone === undefined ? {} : { phone }),
    ...(account === undefined ? {} : { account }),
    ...(reason === undefined ? {} : { reason }),
    ...(percent === undefined ? {} : { percent }),
  };
}
