// The smallest destination, and the pattern to copy: one line per message on standard output, below it one for each
// member of a digest. It names no target, so each one counts by its own name.
import { definePlugin, RetryableError } from 'timelines-relay/plugin';
import { z } from 'zod';

const colours = { critical: 31, warning: 33, info: 36 };

export default definePlugin({
  type: 'console',
  apiVersion: 1,
  description: 'Prints one line per message. For trying things out.',
  options: z.strictObject({}),
  content: { format: 'text' },
  create: () => ({
    async send({ at, kind, id, alert, message: { headline, impact, members = [], more } }) {
      const word = kind.toUpperCase().padEnd(8);
      const colour = kind === 'resolved' ? 32 : colours[alert?.severity ?? 'info'];
      const shown = process.stdout.isTTY ? `\x1b[${colour}m${word}\x1b[0m` : word;
      // A line break or an escape code in a name must not look like a line of ours.
      const plain = (text: string) => text.replace(/[\s\p{Cc}]+/gu, ' ');
      const list = [...members.map(({ headline, note }) => (note ? `${headline}, ${note}` : headline)), ...(more ? [more] : [])];
      const words = plain(`${headline}${impact ? `: ${impact}` : ''}`);
      await print([`${at} ${shown} ${words} (${id})`, ...list.map((line) => `    ${plain(line)}`), ''].join('\n'));
    },
  }),
});

const print = (line: string) =>
  new Promise<void>((resolve, reject) =>
    process.stdout.write(line, (error) => (error ? reject(new RetryableError(`standard output: ${error.message}`)) : resolve())),
  );
