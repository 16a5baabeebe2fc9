// A morning of a reseller: what TimelinesAI sends, what goes wrong meanwhile, and who is promised to hear of it, in which form. The rules are those
// of config/routes.yaml, the customers those of demo/workspaces.csv.
import type { Arrival } from './world.ts';

export type Heard = Pick<Arrival, 'by' | 'where' | 'how'> & { says: string };
export type Answer = 'new' | 'duplicate' | 'refused';

export type Webhook = {
  /** A short name, or a wire name this relay does not know. */
  event: string;
  workspace: string;
  percent?: number;
  /** The one before, byte for byte; or signed with a secret that is not the relay's. */
  odd?: 'again' | 'forged';
  answer: Answer;
};
export type Act =
  | `billing ${'breaks' | 'works'}`
  | `all ${'break' | 'work'}`
  | `relay ${'is killed' | 'starts'}`
  | `mistake is ${'saved' | 'mended'}`;

export type Step = ({ send: Webhook } | { act: Act }) & {
  /** What there is to see. */
  say?: string;
  /** The next step waits for these. None: it goes on at once, and whatever is heard all the same is too much. */
  heard: readonly Heard[];
};
export type Scene = { title: string; steps: readonly Step[] };

const slack = (how: 'posted' | 'edited' | 'replied' | 'said too', where: string, says: string): Heard => ({
  by: 'Slack',
  where,
  how,
  says,
});
const mail = (where: string, says: string, how: 'sent' | 'joined' = 'sent'): Heard => ({ by: 'e-mail', where, how, says });
const billing = (says: string): Heard => ({ by: 'HTTP', where: 'billing', how: 'posted', says });
const ops = '#wa-ops';

type Odd = Pick<Webhook, 'percent' | 'odd'> & { answer?: Answer; say?: string };
const send = (event: string, workspace: string, heard: readonly Heard[], { say, answer = 'new', ...odd }: Odd = {}): Step => ({
  send: { event, workspace, answer, ...odd },
  heard,
  ...(say !== undefined && { say }),
});
const act = (what: Act, say: string, heard: readonly Heard[] = []): Step => ({ act: what, say, heard });

export const story: readonly Scene[] = [
  {
    title: 'A number drops and is back at once: nobody is woken',
    steps: [
      send('disconnected', 'corner', [], { say: 'has a hold of 5 s (5 min in config/routes.yaml)' }),
      send('connected', 'corner', [], { say: 'back within its hold: nobody hears of either' }),
    ],
  },
  {
    title: 'A number drops and stays down: who was told also hears when it is back, in the same place',
    steps: [
      send('disconnected', 'lumen', [slack('posted', ops, 'Lumen Dental: +'), mail('kim@lumen.example', '[CRITICAL] Lumen Dental: ')]),
      send('connected', 'lumen', [
        slack('edited', ops, 'Lumen Dental: +'),
        slack('replied', ops, 'is back after'),
        mail('kim@lumen.example', '[RESOLVED] Lumen Dental: ', 'joined'),
      ]),
    ],
  },
  {
    title: 'A quota climbs from 90 % to 100 %: one message that grows, not two',
    steps: [
      send('messaging-90', 'northwind', [slack('posted', ops, 'Northwind Travel: 93% of messages used')], { percent: 93 }),
      send(
        'messaging-100',
        'northwind',
        [
          slack('edited', ops, 'Northwind Travel: messages used up'),
          slack('said too', ops, 'Northwind Travel: messages used up'),
          mail('ana@northwind.example', '[CRITICAL] Northwind Travel: message quota'),
          billing('Northwind Travel: messages used up'),
        ],
        { say: 'an edit rings no bell: so it is said in the channel too' },
      ),
      send('messaging-100', 'northwind', [], { odd: 'again', answer: 'duplicate', say: 'the same webhook once more: no second message' }),
    ],
  },
  {
    title: 'A customer without an address: the team hears in their place (if_empty), and then those behind them (escalate)',
    steps: [
      send(
        'disconnected',
        'atlas',
        [slack('posted', ops, 'Atlas Motors: +'), mail('ops@example.com', '[CRITICAL] Atlas Motors: WhatsApp')],
        {
          say: 'no channel: both ways lead to #wa-ops, told there once; nobody takes it: after 15 s, the next people',
        },
      ),
      send(
        'connected',
        'atlas',
        [
          slack('edited', ops, 'Atlas Motors: +'),
          slack('replied', ops, 'is back after'),
          mail('ops@example.com', '[RESOLVED] Atlas Motors: WhatsApp', 'joined'),
        ],
        { say: 'whoever was called in hears the end of it, too' },
      ),
      send('api-calls-100', 'atlas', [
        slack('posted', ops, 'Atlas Motors: '),
        mail('ops@example.com', '[CRITICAL] Atlas Motors: '),
        billing('Atlas Motors: '),
      ]),
    ],
  },
  {
    title: 'The billing system is out of order: tried until it works, and nobody else waits for it',
    steps: [
      act('billing breaks', 'answers 503 to everything'),
      send('transactions-100', 'bluebird', [
        slack('posted', ops, 'Bluebird Hotels: '),
        mail('mia@bluebird.example', '[CRITICAL] Bluebird Hotels: '),
        mail('leo@bluebird.example', '[CRITICAL] Bluebird Hotels: '),
        { ...billing('Bluebird Hotels: '), how: 'refused' },
      ]),
      act('billing works', 'again', [billing('Bluebird Hotels: ')]),
    ],
  },
  {
    title: 'Nobody can be reached, and the relay is killed: what it accepted is not lost',
    steps: [
      act('all break', 'the network is down'),
      send('api-calls-100', 'lumen', [], { say: '200 means: it is on disk, with everybody who must hear of it' }),
      act('relay is killed', 'kill -9'),
      act('all work', 'again, but there is no relay'),
      act('relay starts', 'with the database it had', [
        slack('posted', ops, 'Lumen Dental: API calls'),
        mail('kim@lumen.example', '[CRITICAL] Lumen Dental: API calls'),
        billing('Lumen Dental: API calls'),
      ]),
    ],
  },
  {
    title: 'A mistake in routes.yaml: the rules of before stay, and whoever runs the relay is told the line and the cure',
    steps: [
      act('mistake is saved', '`billing` is written `biling`', [mail('ops@example.com', 'mistakes in routes.yaml')]),
      send('seats-full', 'puerto', [mail('eva@puerto.example', 'Clínica del Puerto')], {
        say: 'decided by the rules of before, told in Spanish',
      }),
      act('mistake is mended', 'and is in force a moment later'),
      send('token-rotated', 'puerto', [mail('ops@example.com', 'Clínica del Puerto'), billing('Clínica del Puerto')], {
        say: 'the new rule: billing hears it too',
      }),
    ],
  },
  {
    title: 'What should not be there',
    steps: [
      send('token-rotated', 'northwind', [], { odd: 'forged', answer: 'refused', say: 'signed with another secret' }),
      send('seats-full', 'demo-1', [], { say: 'our own test workspace: `send: nobody`' }),
      send('workspace:suspended', 'bluebird', [slack('posted', ops, 'Bluebird Hotels')], {
        say: 'an event nobody has heard of yet: fallback',
      }),
    ],
  },
  {
    title: 'A customer with a channel of their own hears there',
    steps: [
      send('disconnected', 'northwind', [
        slack('posted', '#northwind', 'Northwind Travel: +'),
        slack('posted', ops, 'Northwind Travel: +'),
      ]),
      send('connected', 'northwind', [
        slack('edited', '#northwind', 'Northwind Travel: +'),
        slack('replied', '#northwind', 'is back after'),
        slack('edited', ops, 'Northwind Travel: +'),
        slack('replied', ops, 'is back after'),
      ]),
    ],
  },
];
