// What a plug-in throws: the class says what the relay does about it. Part of the plug-in contract, handed on by plugin.ts.

// A symbol and not instanceof, because a plug-in folder may carry its own copy of this file.
const BRAND = Symbol.for('timelines-relay.delivery-error');

/** transient: later · rate-limited: the whole lane waits, no attempt is used · auth: the destination is held until it works again, the operator
 * is told · rejected: this message never · previous-gone: `previous` no longer exists, send it as new. */
export type Reason = 'transient' | 'rate-limited' | 'auth' | 'rejected' | 'previous-gone';
export type Detail = {
  cause?: unknown;
  retryAfterMs?: number | undefined;
  /** `HTTP 503`, `ECONNRESET`: short, for lists and metrics. */
  code?: string;
  /** The target may have the message although no success was heard. */
  perhaps?: boolean;
};

export class DeliveryError extends Error {
  readonly reason: Reason;
  readonly retryAfterMs: number | undefined;
  readonly code: string | undefined;
  readonly perhaps: boolean;
  constructor(reason: Reason, message: string, detail: Detail = {}) {
    super(message, { cause: detail.cause });
    this.name = 'DeliveryError';
    this.reason = reason;
    this.retryAfterMs = detail.retryAfterMs;
    this.code = detail.code;
    this.perhaps = detail.perhaps ?? false;
    Object.defineProperty(this, BRAND, { value: true });
  }
  static is(error: unknown): error is DeliveryError {
    return typeof error === 'object' && error !== null && BRAND in error;
  }
}
export class RetryableError extends DeliveryError {
  constructor(message: string, detail?: Detail) {
    super('transient', message, detail);
  }
}
export class RateLimitedError extends DeliveryError {
  constructor(message: string, detail?: Detail) {
    super('rate-limited', message, detail);
  }
}
export class AuthError extends DeliveryError {
  constructor(message: string, detail?: Detail) {
    super('auth', message, detail);
  }
}
export class PermanentError extends DeliveryError {
  constructor(message: string, detail?: Detail) {
    super('rejected', message, detail);
  }
}
export class PreviousGoneError extends DeliveryError {
  constructor(message: string, detail?: Detail) {
    super('previous-gone', message, detail);
  }
}
