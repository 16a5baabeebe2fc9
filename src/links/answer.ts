// What a link answers, once its signature was found to be right: looks up what the page is about, does what was asked, and hands the page out.
import { RelayError } from '../errors.ts';
import { type AckScene, askPage, failedPage, isOpen, takenPage, takerOf, wrongPage } from './ack-page.ts';
import type { LinkParts } from './doors.ts';
import { listCsv, listPage } from './list-page.ts';
import { rowsOf } from './members.ts';
import type { Page } from './page.ts';
import { english, pageWords } from './words.ts';

export const wrong = (): Page => wrongPage(english);
export const failed = (error: unknown): Page => failedPage(english, error instanceof RelayError && error.status === 503 ? 503 : 500);

export async function ask(id: string, parts: LinkParts): Promise<Page> {
  const scene = await sceneOf(id, parts);
  return scene === undefined ? wrong() : askPage(scene);
}

export async function take(id: string, parts: LinkParts): Promise<Page> {
  const scene = await sceneOf(id, parts);
  const { incidentKey, details } = scene?.delivery ?? {};
  if (scene === undefined || incidentKey === undefined || details?.since === undefined) return wrong();
  const by = takerOf(scene.delivery);
  const incident = await parts.acknowledge({ incidentKey, by, openedAt: details.since });
  const taken = { ...scene, incident, now: parts.now() };
  if (isOpen(taken)) {
    const until = incident?.acknowledged?.until;
    parts.log.info({ incident: incidentKey, delivery: id, by, until }, 'incident.taken');
    const facts = { incident: incidentKey, delivery: id, until: until && new Date(until).toISOString() };
    await parts.audit({ what: 'acknowledge', who: 'link', by, facts });
  }
  return takenPage(taken);
}

export async function list(id: string, csv: boolean, { read, inForce, now }: LinkParts): Promise<Page> {
  const found = await read.delivery(id);
  const members = found?.delivery.details.members;
  if (found === undefined || members === undefined) return wrong();
  const { delivery } = found;
  const { destinations, timezone } = inForce.rules();
  const at = now();
  const rows = rowsOf(await read.members(members), {
    nameOf: (workspace) => inForce.whoIs(workspace).workspace.name,
    showPhone: destinations[delivery.destination]?.showPhone ?? false,
    now: at,
  });
  if (csv) return listCsv({ delivery, rows });
  // In one language, and that of its readers where all are of one.
  const languages = new Set(rows.map(({ workspace }) => pageWords(inForce.whoIs(workspace).workspace.language)));
  return listPage({ delivery, rows, words: languages.size === 1 ? [...languages][0]! : english, timezone, now: at });
}

async function sceneOf(id: string, { read, inForce, now }: LinkParts): Promise<AckScene | undefined> {
  const found = await read.delivery(id);
  if (found?.delivery.incidentKey === undefined) return undefined;
  const { delivery } = found;
  const { eventId, incidentKey } = delivery;
  const [[member], incident] = await Promise.all([read.members(eventId === undefined ? [] : [eventId]), read.incident(incidentKey!)]);
  const { workspace } = inForce.whoIs(incident?.workspaceId ?? member?.event.workspaceId);
  return { delivery, event: member?.event, incident, workspace, timezone: inForce.rules().timezone, now: now() };
}
