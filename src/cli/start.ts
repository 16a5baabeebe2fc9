// `start`: the relay itself, as `npm start` runs it.
import { defineCommand } from './command.ts';

export const start = defineCommand({
  usage: '',
  about: `What \`npm start\` does: takes webhooks on PORT, answers the API on ADMIN_PORT, and runs until SIGTERM or Ctrl-C.
Every setting is an environment variable; the README lists them.`,
  options: {},
  words: 0,
  no: 'it could not start, or a disk failed',
  examples: ['', '$ PARTNER_ID=partner_12345 PARTNER_SECRET_FILE=/run/secrets/partner npm run relay -- start'],
  run: async () => {
    const relay = await import('../start.ts');
    await relay.start();
    // Its signals end the process, with their own exit code.
    return new Promise(() => {});
  },
});
