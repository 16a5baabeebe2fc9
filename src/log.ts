// The relay's log: one JSON object a line on standard output, event names in the past tense, every known secret masked in every line, and
// every phone number but for its last digits.
import pino, { type LogFn, type Logger } from 'pino';
import { hideInText, phoneKey } from './admin/mask.ts';
import { maskPhone } from './render/context.ts';

export type Log = Logger & {
  /** From now on every line goes through this. */
  maskWith(mask: (text: string) => string): void;
};

export function createLog(level: string): Log {
  let mask = (text: string) => text;
  const out = { write: (line: string) => void process.stdout.write(mask(line)) };
  const log = pino(
    {
      ...{ level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
      formatters: { level: (label) => ({ level: label }), log: (fields) => hidden(fields) as typeof fields },
      hooks: { logMethod: logHidden },
    },
    out,
  );
  return Object.assign(log, {
    maskWith: (given: (text: string) => string) => {
      mask = given;
    },
  });
}

/** The words of a line: those of a plug-in may repeat what its target said. */
function logHidden(this: Logger, args: Parameters<LogFn>, method: LogFn): void {
  method.apply(this, args.map((one: unknown) => (typeof one === 'string' ? hideInText(one) : one)) as Parameters<LogFn>);
}

/** Texts in plain data, however deep as a line has use for. */
function hidden(value: unknown, name = '', depth = 0): unknown {
  if (typeof value === 'string') return phoneKey.test(name) ? maskPhone(value) : hideInText(value);
  if (typeof value !== 'object' || value === null || value instanceof Error || depth > 5) return value;
  if (Array.isArray(value)) return value.map((one) => hidden(one, name, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, hidden(one, key, depth + 1)]));
}
