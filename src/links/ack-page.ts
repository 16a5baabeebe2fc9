// The page behind "Acknowledge": what it is about and how it stands, and a button where there is something to take on. Pure.
import { hidePhones } from '../admin/mask.ts';
import type { Delivery } from '../delivery.ts';
import type { Event, Incident, Workspace } from '../model.ts';
import { maskPhone } from '../render/context.ts';
import { length, moment, realZone } from '../render/time.ts';
import { isAnother } from './members.ts';
import { type Html, html, type Page, page } from './page.ts';
import { type PageWords, pageWords } from './words.ts';

export type AckScene = {
  delivery: Delivery;
  /** Absent where retention removed it. */
  event: Event | undefined;
  incident: Incident | undefined;
  workspace: Workspace;
  /** Of the file. */
  timezone: string;
  now: number;
};

/** What the link says of whoever follows it. */
export const takerOf = ({ destination }: Delivery): string => `the link sent to ${destination}`;

/** Whether the outage that the link was sent for is still there to be taken on. */
export const isOpen = ({ delivery, incident }: Pick<AckScene, 'delivery' | 'incident'>): boolean =>
  incident?.open === true && incident.openedAt === delivery.details.since;

/** For whoever looks: nothing is changed. */
export function askPage(scene: AckScene): Page {
  const { words, say } = telling(scene);
  if (!isOpen(scene)) return page(200, words, words.gone, html`${facts(scene)}<p>${words.goneMore}</p>`);
  const taken = takenUntil(scene);
  return page(
    200,
    words,
    taken === undefined ? words.ask : words.taken,
    html`${facts(scene)}${taken === undefined ? undefined : html`<p>${words.takenBy(taken.by, say(taken.until))}.</p>`}<p>${words.askMore}</p>
<form method="post"><button type="submit">${words.button}</button></form>`,
  );
}

/** After it was asked for; `incident` is what came of it. */
export function takenPage(scene: AckScene): Page {
  const { words, say } = telling(scene);
  const taken = isOpen(scene) ? takenUntil(scene) : undefined;
  if (taken === undefined) return page(409, words, words.gone, html`${facts(scene)}<p>${words.goneMore}</p>`);
  return page(200, words, words.yours(say(taken.until)), html`<p>${words.yoursMore}</p>${facts(scene)}`);
}

export const wrongPage = (words: PageWords): Page => page(404, words, words.wrong, html`<p>${words.wrongMore}</p>`);
export const failedPage = (words: PageWords, status: number): Page => page(status, words, words.failed, html`<p>${words.failedMore}</p>`);

function telling({ workspace, timezone, now }: AckScene): { words: PageWords; say(at: number): string } {
  const words = pageWords(workspace.language);
  const zone = realZone(workspace.timezone, timezone);
  return { words, say: (at) => moment(at, zone, now, words.locale) };
}

function takenUntil({ incident, now }: AckScene): { by: string; until: number } | undefined {
  const taken = incident?.acknowledged;
  return taken !== undefined && taken.until > now ? { by: hidePhones(incident?.phone)(taken.by), until: taken.until } : undefined;
}

function facts(scene: AckScene): Html {
  const { event, incident, workspace, delivery, now } = scene;
  const { words, say } = telling(scene);
  const { id, name = id } = workspace;
  const type = event?.type ?? incident?.type;
  const number = event?.account?.phone === undefined ? event?.account?.id : maskPhone(event.account.phone);
  const { since } = delivery.details;
  const began = since === undefined ? undefined : `${say(since)} (${length(now - since)})`;
  const over =
    incident !== undefined && since !== undefined && !incident.open && !isAnother(incident, since) ? incident.endedAt : undefined;
  const rows = [
    [words.event, type && words.what[type]],
    [words.workspace, name === id ? id : `${name} (${id})`],
    [words.number, number],
    [words.since, began],
    [words.state, isOpen(scene) ? undefined : over === undefined ? words.over : words.overAt(say(over))],
  ] as const;
  return html`<dl>${rows.map(([label, value]) => (value ? html`<dt>${label}</dt><dd dir="auto">${value}</dd>` : undefined))}</dl>`;
}
