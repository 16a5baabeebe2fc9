// The table of commands, in the order of the help. Each is loaded when it is called, so that `--help` and small commands are quick.
import { type Command, calledAs } from './command.ts';

export const commands: Readonly<Record<string, { summary: string; load(): Promise<Command> }>> = {
  start: { summary: 'Runs the relay.', load: async () => (await import('./start.ts')).start },
  check: {
    summary: 'Judges routes.yaml and all it names, and shows who hears of what.',
    load: async () => (await import('./check.ts')).check,
  },
  explain: {
    summary: 'Says of one event who hears of it, who does not, and why.',
    load: async () => (await import('./explain.ts')).explain,
  },
  render: {
    summary: 'Shows the words of a message as a destination would get them.',
    load: async () => (await import('./render.ts')).render,
  },
  'send-test': { summary: 'Has the running relay send a test message.', load: async () => (await import('./send-test.ts')).sendTest },
  simulate: {
    summary: 'Sends signed webhooks to a relay, one by one or in a burst.',
    load: async () => (await import('./simulate.ts')).simulate,
  },
  diff: {
    summary: 'Says what other files would have made of the last events.',
    load: async () => (await import('./diff.ts')).diff,
  },
  events: { summary: 'Lists the events that the relay has stored.', load: async () => (await import('./events.ts')).events },
  deliveries: {
    summary: 'Lists messages, sent or not, and what became of them.',
    load: async () => (await import('./deliveries.ts')).deliveries,
  },
  replay: { summary: 'Has messages sent again.', load: async () => (await import('./replay.ts')).replay },
  incidents: {
    summary: 'Lists what is wrong now, takes an incident on, closes one.',
    load: async () => (await import('./incidents.ts')).incidents,
  },
  silence: { summary: 'Lists silences, makes one, ends one.', load: async () => (await import('./silence.ts')).silence },
  report: {
    summary: 'Says what happened in a month: usage, numbers, downtime, alerts, security.',
    load: async () => (await import('./report.ts')).report,
  },
  plugins: {
    summary: 'Lists the plug-ins: which loaded, from where, and why one did not.',
    load: async () => (await import('./plugins.ts')).plugins,
  },
  workspaces: {
    summary: 'Lists the workspaces that are known, and fetches what the table lacks.',
    load: async () => (await import('./workspaces.ts')).workspaces,
  },
  forget: {
    summary: 'Deletes what the running relay keeps of a workspace.',
    load: async () => (await import('./forget.ts')).forget,
  },
  demo: {
    summary: 'Shows the main job on this machine: a morning in Slack, mail and HTTP.',
    load: async () => (await import('./demo.ts')).demo,
  },
};

export function overview(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  return [
    'timelines-relay: hears TimelinesAI partner webhooks, never loses one, and tells the right people.',
    '',
    `usage: ${calledAs} COMMAND [options]`,
    '',
    'commands:',
    ...Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}   ${summary}`),
    '',
    `${calledAs} COMMAND --help says more, with examples. Every command takes --json.`,
    'To pipe an answer, keep npm quiet: npm run --silent relay -- events --json',
    'exit: 0 fine, 1 the answer is no, 2 wrong call',
  ].join('\n');
}
