// An event's story for a person and for a program, stored or on paper: one way of telling, so that the two say the same, word for word.
import { showEventDetail } from '../admin/show.ts';
import { moment } from '../decide/phrase.ts';
import { maskSecrets } from '../mask.ts';
import type { Settings } from '../settings.ts';
import type { EventDetail } from '../store/reader.ts';
import { type Messages, postedOf } from './posted.ts';
import { paint, plain, table } from './screen.ts';

/** `later` only on paper. */
export type Told = { detail: EventDetail; later?: EventDetail };
/** `timezone`: of the file, which the lines of a trace speak in. */
export type Voice = { mask: (text: string) => string; timezone: string };
/** Where the files cannot be asked. */
export const plainVoice = ({ secrets }: Pick<Settings, 'secrets'>): Voice => ({
  mask: (text) => maskSecrets(text, secrets),
  timezone: 'UTC',
});
type Shown = ReturnType<typeof showEventDetail>;

export function explainedJson({ detail, later }: Told, messages: Messages, { mask }: Voice): object {
  const { deliveries, trace, ...event } = showEventDetail(detail, 'masked', mask);
  const posted = (ones: Shown['deliveries']) => ones.map((one) => postedOrFault(one, messages));
  if (later !== undefined) {
    const then = showEventDetail(later, 'masked', mask);
    return { ...event, trace, deliveries: posted(deliveries), later: { trace: then.trace, deliveries: posted(then.deliveries) } };
  }
  const outcomes = deliveries.map(({ id, state, attempts, last_error }) => ({ id, state, last_error, attempts }));
  return { ...event, trace, deliveries: posted(deliveries), outcomes };
}

function postedOrFault({ id, kind, destination, route }: Shown['deliveries'][number], messages: Messages): object {
  const made = messages.get(id);
  return made !== undefined && 'message' in made ? postedOf(made.message) : { id, kind, destination, route, fault: made?.fault };
}

export function explainedText({ detail, later }: Told, messages: Messages, { mask, timezone }: Voice): string {
  const shown = showEventDetail(detail, 'masked', mask);
  const onPaper = later !== undefined;
  const sections = [heading(shown, onPaper), traceText(shown, timezone), messagesText(shown, messages, onPaper)];
  if (later !== undefined && later.trace.length > 0) {
    const then = showEventDetail(later, 'masked', mask);
    sections.push(paint('bold', 'If nothing else comes:'), traceText(then, timezone), messagesText(then, messages, true));
  }
  return sections.filter((section) => section !== '').join('\n\n');
}

function heading(
  { id, type, wire_type, severity, workspace, account, incident, triggered_at, received_at, outcome }: Shown,
  onPaper: boolean,
): string {
  const number = [account?.phone, account?.id && `account ${account.id}`, account?.reason].filter((part) => part !== undefined);
  const known = type === 'unknown' ? `an event this relay does not know, ${wire_type}` : `${type} (${wire_type})`;
  return [
    `${paint('bold', onPaper ? 'on paper' : id)}: ${plain(known)}, ${severity}`,
    `workspace ${plain(workspace)}${number.length === 0 ? '' : `, ${plain(number.join(', '))}`}${incident === undefined ? '' : `, incident ${plain(incident)}`}`,
    `happened ${triggered_at}, received ${received_at}: ${outcome}`,
  ].join('\n');
}

function traceText({ trace }: Shown, timezone: string): string {
  const rows = trace.map(({ at, gate, text }) => [moment(Date.parse(at), timezone), gate, text]);
  return table([timezone, 'gate', 'what was decided'], rows, (cell, column) => (column === 2 ? cell : paint('dim', cell)));
}

function messagesText({ deliveries }: Shown, messages: Messages, onPaper: boolean): string {
  if (deliveries.length === 0) return onPaper ? '' : 'no messages';
  const rows = deliveries.map(({ id, kind, destination, route, state, attempt_count }) => [
    onPaper ? 'would be sent' : id,
    ...[kind, destination, route],
    ...(onPaper ? [] : [`${state}, ${attempt_count} ${attempt_count === 1 ? 'attempt' : 'attempts'}`]),
    headline(id, messages),
  ]);
  const failed = deliveries.flatMap(({ id, attempts }) =>
    attempts
      .filter((attempt) => attempt.class !== 'ok')
      .map(
        (attempt) =>
          `${id} attempt ${attempt.n} at ${attempt.started_at}: ${plain(`${attempt.class} ${attempt.code ?? ''} ${attempt.error ?? ''}`)}`,
      ),
  );
  const heads = ['message', 'kind', 'to', 'by route', ...(onPaper ? [] : ['state']), 'headline'];
  return [table(heads, rows), ...failed].join('\n');
}

function headline(id: string, messages: Messages): string {
  const made = messages.get(id);
  if (made === undefined) return '';
  return 'fault' in made ? `(${made.fault})` : made.message.message.headline;
}
