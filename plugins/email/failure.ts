// What a mail server's answer, or its silence, means for the mail and its destination.
import type { NodemailerError } from 'nodemailer';
import { AuthError, type DeliveryError, PermanentError, RateLimitedError, RetryableError } from 'timelines-relay/plugin';
import { oneLine } from './address.ts';
import type { Server } from './server.ts';

const greylistMs = 5 * 60_000;
const mendTls = 'smtps:// speaks TLS at once (port 465), smtp:// by STARTTLS; ?tls=no sends in the open, for networks you trust';

/** `sent`: the whole mail went out, so the server may have it although no answer came. */
export function failureOf(cause: unknown, { label, auth }: Server, what: string, sent: boolean): DeliveryError {
  if (cause instanceof PermanentError) return cause;
  const error = cause as NodemailerError & { originalCode?: string };
  const { code = 'FAILED', responseCode: status = 0, command = '', originalCode } = error;
  const said = oneLine(withoutPassword(error.response || error.message, auth)).slice(0, 300);
  const detail = { code: status ? `SMTP ${status}` : (originalCode ?? code) };
  const refused = `${label} refused ${what}: ${said}`;
  if (code === 'EABORT') return new RetryableError('the attempt was broken off', { code: 'ABORTED', perhaps: sent });
  // Whoever is greylisted is let in later and not sooner; it is this address alone, so nobody else waits.
  if (status < 500 && status > 400 && /gr[ae]y-?list/i.test(said))
    return new RetryableError(refused, { ...detail, retryAfterMs: greylistMs });
  if (status === 421 || (status < 500 && /\b4\.7\.\d+\b/.test(said)))
    return new RateLimitedError(`${label} wants a pause: ${said}`, detail);
  if ((status >= 400 && status < 500) || status === 503) return new RetryableError(refused, detail);
  if (isTls(error)) return new AuthError(`no secure connection to ${label}: ${said}; ${mendTls}`, detail);
  if (/^E(NO)?AUTH$/.test(code) || [530, 534, 535, 538].includes(status))
    return new AuthError(`${label} does not let ${auth?.user ?? 'the relay'} in: ${said}`, detail);
  // What is refused before a recipient was named, or for want of the right to send, is refused for every message.
  const early = /^(CONN|[EH]H?ELO|MAIL FROM)$/.test(command) && status !== 552;
  if (status >= 500 && (early || /\b5\.7\.\d+\b.*((?<![.@-])\brelay(ing)?\b(?![.@-])|authenticat)/i.test(said)))
    return new AuthError(refused, detail);
  if (code === 'EPROTOCOL' && !status) return new AuthError(`${label} is no mail server: ${said}`, detail);
  if (status >= 500 || /^E(MESSAGE|ENVELOPE|STREAM|FILEACCESS|URLACCESS)$/.test(code)) return new PermanentError(refused, detail);
  return new RetryableError(`no answer from ${label}: ${said}`, { ...detail, perhaps: sent });
}

/** Often only the text of what TLS said is kept; a connection that broke meanwhile is no verdict on the certificate. */
function isTls({ code, originalCode = '', message, command }: NodemailerError & { originalCode?: string }): boolean {
  const certificate = /^(CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_|EPROTO$)/.test(originalCode);
  const broke = /closed|ECONNRESET|EPIPE|disconnected|timeout/i.test(message);
  return certificate || ((code === 'ETLS' || command === 'STARTTLS') && !broke);
}

/** A server may say back what it was told, as it stands or in the code of the login. */
function withoutPassword(text: string, auth: Server['auth']): string {
  if (auth === undefined) return text;
  const coded = [auth.pass, `\0${auth.user}\0${auth.pass}`].map((one) => Buffer.from(one).toString('base64'));
  return [auth.pass, ...coded].reduce((masked, form) => masked.replaceAll(form, '•••'), text);
}
