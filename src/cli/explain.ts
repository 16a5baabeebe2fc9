// `explain`: why somebody did or did not hear of an event. The trace that the store kept, or the same words for an event that has not happened.
import type { InForce } from '../in-force/in-force.ts';
import { type OnPaper, onPaper } from '../in-force/on-paper.ts';
import { readTime } from '../intake/time.ts';
import { readSettings, type Settings } from '../settings.ts';
import type { EventDetail } from '../store/reader.ts';
import { defineCommand, type ExitCode, Refusal, WrongCall } from './command.ts';
import { explainedJson, explainedText, plainVoice, type Told, type Voice } from './explained.ts';
import { openFiles } from './files.ts';
import { type Messages, makeMessages } from './posted.ts';
import { note, print, printJson } from './screen.ts';
import { partnerOf, receive, webhookText } from './webhook-of.ts';

export const explain = defineCommand({
  usage: '(EVENT_ID | --event NAME) [options]',
  about: `EVENT_ID: what the relay wrote down when it decided, read from its store.
--event: what it would decide, by the same function, as if nothing had come before; nothing is stored or sent.
--json shows each message in the shape that the http plug-in posts.`,
  options: {
    event: { type: 'string', value: 'NAME', about: 'a short name, a wire name, or a file with a body' },
    workspace: { type: 'string', value: 'ID', about: "whose event it is; default the file's own, else acme" },
    at: { type: 'string', value: 'TIME', about: 'when it comes in: 2026-11-23T09:00:00Z; default now' },
  },
  words: 1,
  no: 'there is no such event, or the files have mistakes',
  examples: ['e_01KXYZ…', '--event disconnected --workspace acme', '--event body.json --at 2026-11-23T09:00:00Z --json'],
  run: async ({ event, workspace, at, json }, [id]) => {
    if ((id === undefined) === (event === undefined)) throw new WrongCall('it takes either the id of a stored event or --event NAME.');
    if (id !== undefined && (workspace ?? at) !== undefined)
      throw new WrongCall('--workspace and --at go with --event: a stored event has its own.');
    const settings = readSettings(undefined, { serve: false });
    const clock = { now: Date.now() };
    if (id !== undefined) return tellStored(await stored(settings, id), settings, clock, json);
    const inForce = await openFiles(settings, () => clock.now);
    try {
      const told = imagined(event!, workspace, at, inForce, settings);
      const made = (detail: EventDetail) => makeMessages(inForce, settings, clock, detail);
      const messages = new Map([...(await made(told.detail)), ...(await made(told.later))]);
      show(told, messages, voiceOf(inForce), json);
      return 0;
    } finally {
      await inForce.close(0);
    }
  },
});

/** What was decided can be asked also while the files have mistakes; only the words of the messages need them. */
async function tellStored(detail: EventDetail, settings: Settings, clock: { now: number }, json = false): Promise<ExitCode> {
  const inForce = await openFiles(settings, () => clock.now).catch((error) => {
    if (!(error instanceof Refusal)) throw error;
    note('The words of the messages are not shown: routes.yaml has mistakes, see `npm run relay -- check`.');
    return undefined;
  });
  const messages = inForce === undefined ? new Map() : await makeMessages(inForce, settings, clock, detail);
  show({ detail }, messages, inForce === undefined ? plainVoice(settings) : voiceOf(inForce), json);
  await inForce?.close(0);
  return 0;
}

const voiceOf = (inForce: InForce): Voice => ({ mask: inForce.mask, timezone: inForce.rules().timezone });

function show(told: Told, messages: Messages, voice: Voice, json = false): void {
  if (json) printJson(explainedJson(told, messages, voice));
  else print(explainedText(told, messages, voice));
}

async function stored(settings: Settings, id: string): Promise<EventDetail> {
  const { fromStore } = await import('./from-store.ts');
  const detail = await fromStore(settings, (reader) => reader.event(id));
  if (detail !== undefined) return detail;
  throw new Refusal(`there is no event ${id} in the store; retention may have removed it. The ones there are: npm run relay -- events`);
}

function imagined(name: string, workspace: string | undefined, at: string | undefined, inForce: InForce, settings: Settings): OnPaper {
  const now = Date.now();
  const receivedAt = at === undefined ? now : readTime(at);
  if (receivedAt === undefined) throw new WrongCall(`--at is "${at}"; write a time such as 2026-11-23T09:00:00Z.`);
  const partner = partnerOf(inForce, settings);
  const text = webhookText(name, { workspace: workspace ?? 'acme', partner, at: receivedAt }, workspace);
  return onPaper(receive(text, receivedAt, inForce, settings), inForce, now);
}
