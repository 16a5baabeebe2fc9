// The words that belong to no story, in English: severities, reasons of a disconnect, the notes added to any message. One object, so that
// another language is another object of this type.
import type { EventType, Severity } from '../model.ts';

export type Words = typeof english;
export type Look = Severity | 'resolved' | 'closed' | 'test';

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

/** What follows a figure: of one, of several. */
export type Counted = readonly [one: string, several: string];
export type Counts = Readonly<Record<EventType, Counted>>;

const counts: Counts = {
  disconnected: ['number down', 'numbers down'],
  'messaging-100': ['message quota used up', 'message quotas used up'],
  'transactions-100': ['transaction quota used up', 'transaction quotas used up'],
  'api-calls-100': ['API quota used up', 'API quotas used up'],
  'messaging-90': ['message quota nearly used up', 'message quotas nearly used up'],
  'seats-full': ['workspace without a free seat', 'workspaces without a free seat'],
  'token-rotated': ['API token rotated', 'API tokens rotated'],
  connected: ['number connected', 'numbers connected'],
  unknown: ['unknown event', 'unknown events'],
};

/** The vendor's reasons are free text: `(logged out)`, `logged_out` and `Logged Out` are one. */
export const causeKey = (reason: string): string =>
  reason
    .toLowerCase()
    .replace(/[^a-z]+/g, '_')
    .replace(/^_|_$/g, '');

export const english = {
  locale: 'en-GB',
  look: { critical: 'CRITICAL', warning: 'WARNING', info: 'INFO', resolved: 'RESOLVED', closed: 'CLOSED', test: 'TEST' } satisfies Record<
    Look,
    string
  >,
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
    acknowledge: 'Acknowledge',
    list: 'See all of them',
  },
  /** Of a message about many at once. */
  several: {
    counts,
    still: {
      ...counts,
      disconnected: ['number still down', 'numbers still down'],
      'messaging-100': ['message quota still used up', 'message quotas still used up'],
      'transactions-100': ['transaction quota still used up', 'transaction quotas still used up'],
      'api-calls-100': ['API quota still used up', 'API quotas still used up'],
      'messaging-90': ['message quota still nearly used up', 'message quotas still nearly used up'],
      'seats-full': ['workspace still without a free seat', 'workspaces still without a free seat'],
    } as Counts,
    any: ['alert', 'alerts'] as Counted,
    back: ['number is back', 'numbers are back'] as Counted,
    over: ['problem is over', 'problems are over'] as Counted,
    more: (count: string) => `and ${count} more`,
    attachedAll: (count: string) => `The whole list of ${count} is attached`,
    attached: (count: string) => `and ${count} more; the whole list is attached`,
    since: (moment: string, _clock: boolean) => `since ${moment}`,
    hours: (from: string, to: string) => `${from} to ${to}`,
    rate: (count: string, length: string) => `${count} in ${length}`,
    all: (id: string) => `npm run relay -- deliveries --id ${id} lists them all`,
  },
  /** Of a digest that came to one. */
  kept: {
    quiet: (hours: string | undefined) => `it came in the quiet hours${hours === undefined ? '' : `, ${hours}`}`,
    limit: (rate: string | undefined) => (rate === undefined ? 'too many came at once' : `more than ${rate} came`),
    digest: () => 'the route gathers what comes into one message',
  },
  reminded: (headline: string, length: string) => `${headline}, still so after ${length}`,
  /** Ended by a person: the words of the problem, and that it did not heal. */
  closed: (headline: string, by: string, reason: string) => `${headline}, closed by ${by}: ${reason}`,
  closedMeans:
    'This is no recovery: a person closed it, and it may still be so. Nobody is reminded of it; should it begin anew, it is told.',
  notTaken: (headline: string, length: string) => `${headline}, nobody took it for ${length}`,
  facts: {
    next: 'Next',
    instead: 'Sent here because',
    escalation: 'Sent to you because',
    late: 'Late',
    replay: 'Sent again because',
    template: 'Template',
    list: 'All of them',
    gone: 'Came and went',
    kept: 'Told now because',
    reminder: 'Reminder',
    found: 'Found by',
    unconfirmed: 'Not confirmed',
    closed: 'Closed because',
  },
  gone: (count: string) => `${count} more, over before this was due`,
  asked: 'asking the Partner API, for no webhook had come',
  insteadOf: (names: string) => `${names} could not be reached`,
  escalated: 'it is not over, and nobody who was told before has it in hand',
  late: (length: string) => `due ${length} earlier, while the relay was not running`,
  unconfirmed: 'the Partner API could not say whether it is still so',
  templateFailed: (file: string) => `${file} failed, so the built-in words were used`,
};
