// Sends each message as a mail of text and HTML, one delivery for each recipient, all mails of one incident in one thread.
import { createHash } from 'node:crypto';
import { definePlugin, type Message, PermanentError } from 'timelines-relay/plugin';
import { z } from 'zod';
import { address, addresses, oneLine, sender } from './address.ts';
import { failureOf } from './failure.ts';
import { join, serverOf, smtp } from './server.ts';

const options = z.strictObject({
  smtp,
  from: sender,
  to: addresses.refine((list) => list.length > 0, 'names nobody'),
  cc: addresses.optional(),
  reply_to: address.optional(),
});
type Options = z.output<typeof options>;

const content = z.strictObject({ subject: z.string().regex(/\S/, 'must not be empty'), text: z.string(), html: z.string() });
const recipientsOf = ({ to, cc = [] }: Options) => [...new Set([...to, ...cc])];

export default definePlugin<typeof options, z.output<typeof content>>({
  type: 'email',
  apiVersion: 1,
  description: 'Sends mail by SMTP, text and HTML.',
  options,
  content: { format: 'text', formats: { html: 'html' }, output: content, members: 200, attachments: true },
  capabilities: { thread: true },
  limits: { concurrency: 2, perSecond: 5, timeoutMs: 30_000 },
  target: recipientsOf,
  create: (o, { destination }) => {
    const server = serverOf(o.smtp);
    const pool = join(o.smtp);
    return {
      async send(message, { signal, now }) {
        const { target, previous } = message;
        if (message.editOnly && previous !== undefined) return { ref: previous, note: 'a mail cannot be edited, so none was sent' };
        if (!recipientsOf(o).includes(target)) throw new PermanentError(`${target} is no longer among the addresses of ${destination}`);
        const { transport, streams } = await pool.open();
        const mail = { ...mailOf(message, o), date: now(), signal, envelope: { from: o.from.address, to: [target] } };
        try {
          if ((await transport.sendMail(mail)).rejected.length > 0)
            throw new PermanentError(`${server.label} took the mail but not for ${target}`);
        } catch (error) {
          throw failureOf(error, server, target, streams.get(signal)?.readableEnded === true);
        }
        return { ref: { messageId: mail.messageId, ...(mail.references && { root: mail.references[0]! }) } };
      },
      async preview(message, { now }) {
        const { createTransport } = await import('nodemailer');
        const mail = { ...mailOf(message, o), date: now() };
        const { message: raw } = await createTransport({ streamTransport: true, buffer: true, newline: 'unix' }).sendMail(mail);
        const size = (text: string) => Buffer.byteLength(text);
        const at = o.to.join(', ');
        return {
          payload: [`To: ${at}`, `Subject: ${mail.subject}`, '', mail.text].join('\n'),
          // Beyond the first a phone cuts the line, beyond the second Gmail hides the rest behind a link.
          sizes: [
            { what: 'characters of the subject', size: [...mail.subject].length, most: 150 },
            { what: 'bytes of the HTML', size: size(mail.html), most: 102_000 },
          ],
          file: { ending: 'eml', text: String(raw) },
        };
      },
      async check({ signal }) {
        try {
          const { transport } = await pool.open();
          // It knows of no signal, and waits longer for a server that has gone quiet than whoever asks does.
          await Promise.race([transport.verify(), fired(signal)]);
          return { ok: true, detail: `${server.label} is there${server.auth ? ` and lets ${server.auth.user} in` : ''}` };
        } catch (error) {
          return {
            ok: false,
            detail: signal.aborted ? `no answer from ${server.label} in time` : failureOf(error, server, 'a mail', false).message,
          };
        }
      },
      close: () => pool.leave(),
    };
  },
});

const fired = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));

/** Plain strings only, for nodemailer reads files and fetches URLs that stand in objects. */
function mailOf(message: Message<z.output<typeof content> | undefined>, { from, to, cc, reply_to }: Options) {
  const { id, rendered, fallbackText, destination } = message;
  const before = message.previous?.messageId;
  const domain = from.address.slice(from.address.indexOf('@') + 1);
  const plain = (text: unknown, otherwise: string) => (typeof text === 'string' && text.trim() !== '' ? text : otherwise);
  // The root is the mail that no one sent: every client that joins by References joins under it, also where the first mail never arrived.
  const root = message.previous?.root ?? rootOf(message, domain);
  const list = `<${destination.replace(/[^\w-]/g, '-')}.timelines-relay.${domain}>`;
  const bare = (one: string) => ({ name: '', address: one });
  return {
    ...{ from, to: to.map(bare), ...(cc && { cc: cc.map(bare) }), ...(reply_to && { replyTo: bare(reply_to) }) },
    subject: [...oneLine(plain(rendered?.subject, fallbackText))].slice(0, 150).join(''),
    text: columns(plain(rendered?.text, wordsOf(message))),
    html: plain(rendered?.html, ''),
    ...(message.attachments && { attachments: message.attachments.map(fileOf) }),
    // The same on every attempt, so that a mail sent twice shows as one or at least can be told to be.
    messageId: `<${id.replace(/[^\w-]/g, '')}@${domain}>`,
    ...(root && { inReplyTo: before ?? root, references: before ? [root, before] : [root] }),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All', 'List-Id': list },
  };
}

const fileOf = ({ name, type, text }: NonNullable<Message['attachments']>[number]) => ({
  filename: name.replace(/[^\w.-]/g, '-'),
  contentType: type,
  content: text,
});

/** With when it began: the same number's next drop, weeks later, is another thread. */
function rootOf({ threadKey, alert, alerts }: Message, domain: string): string | undefined {
  if (threadKey === undefined) return undefined;
  const print = createHash('sha256').update(`${threadKey} ${alerts.length === 0 ? (alert?.account?.since ?? '') : ''}`);
  return `<${print.digest('hex').slice(0, 32)}.incident@${domain}>`;
}

const wordsOf = ({ message: { headline, impact, members = [], more, facts } }: Message): string =>
  [headline, impact, ...members.map((one) => `- ${one.headline}`), more, ...facts.map(({ label, value }) => `${label}:\t${value}`)]
    .filter(Boolean)
    .join('\n');

/** What follows a tab stands in one column; lines end after 72 characters, but where a word, such as an address, is longer. */
function columns(text: string): string {
  const widest = Math.max(0, ...[...text.matchAll(/^(.{1,20})\t/gm)].map(([, label = '']) => label.length + 2));
  return text.replace(/^(?:(.*)\t)?(.+)$/gm, (_, label: string | undefined, value: string) => {
    const indent = label === undefined ? 0 : widest;
    const wide = new RegExp(`(?=.{${73 - indent}})(.{1,${72 - indent}}|\\S+) `, 'g');
    return `${label === undefined ? '' : `${label} `.padEnd(indent)}${value.replace(wide, `$1\n${' '.repeat(indent)}`)}`;
  });
}
