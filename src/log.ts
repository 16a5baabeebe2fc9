// The relay's log: one JSON object a line on standard output, event names in the past tense, every known secret masked in every line.
import pino, { type Logger } from 'pino';

export type Log = Logger & {
  /** From now on every line goes through this. */
  maskWith(mask: (text: string) => string): void;
};

export function createLog(level: string): Log {
  let mask = (text: string) => text;
  const out = { write: (line: string) => void process.stdout.write(mask(line)) };
  const log = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } },
    out,
  );
  return Object.assign(log, {
    maskWith: (given: (text: string) => string) => {
      mask = given;
    },
  });
}
