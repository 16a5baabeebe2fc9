// What the demo's page tells, gathered as it happens: the same told lines as in the terminal, and everything that stands at the other ends.
import { openPageServer } from './page/server.ts';
import type { Line } from './page/view.ts';
import type { Told } from './play.ts';
import { answerOf, type Verdict } from './verdict.ts';
import { type Arrival, nameOf, type World } from './world.ts';

export type Page = { url: string; told: Told; verdict(verdict: Verdict): void; close(): Promise<void> };

export async function openPage(world: World): Promise<Page> {
  const lines: Line[] = [];
  const server = await openPageServer({ ...world, lines });
  const add = (line: Line) => {
    lines.push(line);
    server.changed();
  };
  world.onArrival((arrival) => add(seenLine(arrival)));
  return {
    url: server.url,
    close: server.close,
    told: {
      scene: ({ title }, at) => add({ kind: 'scene', text: `${at}. ${title}` }),
      webhook: ({ send, say }, answer) => {
        const came = answerOf(answer);
        const text = `${send.event} of ${nameOf(send.workspace)}`;
        add({
          kind: 'webhook',
          text,
          answer: `${answer.status} ${came}`,
          at: new Date(),
          good: came === send.answer,
          ...(say !== undefined && { detail: say }),
        });
      },
      act: ({ act, say }) => add({ kind: 'act', text: act, at: new Date(), ...(say !== undefined && { detail: say }) }),
    },
    verdict: ({ promised, missing, tooMuch }) => {
      const wrong = [...missing.map((one) => `missing: ${one}`), ...tooMuch.map((one) => `too much: ${one}`)];
      const text = wrong.length === 0 ? `Kept: ${promised} messages promised, each arrived once, and nothing else did.` : 'Not kept.';
      add({ kind: 'end', text, good: wrong.length === 0, detail: wrong.join(' · ') });
    },
  };
}

const seenLine = ({ by, where, how, words, at }: Arrival): Line => ({
  ...{ kind: 'seen', text: `${by} ${where}: ${how}`, detail: words, at, good: how !== 'refused' },
});
