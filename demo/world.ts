// The other ends of the demo on this machine: a Slack, a mail server and a reseller's own system, and one list of what arrived at any of them.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Mail, type MailServer, openMailServer } from './mail-server.ts';
import { openReceiver, type Post, type Receiver } from './receiver.ts';
import { openSlackApi, type SlackApi, type SlackMessage } from './slack-api.ts';

export type Arrival = {
  by: 'Slack' | 'e-mail' | 'HTTP';
  /** A channel, an address, a destination. */
  where: string;
  /** edited: the message that was there before · replied: below it · said too: below it and in the channel · joined: a mail in a thread. */
  how: 'posted' | 'edited' | 'replied' | 'said too' | 'sent' | 'joined' | 'refused';
  words: string;
  at: Date;
  /** The same on every attempt of one message, so that a second one is known. */
  id: string;
  /** What is wrong with it in itself. */
  fault?: string;
} & ({ slack: SlackMessage } | { mail: Mail } | { post: Post });

export type World = {
  slack: SlackApi;
  mail: MailServer;
  receiver: Receiver;
  arrivals: readonly Arrival[];
  onArrival(hear: (arrival: Arrival) => void): void;
  /** Resolves as soon as it holds, or after so long. Asked again with each arrival. */
  until(holds: () => boolean, longestMs: number): Promise<boolean>;
  /** Nobody takes anything, until they are mended. */
  break(): void;
  mend(): void;
  /** What the relay needs to reach them. */
  settings: Readonly<Record<string, string>>;
  close(): Promise<void>;
};

export async function openWorld(): Promise<World> {
  const signingSecret = `whsec_${randomBytes(24).toString('base64')}`;
  const [slack, mail, receiver] = await Promise.all([openSlackApi(), openMailServer(), openReceiver(signingSecret)]);
  const arrivals: Arrival[] = [];
  const listeners = new Set<(arrival: Arrival) => void>();
  let undo: (() => void)[] = [];
  const add = (arrival: Arrival) => {
    arrivals.push(arrival);
    for (const hear of [...listeners]) hear(arrival);
  };
  slack.onChange((message, what) => add(ofSlack(message, what, slack.messages)));
  mail.onMail((one) => {
    for (const to of one.envelope.to) add(ofMail(one, to, mail.mails));
  });
  receiver.onPost((post) => add(ofPost(post)));
  return {
    ...{ slack, mail, receiver, arrivals },
    onArrival: (hear) => void listeners.add(hear),
    until: (holds, longestMs) =>
      new Promise((resolve) => {
        const end = (held: boolean) => {
          clearTimeout(timer);
          listeners.delete(look);
          resolve(held);
        };
        const look = () => holds() && end(true);
        const timer = setTimeout(() => end(holds()), longestMs);
        listeners.add(look);
        look();
      }),
    break: () => {
      receiver.break(true);
      undo = [slack.fail({ answer: 503, times: 1000 }), mail.script({ at: 'sender', answer: 451, times: 1000 })];
    },
    mend: () => {
      receiver.break(false);
      for (const one of undo) one();
    },
    settings: {
      SLACK_TOKEN: slack.token,
      DEMO_SLACK_URL: slack.apiUrl,
      SMTP_URL: mail.url,
      BILLING_URL: receiver.url('billing'),
      BILLING_SECRET: signingSecret,
    },
    close: async () => {
      await Promise.all([slack.close(), mail.close(), receiver.close()]);
    },
  };
}

function ofSlack(message: SlackMessage, what: 'posted' | 'edited', messages: readonly SlackMessage[]): Arrival {
  const { channel: where, text, ts, threadTs, broadcast, edits } = message;
  const how = what === 'edited' ? 'edited' : threadTs === undefined ? 'posted' : broadcast ? 'said too' : 'replied';
  const at = what === 'edited' ? new Date() : message.at;
  const root = messages.find((one) => one.ts === threadTs);
  const astray = root !== undefined && whoOf(root) !== whoOf(message);
  return {
    ...{ by: 'Slack', where, how, words: wordsOf(text), at, id: `${ts} ${edits.length}`, slack: message },
    ...(astray && { fault: 'stands below a message about somebody else' }),
  };
}

/** In a thread where an earlier mail to the same person has the same root. */
function ofMail(mail: Mail, where: string, mails: readonly Mail[]): Arrival {
  const root = rootOf(mail);
  const joined = mails.some((one) => one !== mail && one.envelope.to.includes(where) && rootOf(one) === root);
  return { by: 'e-mail', where, how: joined ? 'joined' : 'sent', words: mail.subject, at: new Date(), id: mail.messageId, mail };
}

/** What mail programs gather by: the first reference. */
export const rootOf = ({ references, messageId }: Mail): string => references[0] ?? messageId;

function ofPost(post: Post): Arrival {
  const { destination: where, status, headline: words, at, id, signed, times } = post;
  const fault = signed ? (times > 1 ? `was taken ${times} times` : undefined) : 'has a wrong signature';
  const how = status === 204 ? 'posted' : 'refused';
  return { by: 'HTTP', where, how, words, at, id, post, ...(fault !== undefined && { fault }) };
}

/** As it is read: without Slack's bold and its entities. */
const wordsOf = (text: string): string =>
  text
    .replace(/^(\S+ )?\*(.*)\*$/, '$1$2')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

/** Every headline begins with the icon and the customer's name. */
const whoOf = ({ text }: SlackMessage): string => wordsOf(text).replace(/^\S+ /, '').replace(/:.*/s, '');

const names = new Map(
  readFileSync(new URL('workspaces.csv', import.meta.url), 'utf8')
    .split('\n')
    .map((line) => line.split(',', 2) as [string, string]),
);
/** Of a workspace, as demo/workspaces.csv has it. */
export const nameOf = (workspace: string): string => names.get(workspace) ?? workspace;
