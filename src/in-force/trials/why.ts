// One sentence why a test failed, where the trace has it: what was decided about the event, by the gate that decided.
import type { TraceLine } from '../../model.ts';
import type { Rules } from '../../rules/rules.ts';
import type { Compared, Message, Wanted } from './compare.ts';

/** Of what came in, in order, and when the clock of the test stops. */
export type Course = { rules: Rules; events: readonly { id: string; at: number; trace: readonly TraceLine[] }[]; until: number };

export function why({ missing, extra }: Compared, course: Course, clock: (at: number) => string): string | undefined {
  const [wanted] = missing;
  if (wanted === undefined) return whyCame(extra[0]!, course);
  if (wanted.at > course.until) return `the test looks until ${clock(course.until)}; to look longer, write \`until\``;
  const otherwise = extra.find((one) => one.to === wanted.to && one.what !== wanted.what && Math.abs(one.at - wanted.at) < 60_000);
  if (otherwise !== undefined) return `what goes out then is of the kind ${otherwise.what}: write \`what: ${otherwise.what}\``;
  const later = extra.find((one) => one.to === wanted.to && one.what === wanted.what);
  return later === undefined ? whyNot(wanted, course) : (whyCame(later, course) ?? whyNot(wanted, course));
}

/** What made it go out when it did. */
function whyCame({ event, route, at }: Message, { events }: Course): string | undefined {
  const trace = events.find(({ id }) => id === event)?.trace ?? [];
  const lines = trace.filter((line) => line.at <= at && line.text.startsWith(`${route}:`) && line.gate !== 'deliver');
  const waited = lines.findLast(({ text, gate }) => gate !== 'match' && /waits until|kept until/.test(text));
  const fell = trace.find(({ text }) => route === 'fallback' && text.endsWith(': fallback'));
  return (waited ?? fell ?? lines.findLast(({ gate }) => gate !== 'match'))?.text;
}

/** The last word about a route that might have told it; a route that waited or kept silent says more than one that did not match. */
function whyNot({ to, at }: Wanted, { rules, events }: Course): string | undefined {
  const leads = leadingTo(to, rules);
  const routes = rules.routes.filter(({ send }) => send.some((one) => leads.has(one.to))).map(({ name }) => name);
  const isAbout = ({ text }: TraceLine) =>
    routes.some((name) => text.startsWith(`${name}:`)) || text.startsWith(`${to}:`) || text.startsWith(`${to} `);
  let no: string | undefined;
  for (const { at: came, trace } of events.toReversed()) {
    if (came > at) continue;
    const about = trace.filter(isAbout);
    const last = about.findLast(({ gate }) => gate !== 'match');
    if (last !== undefined) return last.text;
    const counted = trace.find(({ gate, text }) => gate === 'incident' && / recorded,|: counted/.test(text));
    // A route that is for such events comes nearer than one that is for others.
    no ??= (counted ?? about.find(({ text }) => !text.includes(': no, it is for ')) ?? about.at(-1))?.text;
  }
  if (no !== undefined) return no;
  return routes.length === 0 ? `no route that counts here sends to ${to}` : undefined;
}

/** Itself, and those that fall back on it where they have no address. */
function leadingTo(to: string, { destinations }: Rules): Set<string> {
  const found = new Set([to]);
  for (const name of found) for (const one of Object.values(destinations)) if (one.ifEmpty === name) found.add(one.name);
  return found;
}
