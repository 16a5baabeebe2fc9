// An error as the admin side answers it: a problem document (RFC 9457) with one of the codes of errors.ts and the request's id. Light enough
// for the door, which answers before anything else is loaded.
import { type ErrorCode, errorCodes } from '../errors.ts';

export type Problem = { type: string; title: string; status: number; code: ErrorCode; detail: string; request: string };

export const problemType = 'application/problem+json; charset=utf-8';

/** `detail` says what was found and how to mend it; it repeats nothing that was sent. */
export function problem(code: ErrorCode, request: string, detail?: string): Problem {
  const [status, title] = errorCodes[code];
  return { type: `urn:timelines-relay:error:${code}`, title, status, code, detail: detail ?? title, request };
}
