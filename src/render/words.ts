// The words that belong to no story, in English: severities, reasons of a disconnect, the notes added to any message. One object, so that
// another language is another object of this type.
import type { Severity } from '../model.ts';

export type Words = typeof english;
export type Look = Severity | 'resolved' | 'test';

/** What a reason means: `short` for the headline, `long` for what it means and whether it heals by itself; `blocked`: linking it again does not help. */
export type Cause = { short: string; long: string; blocked?: true };

const causes: Readonly<Record<string, Cause>> = {
  logged_out: { short: 'logged out', long: 'It was logged out, so it stays down until someone scans a new QR code with that phone.' },
  logged_out_client: {
    short: 'logged out on the phone',
    long: 'Someone removed the linked device on the phone, so it stays down until a new QR code is scanned.',
  },
  banned: {
    short: 'banned by WhatsApp',
    long: 'WhatsApp has banned the number; linking it again does not help until WhatsApp lifts the ban.',
    blocked: true,
  },
  payment_required: {
    short: 'payment required',
    long: 'TimelinesAI asks for a payment first; the number stays down until it is made.',
    blocked: true,
  },
  qr_required: { short: 'new QR scan needed', long: 'It stays down until someone scans a new QR code with that phone.' },
};

/** The vendor's reasons are free text: `(logged out)`, `logged_out` and `Logged Out` are one. */
export const causeKey = (reason: string): string =>
  reason
    .toLowerCase()
    .replace(/[^a-z]+/g, '_')
    .replace(/^_|_$/g, '');

export const english = {
  locale: 'en-GB',
  look: { critical: 'CRITICAL', warning: 'WARNING', info: 'INFO', resolved: 'RESOLVED', test: 'TEST' } satisfies Record<Look, string>,
  resource: { messages: 'messages', 'api-calls': 'API calls' } as Readonly<Record<string, string>>,
  account: (id: string | undefined) => (id === undefined ? 'a WhatsApp number' : `WhatsApp account ${id}`),
  cause: (reason: string): Cause | undefined => {
    const key = causeKey(reason);
    return Object.hasOwn(causes, key) ? causes[key] : undefined;
  },
  ago: (length: string) => `${length} ago`,
  justNow: 'just now',
  fullAbout: (moment: string) => `full about ${moment}`,
  lastsThePeriod: 'they last until the reset',
  test: (headline: string) => `TEST: ${headline}`,
  relay: 'relay',
  /** Small print of a channel that has some. */
  foot: {
    because: (route: string, destination: string) => `You get this because the route ${route} names ${destination}.`,
    trace: 'Why it came',
    event: 'Event',
    message: 'Message',
  },
  facts: {
    next: 'Next',
    instead: 'Sent here because',
    escalation: 'Sent to you because',
    late: 'Late',
    unconfirmed: 'Not confirmed',
    replay: 'Sent again because',
    template: 'Template',
  },
  insteadOf: (names: string) => `${names} could not be reached`,
  escalated: 'nobody who was told before has taken it on',
  late: (length: string) => `due ${length} earlier, while the relay was not running`,
  unconfirmed: 'the Partner API could not say whether it is still so',
  templateFailed: (file: string) => `${file} failed, so the built-in words were used`,
};
