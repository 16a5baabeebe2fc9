// Messages as the relay hands them to a plug-in: one for each sample webhook and kind, and some with hostile names.
import { readdirSync, readFileSync } from 'node:fs';
import { type DeliveryKind, deliveryKinds } from '../../src/delivery.ts';
import type { EventType } from '../../src/model.ts';
import type { AlertView, Message } from '../../src/plugin.ts';

const folder = new URL('../events/', import.meta.url);
const samples = readdirSync(folder).filter((name) => name.endsWith('.json'));

const viewOf = (type: EventType, name: string): AlertView => ({
  id: 'e_01JD0000000000000000000001',
  key: 'messages:acme:2026-12-01T00',
  type,
  wire_type: `workspace:${type}`,
  phase: type === 'connected' ? 'resolved' : 'firing',
  level: 2,
  severity: 'critical',
  first_time: false,
  workspace: { id: 'acme', name, tags: ['vip'], owner_email: 'ann@acme.example' },
  account: { id: '67890', phone: '+•••••6789', reason: '(logged out)' },
  usage: { resource: 'messages', used: 100_000, total: 100_000, left: 0, percent: 100 },
  period: { start: '2026-11-01T00:00:00.000Z', end: '2026-12-01T00:00:00.000Z' },
  triggered_at: '2026-11-23T08:59:58.000Z',
  received_at: '2026-11-23T09:00:00.000Z',
});

export function messageOf(given: Partial<Message> = {}, name = 'Acme Ltd'): Message {
  return {
    id: 'd_01JD0000000000000000000002',
    kind: 'alert',
    mode: 'create',
    destination: 'under-test',
    target: 'under-test',
    route: 'quota-used-up',
    at: '2026-11-23T09:00:00.000Z',
    attempt: 1,
    alert: viewOf('messaging-100', name),
    alerts: [],
    message: {
      headline: `${name}: message quota used up`,
      impact: 'New messages are refused until 1 December.',
      facts: [{ label: 'Used', value: '100 000 of 100 000' }],
      action: { label: 'Top up', url: 'https://app.example/acme' },
    },
    rendered: undefined,
    fallbackText: `${name}: message quota used up`,
    threadKey: 'messages:acme:2026-12-01T00',
    event: readFileSync(new URL('messaging-100.json', folder), 'utf8'),
    ...given,
  };
}

/** Every sample as every kind; the relay's own words have neither alert nor event. */
export const everyMessage: [name: string, message: Message][] = samples.flatMap((file) =>
  deliveryKinds.map((kind): [string, Message] => [`${file.replace('.json', '')} as ${kind}`, sampleAs(file, kind)]),
);

function sampleAs(file: string, kind: DeliveryKind): Message {
  const type = file.replace('.json', '').replace('overview-', '') as EventType;
  const view = viewOf(type, 'Acme Ltd');
  const message = messageOf({ kind, mode: kind === 'resolved' ? 'resolve' : 'create' });
  if (kind === 'relay') {
    const { alert: _, event: __, threadKey: ___, ...own } = message;
    return own;
  }
  const members = kind === 'digest' || kind === 'storm' ? [view, view] : [];
  return { ...message, alert: view, alerts: members, event: readFileSync(new URL(file, folder), 'utf8') };
}

export const hostileNames = [
  'quotes " \' ` and \\ backslash',
  'line\r\nbreaks\u2028and\u0000nul\u001b[31mred',
  '<!channel> <@U1> <script>alert(1)</script> &amp;',
  '{{workspace.name}} {{{x}}} %s $&',
  '😀 \u202eright to left\u202c مرحبا \ud83d lone surrogate',
  'x'.repeat(10_000),
  '__proto__',
];
