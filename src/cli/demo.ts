// `demo`: the main job on a machine where nothing is set up. What it plays is in demo/, which the image does not carry.
import { existsSync } from 'node:fs';
import { defineCommand, Refusal, WrongCall } from './command.ts';

const folder = new URL('../../demo/', import.meta.url);

export const demo = defineCommand({
  usage: '[--once] [--pause S]',
  about: `A morning of a reseller in two minutes: a relay of its own, and beside it a Slack, a mail server and a receiver, all on this machine. A page
shows what each reader sees. Nothing leaves this machine, no account is needed, and nothing is left behind. The rules are those of
config/routes.yaml, every duration divided by 60.`,
  options: {
    once: { type: 'boolean', about: 'ends by itself; exit 0 only if every promised message arrived exactly once and nothing else did' },
    pause: { type: 'string', value: 'S', about: 'seconds to read, before each scene; default 6, with --once 0' },
  },
  words: 0,
  no: 'a message is missing or one too many arrived',
  examples: ['', '--once', '$ npm run demo', '$ npm run demo -- --once'],
  run: async ({ once = false, pause = once ? '0' : '6', json = false }) => {
    if (!/^\d{1,3}(\.\d+)?$/.test(pause)) throw new WrongCall(`--pause is "${pause}"; write seconds, --pause 3.`);
    if (!existsSync(folder)) throw new Refusal('the demo is not part of this installation; it is in the source repository.');
    const { runDemo } = await import('../../demo/run.ts');
    return runDemo({ once, json, pauseMs: Number(pause) * 1000 });
  },
});
