// The contact sheets of mails: each is sent by the plug-in to a mail server on this machine, and drawn as a mail program read it there.
import type { Browser } from 'playwright-core';
import { type Mail, openMailServer } from '../../demo/mail-server.ts';
import plugin from '../../plugins/email/index.ts';
import type { Message, PluginDefinition } from '../../src/plugin.ts';
import { sampleNow } from '../../src/render/samples.ts';
import { mailOf, mailOfMany, mailOfRelay } from '../plugins/email-mails.ts';
import { createSending } from '../plugins/sending.ts';
import { again, alerts, course, gathered, type Language, others, relay, sparse, type Telling } from './every-message.ts';
import { type Cell, drawAll, escaped, type Sheet } from './sheet.ts';
import { drawn, drawnStyle } from './slack-look.ts';

const ann = 'ann@acme.example';
const style = `
  .subject { font: 700 14px/20px Arial, 'DejaVu Sans', sans-serif; padding: 8px 12px; background: #fff; color: #101828; border-bottom: 1px solid #dde2e8; }
  .subject.dark { background: #1b2128; color: #f2f4f7; border-color: #323b45; }
  .subject span { font-weight: 400; opacity: 0.75; display: block; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
  pre { margin: 0; padding: 12px; background: #fff; color: #1f2933; font: 12px/17px Arial, 'DejaVu Sans', sans-serif; }
  pre i { display: inline-block; width: 7.2px; font-style: normal; text-align: center; }
  ${drawnStyle}
  pre u { width: 10px; height: 10px; vertical-align: 0; } pre s { width: 6px; height: 10px; vertical-align: -1px; }`;

export async function drawMailSheets(browser: Browser, only: RegExp): Promise<void> {
  const server = await openMailServer();
  const sending = createSending(plugin as PluginDefinition, 'ops-mail', () => sampleNow);
  const options = { smtp: server.url, from: 'Acme alerts <alerts@relay.example>', to: [ann] };
  const deliver = async (message: Message) => {
    const { class: became, error, note } = await sending.send(options, { ...message, target: ann });
    if (became !== 'ok' || note) throw new Error(`${message.message.headline}: ${error ?? note}`);
    return server.mails.at(-1)!;
  };
  const mailFor = ({ given }: Telling) => deliver(mailOf(...given).message);
  const cells = async (tellings: readonly Telling[], show: (mail: Mail, caption: string) => string) => {
    const made: Cell[] = [];
    for (const telling of tellings) made.push({ caption: telling.caption, inside: show(await mailFor(telling), telling.caption) });
    return made;
  };
  const inPairs = async (of: (language: Language) => Telling[], width: number) => {
    const [day, night] = [await cells(of('en'), asHtml(width, false)), await cells(of('es'), asHtml(width, true))];
    return day.flatMap((one, at) => [one, night[at]!]);
  };
  const crowds = async (language: Language, show: (mail: Mail, caption: string) => string) => {
    const made = await cells(again(language), show);
    for (const { caption, given } of gathered(language))
      made.push({ caption, inside: show(await deliver(mailOfMany(given[0], { members: 12, ...given[1] }).message), caption) });
    return made;
  };
  const relayCells = async () => {
    const made: Cell[] = [];
    for (const [at, one] of relay.entries()) {
      const show = asHtml(600, at % 2 === 1);
      made.push({ caption: `relay: ${one[0]}`, inside: show(await deliver(mailOfRelay(...one).message), one[0]) });
    }
    return made;
  };
  const texts = async (language: Language) => [
    ...(await cells(alerts(language), asText)),
    ...(await cells(course(language).slice(0, 2), asText)),
    ...(await cells(others(language).slice(-2), asText)),
  ];

  const sheets: Record<string, () => Promise<Sheet>> = {
    'alerts-en': async () => ({ width: 600, columns: 3, cells: await cells(alerts('en'), asHtml(600, false)) }),
    'alerts-es': async () => ({ width: 600, columns: 3, cells: await cells(alerts('es'), asHtml(600, true)) }),
    phone: async () => ({
      width: 360,
      columns: 6,
      cells: await inPairs((language) => [...alerts(language), others(language).at(-1)!], 360),
    }),
    sparse: async () => ({ width: 360, columns: 6, cells: await inPairs(sparse, 360) }),
    'course-en': async () => ({ width: 360, columns: 6, cells: await cells([...course('en'), ...others('en')], asHtml(360, false)) }),
    'course-es': async () => ({ width: 360, columns: 6, cells: await cells([...course('es'), ...others('es')], asHtml(360, true)) }),
    text: async () => ({ width: 620, columns: 3, cells: [...(await texts('en')), ...(await texts('es'))] }),
    'many-en': async () => ({ width: 480, columns: 4, cells: await crowds('en', asHtml(480, false)) }),
    'many-es': async () => ({ width: 480, columns: 4, cells: await crowds('es', asHtml(480, true)) }),
    relay: async () => ({ width: 600, columns: 3, cells: await relayCells() }),
  };
  try {
    await drawAll(browser, { kind: 'mail', only, style, sheets });
  } finally {
    await sending.close();
    await server.close();
  }
}

/** As it stands in the list of mails: the subject, then how it begins. */
const inList = ({ subject, html }: Mail, dark: boolean) => {
  const [, begins = ''] = /<div style="display:none[^>]*>(.*?)<\/div>/s.exec(html) ?? [];
  return `<div class="subject${dark ? ' dark' : ''}">${escaped(subject)}<span>${begins}</span></div>`;
};

const asHtml = (width: number, dark: boolean) => (mail: Mail, caption: string) =>
  `${inList(mail, dark)}<iframe title="${escaped(caption)}" width="${width}" style="color-scheme: ${dark ? 'dark' : 'light'}" srcdoc="${escaped(mail.html)}"></iframe>`;

/** On a grid: the browser of the tests has no letters of one width. */
const asText = ({ subject, text }: Mail) => {
  const letters = [...text].map((one) => (one === '\n' ? one : `<i>${one === ' ' ? '&nbsp;' : drawn(escaped(one))}</i>`));
  return `<div class="subject">${escaped(subject)}</div><pre>${letters.join('')}</pre>`;
};
