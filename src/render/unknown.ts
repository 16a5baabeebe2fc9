// What an unknown webhook held. Nobody has decided which of its fields matter, so a person is shown all of them.
import { maskPhone } from './context.ts';
import { clean, lines } from './escape.ts';

/** Said elsewhere in the message. */
const spoken = new Set(['event_type', 'workspace_id', 'partner_id', 'triggered_at']);
const most = 20;

/** `reason: sim swap; attempts: 3`, from the body and from `data` inside it. */
export function fieldsOf(body: string | undefined, showPhone: boolean): object | undefined {
  const tree = treeOf(body);
  if (tree === undefined) return undefined;
  const { data, ...top } = tree;
  const all = Object.entries({ ...top, ...(typeof data === 'object' ? data : { data }) });
  const some = all.filter(([name, value]) => !spoken.has(name) && value !== null && value !== undefined).slice(0, most);
  if (some.length === 0) return undefined;
  return lines(some.map(([name, value]) => `${clean(name, 40)}: ${shown(name, value, showPhone)}`).join('; '));
}

function shown(name: string, value: unknown, showPhone: boolean): string {
  const said = showPhone ? value : hidden(name, value);
  return clean(typeof said === 'object' ? JSON.stringify(said, showPhone ? undefined : hidden) : said, 80);
}

/** By the name of the field, or because it is written as a number to dial. */
function hidden(name: string, value: unknown): unknown {
  if (typeof value !== 'string' && typeof value !== 'number') return value;
  const plain = String(value);
  return /phone|jid|msisdn|number/i.test(name) ? maskPhone(plain) : plain.replace(/\+\d[\d ().-]{5,}\d/g, maskPhone);
}

/** Bodies are kept for a week only, and a message may be sent again later. */
function treeOf(body: string | undefined): Record<string, unknown> | undefined {
  try {
    const tree: unknown = JSON.parse(body ?? '');
    return typeof tree === 'object' && tree !== null ? (tree as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
