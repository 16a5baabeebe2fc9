// The contact sheets of Slack: each message is sent by the plug-in to a Slack on this machine, and drawn as it stands there afterwards.
import type { Browser } from 'playwright-core';
import { openSlackApi, type SlackMessage } from '../../demo/slack-api.ts';
import plugin from '../../plugins/slack/index.ts';
import type { Message, PluginDefinition } from '../../src/plugin.ts';
import { createSending } from '../plugins/sending.ts';
import { slackOf, slackOfMany, slackOfRelay } from '../plugins/slack-messages.ts';
import { again, alerts, course, type Gathered, gathered, type Language, others, relay, sparse, type Telling } from './every-message.ts';
import { type Cell, drawAll, type Sheet } from './sheet.ts';
import { inThread, type Laid, post, style } from './slack-look.ts';

const token = 'xoxb-not-real';

export async function drawSlackSheets(browser: Browser, only: RegExp): Promise<void> {
  const api = await openSlackApi({ token });
  const sending = createSending(plugin as PluginDefinition, 'ops-slack');
  const options = { token, channel: '#wa-ops', api_url: api.apiUrl, mention: { here: true, from: 'critical' } };
  const deliver = async (message: Message) => {
    const { class: became, error, note, receipt } = await sending.send(options, message);
    if (became !== 'ok' || note) throw new Error(`${message.message.headline}: ${error ?? note}`);
    return receipt!;
  };
  const standing = (ts = '') => {
    const own = api.messages.find((one) => one.ts === ts)!;
    return drawn(
      own,
      api.messages.filter(({ threadTs }) => threadTs === ts),
    );
  };
  const boxed = (inside: string, dark: boolean) => `<div class="slack${dark ? ' dark' : ''}">${inside}</div>`;

  async function cellOf({ caption, given, before }: Telling, dark: boolean): Promise<Cell> {
    const previous = before && (await deliver(slackOf(...before).message));
    const [type, kind, change, full] = given;
    const receipt = await deliver(slackOf(type, kind, { ...change, ...(previous && { previous }) }, full).message);
    return { caption, inside: boxed(standing(receipt.ts), dark) };
  }
  async function ofRelay([code, subject, text]: (typeof relay)[number], at: number): Promise<Cell> {
    const receipt = await deliver(slackOfRelay(code, subject, text).message);
    return { caption: `relay: ${code}`, inside: boxed(standing(receipt.ts), at % 2 === 1) };
  }
  const cells = async (tellings: readonly Telling[], dark: boolean) => {
    const made: Cell[] = [];
    for (const telling of tellings) made.push(await cellOf(telling, dark));
    return made;
  };
  async function ofMany({ caption, given: [kind, many], before }: Gathered, dark: boolean): Promise<Cell> {
    const previous = before && (await deliver(slackOfMany(...before).message));
    const receipt = await deliver(slackOfMany(kind, { ...many, ...(previous && { previous: { ...previous } }) }).message);
    return { caption, inside: boxed(standing(receipt.ts), dark) };
  }
  const crowds = async (language: Language, dark: boolean) => {
    const made = await cells(again(language), dark);
    for (const one of gathered(language)) made.push(await ofMany(one, dark));
    return made;
  };
  /** English by day on the left, Spanish by night on the right. */
  const inPairs = async (of: (language: Language) => Telling[]) => {
    const [day, night] = [await cells(of('en'), false), await cells(of('es'), true)];
    return day.flatMap((one, at) => [one, night[at]!]);
  };

  const sheets: Record<string, () => Promise<Sheet>> = {
    'alerts-en': async () => ({ width: 600, columns: 2, cells: await cells(alerts('en'), false) }),
    'alerts-es': async () => ({ width: 600, columns: 2, cells: await cells(alerts('es'), true) }),
    sparse: async () => ({ width: 520, columns: 2, cells: await inPairs(sparse) }),
    'course-en': async () => ({ width: 520, columns: 3, cells: await cells(course('en'), false) }),
    'course-es': async () => ({ width: 520, columns: 3, cells: await cells(course('es'), true) }),
    others: async () => ({ width: 560, columns: 2, cells: await inPairs(others) }),
    'many-en': async () => ({ width: 560, columns: 3, cells: await crowds('en', false) }),
    'many-es': async () => ({ width: 560, columns: 3, cells: await crowds('es', true) }),
    relay: async () => ({ width: 560, columns: 2, cells: await Promise.all(relay.map(ofRelay)) }),
    phone: async () => ({ width: 360, columns: 4, cells: await inPairs((language) => [...alerts(language), others(language).at(-1)!]) }),
  };
  try {
    await drawAll(browser, { kind: 'slack', only, style, sheets });
  } finally {
    await sending.close();
    await api.close();
  }
}

function drawn(message: SlackMessage, answers: readonly SlackMessage[]): string {
  const below = answers.map(({ text, broadcast }) => inThread(text, '10:03', broadcast ? '<small>also sent to the channel</small>' : ''));
  const [bar] = message.attachments as Laid[];
  return post({ ...bar, text: message.text }, { at: '10:03', edited: message.edits.length > 0, more: below.join('') });
}
