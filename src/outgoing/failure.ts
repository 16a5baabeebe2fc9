// What went wrong on the way to another machine, as the DeliveryError that says what to do about it.
import { AuthError, DeliveryError, type Detail, PermanentError, RetryableError } from '../plugin.ts';

const words: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was closed',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  ETIMEDOUT: 'no connection in time',
  ENOTFOUND: 'there is no such name',
  EAI_AGAIN: 'the name server did not answer',
  UND_ERR_DESTROYED: 'the relay is stopping',
  UND_ERR_CLOSED: 'the relay is stopping',
};

/** `sent`: the request was written, so the other side may have acted on it although no answer came. */
export function failureOf(cause: unknown, label: string, sent: boolean): DeliveryError {
  if (DeliveryError.is(cause)) return cause;
  const error = (cause ?? {}) as { code?: unknown; name?: string; message?: string };
  const code = error.name === 'AbortError' ? 'ABORTED' : typeof error.code === 'string' ? error.code : 'FAILED';
  const what = code === 'ABORTED' ? 'the attempt was broken off' : (words[code] ?? error.message ?? 'unknown failure');
  const detail: Detail = { cause, code, perhaps: sent };
  const proxy = /^Proxy .*\b(4\d\d)\b/.exec(error.message ?? '')?.[1];
  if (proxy) return new AuthError(`the proxy on the way to ${label} refused with HTTP ${proxy}`, { cause, code: `PROXY ${proxy}` });
  if (code === 'UND_ERR_INVALID_ARG') return new PermanentError(`the request to ${label} cannot be written: ${what}`, { cause, code });
  // A wrong certificate is wrong for every message, and never a reason to go on without one.
  if (/^(CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_|EPROTO$)/.test(code))
    return new AuthError(`no secure connection to ${label}: ${what} (${code})`, { cause, code });
  return new RetryableError(`${sent ? 'no answer from' : 'could not reach'} ${label}: ${what} (${code})`, detail);
}

export const tooLate = (timeoutMs: number): Error => Object.assign(new Error(`not within ${timeoutMs / 1000} s`), { code: 'TIMEOUT' });

export const refused = (label: string, address: string): DeliveryError =>
  new AuthError(
    `${label}${label.includes(address) ? '' : ` is ${address}, which`} lies inside a private network, and the destination does not allow that (allow_private)`,
    { code: 'outgoing.refused' },
  );
