// What the demo sends, in order, and who is promised to hear of it. The rules are those of demo/config/routes.yaml.

export type Promised = `${'alert' | 'resolved' | 'notice'} ${'ops' | 'owner' | 'billing'}`;

export type Step = {
  /** A short name, or a wire name this relay does not know. */
  event: string;
  workspace: string;
  percent?: number;
  /** What there is to see. */
  why: string;
  /** The webhook of the step before, byte for byte. */
  again?: true;
  /** Signed with a secret that is not the relay's. */
  forged?: true;
  answer: 'new' | 'duplicate' | 'refused';
  promised: readonly Promised[];
  /** How long it must stay silent to have kept its promise. */
  silentMs?: number;
};

export const story: readonly Step[] = [
  {
    event: 'messaging-90',
    workspace: 'northwind',
    percent: 93,
    why: 'a quota runs out',
    answer: 'new',
    promised: ['alert ops'],
  },
  {
    event: 'messaging-100',
    workspace: 'northwind',
    why: 'it is used up',
    answer: 'new',
    promised: ['alert ops', 'alert billing'],
  },
  {
    event: 'messaging-100',
    workspace: 'northwind',
    why: 'the same webhook once more',
    again: true,
    answer: 'duplicate',
    promised: [],
  },
  {
    event: 'disconnected',
    workspace: 'harbor',
    why: 'a number goes down …',
    answer: 'new',
    promised: [],
    silentMs: 5000,
  },
  {
    event: 'connected',
    workspace: 'harbor',
    why: '… and is back within its hold',
    answer: 'new',
    promised: [],
  },
  { event: 'transactions-100', workspace: 'harbor', why: 'no more transactions', answer: 'new', promised: ['alert ops', 'alert billing'] },
  { event: 'api-calls-100', workspace: 'atlas', why: 'no more API calls', answer: 'new', promised: ['alert ops', 'alert billing'] },
  { event: 'seats-full', workspace: 'atlas', why: 'no seat is left', answer: 'new', promised: ['alert owner'] },
  { event: 'token-rotated', workspace: 'harbor', why: 'a notice', answer: 'new', promised: ['notice ops', 'notice billing'] },
  { event: 'workspace:suspended', workspace: 'atlas', why: 'nobody knows this one: fallback', answer: 'new', promised: ['notice ops'] },
  { event: 'seats-full', workspace: 'demo-1', why: 'our own test workspace: nobody', answer: 'new', promised: [] },
  {
    event: 'token-rotated',
    workspace: 'atlas',
    why: 'forged: signed with another secret',
    forged: true,
    answer: 'refused',
    promised: [],
  },
  {
    event: 'disconnected',
    workspace: 'northwind',
    why: 'a number goes down and stays down',
    answer: 'new',
    promised: ['alert ops', 'alert owner'],
  },
  {
    event: 'connected',
    workspace: 'northwind',
    why: 'it is back: those who were told hear it',
    answer: 'new',
    promised: ['resolved ops', 'resolved owner'],
  },
];
