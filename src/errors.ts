// Every error the relay can give, by code: the same string in logs, answers, metrics and docs. A test compares this table with docs/errors.md.

/** code → [HTTP status where it answers a request, what it means and what mends it]. */
export const errorCodes = {
  'webhook.not_json': [400, 'The body is not one JSON object in valid UTF-8.'],
  'webhook.too_deep': [400, 'The body is nested deeper than 64 levels.'],
  'webhook.no_event': [400, 'The body names no event type or no workspace.'],
  'webhook.refused': [401, 'The request does not prove that it comes from TimelinesAI.'],
  'webhook.too_large': [413, 'The body is larger than 1 MiB.'],
  'webhook.not_json_type': [415, 'The content type is not application/json.'],
  'webhook.too_many_refused': [429, 'This address sent more than 100 requests in a minute that could not be verified.'],
  'relay.draining': [503, 'The relay is stopping; send it again.'],
  'relay.busy': [503, 'More is waiting to be written than the relay takes on; send it again.'],
  'relay.fault': [500, 'The relay met a mistake of its own; the log has it.'],
  'relay.bad_request': [400, 'The request is no valid HTTP.'],
  'relay.not_found': [404, 'There is nothing at this address.'],
  'store.full': [503, 'The disk or the page limit is full; free space, then it goes on by itself.'],
  'store.near_full': [507, 'Under a tenth of the disk and under 2 GiB is free where the store lies; free space before it is full.'],
  'store.busy': [503, 'Another process holds the database.'],
  'store.io': [503, 'The disk failed; the relay stops, for a failed fsync cannot be repeated.'],
  'store.corrupt': [503, 'The database file is damaged; restore it from a backup. The relay never deletes it.'],
  'store.owned': [503, 'Another relay runs on the same data directory.'],
  'store.unusable': [503, 'The database cannot be used as it is: old SQLite, network file system, wrong owner, read-only.'],
  'store.row': [500, 'One row could not be written; it failed alone.'],
  'settings.bad': [500, 'A setting is missing, doubled or wrong.'],
  'rules.bad': [422, 'routes.yaml or a file it names has mistakes; the rules in force stay.'],
  'plugin.bad': [500, 'A plug-in file could not be loaded; its destinations are held, all else goes on.'],
  'plugin.fault': [500, 'A plug-in threw something that is no DeliveryError, hung, or returned junk.'],
  'story.bad': [500, 'A template failed; the built-in words were used instead.'],
  'destination.failing': [503, 'The destination has been failing for over five minutes; messages wait and are tried again.'],
  'destination.held': [409, 'The destination refuses every message (password, address, permission); messages wait until it works.'],
  'destination.paused': [409, 'A person paused the destination; messages wait until it is resumed or the time is over.'],
  'destination.unwell': [409, 'Asked whether a message would get through, the destination says no; nothing waited for it yet.'],
  'delivery.dead': [410, 'A message could not be delivered and no try is left.'],
  'decision.failed': [500, 'The relay could not decide on an event; it is stored and can be decided again.'],
  'incident.over': [409, 'The incident is over; there is nothing left to take on or to close.'],
  'source.silent': [500, 'No webhook came for longer than quiet_source.'],
  'source.refused': [401, 'Five webhooks in ten minutes could not be verified: the secret may have changed.'],
  'admin.refused': [401, 'The admin listener needs ADMIN_TOKEN, or a request from this machine.'],
  'admin.locked': [429, 'This address sent 10 wrong tokens within a minute; it is heard again a minute after the first of them.'],
  'admin.needs_token': [403, 'This is shown only to a caller with ADMIN_TOKEN.'],
  'admin.not_found': [404, 'There is nothing under this id.'],
  'admin.bad_request': [400, 'The request does not fit the schema; see /api/docs.'],
  'admin.not_json': [415, 'A change needs the content type application/json.'],
  'admin.too_large': [413, 'The body is larger than 1 MiB.'],
  'silence.in_file': [409, 'The silence stands in silences.yaml, so it ends there.'],
  'admin.no_answer': [503, 'The store did not answer a question in time; ask again, or for less.'],
  'admin.too_many_watch': [503, 'More streams of /live are open than the relay serves at once; close a page.'],
  'admin.no_form': [403, 'The form is not of a page of this relay, or the page is older than the session: load it again.'],
  'partner_api.refused': [502, 'TimelinesAI does not take PARTNER_ID and PARTNER_SECRET, or PARTNER_API_URL is not its Partner API.'],
  'partner_api.no_answer': [503, 'The Partner API gave no answer in time; what waited for it is told unconfirmed or asked again later.'],
  'partner_api.bad_answer': [502, 'The Partner API answered, but not about the workspace it was asked about.'],
  'outgoing.refused': [500, 'The address is inside a private network and the destination does not allow that.'],
} as const satisfies Record<string, readonly [status: number, meaning: string]>;

export type ErrorCode = keyof typeof errorCodes;

/** Message: what was being done, what was found, how to mend it. Never a secret. */
export class RelayError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'RelayError';
    this.code = code;
  }
  get status(): number {
    return errorCodes[this.code][0];
  }
}
