// What each of Slack's refusals means for the message and its destination. The codes are those of its reference for chat.postMessage, chat.update and
// auth.test; one that is not here is taken for passing, and tried again.
import { AuthError, DeliveryError, PermanentError, RateLimitedError, RetryableError, retryAfterMs } from 'timelines-relay/plugin';

/** The token, or what it may do. */
const login: Readonly<Record<string, string>> = {
  invalid_auth: 'the token is wrong; copy the bot token (xoxb-…) of the app once more',
  not_authed: 'no token was sent; set token',
  token_revoked: 'the token was revoked; install the app again and take its new token',
  token_expired: 'the token has expired; install the app again and take its new token',
  account_inactive: 'the bot or its team was removed; install the app again and take its new token',
  missing_scope: 'the app lacks the scope chat:write; add it and install the app again',
  no_permission: 'the token may not do this; give the app the scope chat:write and install it again',
  not_allowed_token_type: 'the token is not one of a bot; take the one that begins with xoxb-',
  accesslimited: 'the team limits who may call; ask its administrator',
  access_denied: 'the team refuses the app; ask its administrator',
  org_login_required: 'the team moves to another organisation; ask its administrator',
  ekm_access_denied: 'the administrators have suspended posting',
  enterprise_is_restricted: 'the app is not allowed in this organisation; ask its administrator',
  two_factor_setup_required: 'the team asks for a second factor; ask its administrator',
  unknown_method: 'api_url is not that of Slack; leave it out',
  deprecated_endpoint: 'Slack has moved on; update the relay',
  method_deprecated: 'Slack has moved on; update the relay',
  team_access_not_granted: 'the token is not for this team; install the app there',
};

/** The channel, or the webhook that stands for one: wrong for every message where it is written in routes.yaml, for this one where the table names it. */
const place: Readonly<Record<string, string>> = {
  channel_not_found: 'there is no such channel, or it is private and the bot is not in it: /invite the bot there',
  not_in_channel: 'the bot is not in the channel: /invite it there',
  is_archived: 'the channel is archived; name another',
  channel_is_archived: 'the channel is archived; name another',
  restricted_action: 'the team does not let the bot post there; ask its administrator',
  restricted_action_read_only_channel: 'the channel is read-only; name another',
  restricted_action_thread_only_channel: 'the channel takes only answers in threads; name another',
  action_prohibited: 'an administrator forbids posts by this webhook',
  no_active_hooks: 'the webhook is switched off; make a new one',
  no_service: 'the webhook is gone; make a new one',
  no_service_id: 'the address of the webhook is not whole; copy it once more',
  no_team: 'the team of the webhook is gone; make a new one',
  team_disabled: 'the team of the webhook is gone; make a new one',
  invalid_token: 'the address of the webhook is wrong; copy it once more',
  posting_to_general_channel_denied: 'an administrator forbids webhooks to post there; name another channel',
  user_not_found: 'there is no such user; name a channel',
  messages_tab_disabled: 'the bot may not be written to; name a channel',
  team_not_found: 'there is no such team',
};

/** This message, however often it is sent. */
const message = [
  'no_text',
  'msg_too_long',
  'too_many_attachments',
  'invalid_arg_name',
  'invalid_array_arg',
  'invalid_charset',
  'invalid_form_data',
  'invalid_json',
  'invalid_payload',
  'invalid_post_type',
  'json_not_object',
  'missing_post_type',
  'markdown_text_conflict',
];
const later = [
  'update_failed',
  'rollup_error',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
  'external_channel_migrating',
];
const limits = ['ratelimited', 'rate_limited', 'message_limit_exceeded'];

/** All but the words: they can go out without it. */
export const formFaults = [
  'invalid_arguments',
  'invalid_metadata_format',
  'invalid_metadata_schema',
  'metadata_too_large',
  'metadata_must_be_sent_from_app',
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_attachments',
  'msg_blocks_too_long',
  'attachment_payload_limit_exceeded',
];
/** The message to be edited or answered: what there is to say goes out as a new one. */
export const goneCodes = [
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  'is_inactive',
  'block_mismatch',
  'thread_not_found',
  'cannot_reply_to_message',
  'restricted_action_thread_locked',
  'restricted_action_non_threadable_channel',
];

type About = { channel: string | undefined; ofTable: boolean };

/** `ofTable`: the channel is a workspace's own, so that what is wrong with it is wrong for this message alone. */
export function failureOf(error: unknown, about: About): DeliveryError {
  if (DeliveryError.is(error)) return error;
  const {
    name,
    data,
    original,
    statusCode,
    retryAfter,
    headers,
    message: said = '',
  } = (error ?? {}) as Partial<Record<string, unknown>> & {
    headers?: Record<string, string>;
    data?: { error?: unknown; response_metadata?: { retryAfter?: number; messages?: string[] } };
  };
  // The guarded network already says what happened, and whether the request was written.
  if (DeliveryError.is(original)) return original;
  if (typeof retryAfter === 'number')
    return new RateLimitedError('Slack asks for a pause', { code: 'ratelimited', retryAfterMs: retryAfter * 1000 });
  // The SDK's own, where a 429 came without the time to wait.
  if (String(said).startsWith('Retry header')) return new RateLimitedError('Slack asks for a pause', { code: 'ratelimited' });
  if (typeof statusCode === 'number') return ofStatus(statusCode, headers);
  if (typeof data?.error === 'string') return ofCode(data.error, data.response_metadata?.messages, about);
  if (original !== undefined || name === 'WebAPIRequestError')
    return new RetryableError('no answer from Slack', { code: 'FAILED', perhaps: true, cause: error });
  throw error;
}

function ofStatus(status: number, headers: Record<string, string> = {}): DeliveryError {
  const code = `HTTP ${status}`;
  const said = `Slack answered ${code}`;
  const wait = retryAfterMs(headers['retry-after'], headers.date, Date.now());
  if (status === 503 && wait !== undefined) return new RateLimitedError(said, { code, retryAfterMs: wait });
  if (status >= 500 || status === 408) return new RetryableError(said, { code });
  return [401, 403, 404, 407, 410].includes(status) || status < 400 ? new AuthError(said, { code }) : new PermanentError(said, { code });
}

/** What Slack calls a refusal; anything else is a page, a proxy's or its own in trouble. */
export const isCode = (text: string): boolean => /^[a-z0-9_]{3,60}$/.test(text);

function ofCode(code: string, details: string[] | undefined, { channel, ofTable }: About): DeliveryError {
  if (!isCode(code))
    return new RetryableError('Slack answered with something that is no answer of its API', { code: 'no_json', perhaps: true });
  const detail = { code };
  if (limits.includes(code)) return new RateLimitedError(`Slack asks for a pause (${code})`, detail);
  if (Object.hasOwn(login, code)) return new AuthError(`Slack refuses (${code}): ${login[code]}`, detail);
  if (Object.hasOwn(place, code)) {
    const text = `Slack refuses ${channel ?? 'the channel'} (${code}): ${place[code]}`;
    return ofTable ? new PermanentError(text, detail) : new AuthError(text, detail);
  }
  const text = `Slack refuses the message (${code})${details ? `: ${details.join('; ').slice(0, 500)}` : ''}`;
  if (message.includes(code) || formFaults.includes(code) || goneCodes.includes(code)) return new PermanentError(text, detail);
  return new RetryableError(later.includes(code) ? `Slack is in trouble (${code})` : text, { code, perhaps: later.includes(code) });
}
