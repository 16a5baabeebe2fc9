// A mail server on loopback for the demo and the tests: a real SMTP conversation, each mail kept as it came and as a reader's program sees it.
// `script` makes it fail the way real ones do.
import type { AddressInfo, Socket } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';

export type Mail = {
  /** What the server was told, which is what counts: the headers below are only shown. */
  envelope: Readonly<{ from: string; to: readonly string[] }>;
  /** Byte for byte. */
  raw: string;
  subject: string;
  messageId: string;
  inReplyTo: string;
  references: readonly string[];
  /** Every header in its order, unfolded, names in lower case. */
  headers: readonly Readonly<{ name: string; value: string }>[];
  text: string;
  html: string;
  at: Date;
  /** Whether the way here was encrypted, and as whom the sender logged in. */
  secure: boolean;
  user?: string;
};

/** greeting: before a word · login: AUTH · sender: MAIL FROM · recipient: RCPT TO · data: after the final dot. */
export type Fault = {
  at: 'greeting' | 'login' | 'sender' | 'recipient' | 'data';
  /** A status; silence: no answer, for ever; cut: the connection breaks. At `data`, silence and cut keep the mail: only the answer is lost. */
  answer: number | 'silence' | 'cut';
  text?: string;
  /** `recipient`: only for this address. */
  address?: string;
  /** How often; once unless said otherwise. */
  times?: number;
};

export type MailServerOptions = {
  /** Who may log in; then nobody may send without. Anybody may where it is absent. */
  login?: { user: string; password: string };
  /** Offers STARTTLS, or speaks TLS from the first byte. */
  tls?: { key: string; cert: string; from?: 'start' };
  port?: number;
};

export type MailServer = {
  /** `smtp://127.0.0.1:PORT`, `smtps://` where TLS comes first. */
  url: string;
  port: number;
  mails: readonly Mail[];
  /** Connections so far. */
  connections(): number;
  onMail(hear: (mail: Mail) => void): void;
  /** Faults come in the order they were scripted. Returns how to take it back. */
  script(fault: Fault): () => void;
  close(): Promise<void>;
};

export async function openMailServer({ login, tls, port = 0 }: MailServerOptions = {}): Promise<MailServer> {
  const mails: Mail[] = [];
  const listeners = new Set<(mail: Mail) => void>();
  const faults: (Fault & { left: number })[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;

  const faultAt = (at: Fault['at'], address?: string): Fault | undefined => {
    const fault = faults.find((one) => one.at === at && one.left > 0 && (one.address === undefined || one.address === address));
    if (fault) fault.left--;
    return fault;
  };
  const cut = (session: SMTPServerSession) => {
    for (const socket of sockets) if (socket.remotePort === session.remotePort) socket.destroy();
  };
  type Answer = (error?: Error | null) => void;
  /** Whether a fault answered in its place. */
  const fails = (fault: Fault | undefined, session: SMTPServerSession, answer: Answer): boolean => {
    if (fault === undefined) return false;
    if (fault.answer === 'cut') cut(session);
    else if (fault.answer !== 'silence') answer(refusal(fault.answer, fault.text));
    return true;
  };

  const server = new SMTPServer({
    ...(tls ? { key: tls.key, cert: tls.cert, secure: tls.from === 'start' } : { disabledCommands: ['STARTTLS'] }),
    banner: 'timelines-relay demo',
    authMethods: ['PLAIN', 'LOGIN'],
    authOptional: login === undefined,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    logger: false,
    onConnect: (session, answer) => {
      if (!fails(faultAt('greeting'), session, answer)) answer();
    },
    onAuth: ({ username, password }, session, answer) => {
      if (fails(faultAt('login'), session, answer)) return;
      const right = login === undefined || (username === login.user && password === login.password);
      if (right) answer(null, { user: username });
      else answer(refusal(535, '5.7.8 Authentication credentials invalid'));
    },
    onMailFrom: (_, session, answer) => {
      if (!fails(faultAt('sender'), session, answer)) answer();
    },
    onRcptTo: ({ address }, session, answer) => {
      if (!fails(faultAt('recipient', address), session, answer)) answer();
    },
    onData: (stream, session, answer) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        const fault = faultAt('data');
        if (typeof fault?.answer === 'number') return answer(refusal(fault.answer, fault.text));
        const mail = await read(Buffer.concat(chunks), session);
        mails.push(mail);
        for (const hear of [...listeners]) hear(mail);
        if (!fails(fault, session, answer)) answer();
      });
    },
  });
  server.on('error', () => {});
  server.server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = (server.server.address() as AddressInfo).port;

  return {
    url: `${tls?.from === 'start' ? 'smtps' : 'smtp'}://127.0.0.1:${bound}`,
    port: bound,
    mails,
    connections: () => connections,
    onMail: (hear) => void listeners.add(hear),
    script: (fault) => {
      const scripted = { ...fault, left: fault.times ?? 1 };
      faults.push(scripted);
      return () => {
        scripted.left = 0;
      };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

const refusal = (code: number, text = 'as scripted') => Object.assign(new Error(text), { responseCode: code });

async function read(raw: Buffer, session: SMTPServerSession): Promise<Mail> {
  const parsed = await simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true });
  const { mailFrom, rcptTo } = session.envelope;
  return {
    envelope: { from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address) },
    raw: raw.toString(),
    subject: parsed.subject ?? '',
    messageId: parsed.messageId ?? '',
    inReplyTo: parsed.inReplyTo ?? '',
    references: [parsed.references ?? []].flat(),
    headers: parsed.headerLines.map(({ key, line }) => ({
      name: key,
      value: line
        .slice(line.indexOf(':') + 1)
        .replace(/\r?\n[ \t]+/g, ' ')
        .trim(),
    })),
    text: parsed.text ?? '',
    html: parsed.html || '',
    at: parsed.date ?? new Date(0),
    secure: session.secure,
    ...(typeof session.user === 'string' ? { user: session.user } : {}),
  };
}
