// One request and its reply on the hot path: undici's dispatch with the least that can stand behind it, no streams and no Response objects.
import type { Dispatcher } from 'undici';
import type { Reply, RequestInit } from '../plugin.ts';
import type { Address } from './address.ts';
import { failureOf, tooLate } from './failure.ts';

/** Bytes of a reply that are read. Nobody needs more to be told what went wrong. */
export const replyCap = 64 * 1024;

export function exchange(dispatcher: Dispatcher, address: Address, init: RequestInit, timeoutMs: number): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { signal } = init;
    const chunks: Buffer[] = [];
    let controller: Dispatcher.DispatchController | undefined;
    let headers: Record<string, string> = {};
    let status = 0;
    let size = 0;
    let sent = false;
    let done = false;

    const finish = (error: unknown) => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', breakOff);
      // Once a status came, the other side has decided: a reply that is cut, too long or dripping changes nothing about it.
      if (status) resolve({ status, headers, text: textOf(chunks) });
      else reject(failureOf(error, address.label, sent));
    };
    const giveUp = (error: Error) => {
      finish(error);
      controller?.abort(error);
    };
    const breakOff = () => giveUp(new DOMException('aborted', 'AbortError'));
    const timer = setTimeout(() => giveUp(tooLate(timeoutMs)), timeoutMs);
    if (signal?.aborted) return breakOff();
    signal?.addEventListener('abort', breakOff);

    dispatcher.dispatch(
      { origin: address.origin, path: address.path, method: init.method ?? 'POST', headers: headersOf(init), body: init.body ?? null },
      {
        onRequestStart(started) {
          controller = started;
          if (done) started.abort(new Error('nobody waits for it any more'));
        },
        onRequestSent() {
          sent = true;
        },
        onResponseStart(_, code, received) {
          if (code < 200) return;
          status = code;
          headers = flat(received);
        },
        onResponseData(_, chunk) {
          const room = replyCap - size;
          size += chunk.length;
          chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
          if (size > replyCap) giveUp(new Error('the reply is too long'));
        },
        onResponseEnd: () => finish(undefined),
        onResponseError: (_, error) => finish(error),
      },
    );
  });
}

/** For fetch: notes when the request is written, and refuses a packed reply, which fetch would unpack to any size. */
export function watch(handler: Dispatcher.DispatchHandler, trail: { sent: boolean }): Dispatcher.DispatchHandler {
  const { onRequestSent, onResponseStart } = handler;
  handler.onRequestSent = () => {
    trail.sent = true;
    onRequestSent?.call(handler);
  };
  handler.onResponseStart = (controller, status, headers, text) => {
    const packed = headers['content-encoding'] ?? 'identity';
    if (packed !== 'identity') controller.abort(new Error(`the reply is packed (${packed}) although that was not asked for`));
    else onResponseStart?.call(handler, controller, status, headers, text);
  };
  return handler;
}

/** As undici takes them fastest. */
function headersOf({ headers = {} }: RequestInit): string[] {
  const list: string[] = ['accept-encoding', 'identity'];
  for (const name in headers) if (name.toLowerCase() !== 'accept-encoding') list.push(name, headers[name] as string);
  return list;
}

function flat(received: Record<string, string | string[] | undefined>): Record<string, string> {
  for (const name in received) if (Array.isArray(received[name])) received[name] = received[name].join(', ');
  return received as Record<string, string>;
}

const textOf = (chunks: Buffer[]): string =>
  chunks.length === 0 ? '' : chunks.length === 1 ? (chunks[0] as Buffer).toString() : Buffer.concat(chunks).toString();
