// `explain`: why somebody did or did not hear of an event. The trace that the store kept, or the same words for an event that has not happened.
import type { InForce } from '../in-force.ts';
import { readTime } from '../intake/time.ts';
import { readSettings, type Settings } from '../settings.ts';
import { defineCommand, Refusal, WrongCall } from './command.ts';
import { explainedJson, explainedText, type Told } from './explained.ts';
import { openFiles } from './files.ts';
import { onPaper } from './on-paper.ts';
import { makeMessages } from './posted.ts';
import { print, printJson } from './screen.ts';
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
    const inForce = await openFiles(settings, () => clock.now);
    try {
      const told = event === undefined ? await stored(settings, id!) : imagined(event, workspace, at, inForce, settings);
      const messages = await makeMessages(inForce, clock, told.detail);
      const later = told.later === undefined ? new Map() : await makeMessages(inForce, clock, told.later);
      const all = new Map([...messages, ...later]);
      if (json) printJson(explainedJson(told, all, inForce.mask));
      else print(explainedText(told, all, { mask: inForce.mask, timezone: inForce.rules().timezone }));
      return 0;
    } finally {
      await inForce.close(0);
    }
  },
});

async function stored(settings: Settings, id: string): Promise<Told> {
  const { fromStore } = await import('./from-store.ts');
  const detail = await fromStore(settings, (reader) => reader.event(id));
  if (detail !== undefined) return { detail };
  throw new Refusal(`there is no event ${id} in the store; retention may have removed it. The ones there are: npm run relay -- events`);
}

function imagined(name: string, workspace: string | undefined, at: string | undefined, inForce: InForce, settings: Settings): Told {
  const now = Date.now();
  const receivedAt = at === undefined ? now : readTime(at);
  if (receivedAt === undefined) throw new WrongCall(`--at is "${at}"; write a time such as 2026-11-23T09:00:00Z.`);
  const partner = partnerOf(inForce, settings);
  const text = webhookText(name, { workspace: workspace ?? 'acme', partner, at: receivedAt }, workspace);
  return onPaper(receive(text, receivedAt, inForce, settings), inForce, now);
}
