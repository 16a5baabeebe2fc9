// `demo`: the main job on a machine where nothing is set up. What it plays is in demo/, which the image does not carry.
import { existsSync } from 'node:fs';
import { defineCommand, Refusal } from './command.ts';

const folder = new URL('../../demo/', import.meta.url);

export const demo = defineCommand({
  usage: '[--once]',
  about: `A relay of its own with demo/config and a database in a temporary folder, and an HTTP receiver beside it. Nothing leaves this machine,
no account is needed, and nothing is left behind. The holds of demo/config are those of config/, divided by 60.`,
  options: {
    once: { type: 'boolean', about: 'ends by itself; exit 0 only if every promised message arrived exactly once and nothing else did' },
  },
  words: 0,
  no: 'a message is missing or one too many arrived',
  examples: ['', '--once', '$ npm run demo', '$ npm run demo -- --once'],
  run: async ({ once = false, json = false }) => {
    if (!existsSync(folder)) throw new Refusal('the demo is not part of this installation; it is in the source repository.');
    const { runDemo } = await import('../../demo/run.ts');
    return runDemo({ once, json });
  },
});
