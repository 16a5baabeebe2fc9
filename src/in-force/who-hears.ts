// Who hears of an event of each kind, for the table of `check` and of the pages: composition, for rules lay the table out and decide knows the answer.
import { rehearse } from '../decide/rehearsal.ts';
import { parse } from '../intake/parse.ts';
import type { Workspace } from '../model.ts';
import type { Heard, WhoHears } from '../rules/coverage.ts';
import type { Rules } from '../rules/rules.ts';
import { sampleWebhook } from './sample-webhook.ts';

/** Asks decide itself, holds run to their end, about an event of each kind. Every destination counts as reachable: the table says who is named. */
export function whoHears(file: Rules, now: number): WhoHears {
  const rules = atOnce(file);
  const reach = Object.fromEntries(Object.keys(rules.destinations).map((name) => [name, name]));
  return (type: string, workspace: Workspace): Heard => {
    const name = type === 'unknown' ? 'workspace:not_yet_known' : type;
    const body = JSON.stringify(sampleWebhook(name, { workspace: workspace.id, partner: 'partner', at: now }));
    const { event } = parse(Buffer.from(body), { id: 'e_check', proof: 'signature', partner: 'partner', receivedAt: now });
    const stage = rehearse({ rules: () => rules, workspace: () => workspace, reach: () => reach });
    stage.put({ kind: 'event', event, workspace, reach }, now);
    const longest = Math.max(0, ...rules.routes.map(({ holdMs = 0 }) => holdMs));
    stage.runTo(now + longest);
    const told = stage.deliveries().filter(({ kind }) => kind !== 'relay');
    return { to: [...new Set(told.map(({ destination }) => destination))], fallback: told.some(({ route }) => route === 'fallback') };
  };
}

/** The table is the same at any time of day: it says who is named, not whether it is told at once, gathered, or followed up. */
const atOnce = (rules: Rules): Rules => ({
  ...rules,
  silences: [],
  routes: rules.routes.map(({ quiet, limit, digest, repeat, escalate, flapping, ...route }) => ({ ...route, confirm: false })),
});
