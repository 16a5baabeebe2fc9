// Digests and storms by mail: up to two hundred in the mail, all of them attached where there are more, and one thread for a storm.
import { simpleParser } from 'mailparser';
import { expect, test } from 'vitest';
import type { Message } from '../../src/plugin.ts';
import type { Many } from '../render/many.ts';
import { mailOfMany } from './email-mails.ts';
import { ann, post } from './email-world.ts';
import { hostileNames } from './messages.ts';

const mailed = (given: { message: Message }, more: Partial<Message> = {}) => post({ ...given.message, target: ann, ...more });
const storm = (more: object = {}): Many => ({
  of: { disconnected: 20 },
  details: { storm: { counts: { disconnected: 2980 }, ...more } },
});

test.each([undefined, 'es'])(
  'up to 200 are in the text and in the table; of 300 or 3 000 the whole list is attached as well (%s)',
  async (language) => {
    for (const count of [15, 200, 201, 3_000]) {
      const given = mailOfMany('digest', { of: { disconnected: count }, details: { keptBy: 'limit' }, ...(language && { language }) });
      expect(given.flaw).toBeUndefined();
      const { outcome, mail } = await mailed(given);
      expect(outcome).toMatchObject({ class: 'ok' });
      const shown = Math.min(count, 200);
      expect(mail.text.match(/^- .*\+•/gm)).toHaveLength(shown);
      expect(mail.html.match(/\+•+\d{4}/g)).toHaveLength(shown);
      // Beyond this Gmail hides the rest behind a link.
      expect(Buffer.byteLength(mail.html)).toBeLessThan(102_000);
      const { attachments } = await simpleParser(mail.raw);
      if (count <= 200) {
        expect(attachments).toEqual([]);
        continue;
      }
      expect(mail.text).toMatch(language ? /y [\d.]+ más; la lista completa va adjunta/ : /and [\d,]+ more; the whole list is attached/);
      expect(attachments).toHaveLength(1);
      expect(attachments[0]).toMatchObject({ filename: 'alerts.csv', contentType: 'text/csv' });
      expect(attachments[0]!.content.toString('utf8').trim().split('\r\n')).toHaveLength(count + 1);
    }
  },
);

test.each(hostileNames)('names that want to break it do not: %s', async (name) => {
  const given = mailOfMany('digest', { of: { disconnected: 201 }, workspaceOf: (id) => ({ id, name }) });
  expect(given.flaw).toBeUndefined();
  const { outcome, mail } = await mailed(given);
  expect(outcome).toMatchObject({ class: 'ok' });
  expect(mail.html).not.toMatch(/<script/);
  expect(mail.text.match(/^- /gm)).toHaveLength(201);
});

test('all mails of a storm are one thread: one subject but for the bracket, and every one refers to the root of the first', async () => {
  const first = await mailed(mailOfMany('storm', storm()), { id: 'd_S1' });
  const second = await mailed(mailOfMany('storm', { ...storm(), previous: { ...first.outcome.receipt } }), {
    id: 'd_S2',
    threadKey: 'storm:another',
  });
  const over = await mailed(mailOfMany('storm', { ...storm({ over: true }), previous: { ...second.outcome.receipt } }), {
    ...{ id: 'd_S3', threadKey: 'storm:a third' },
  });
  expect([first, second, over].map(({ mail }) => mail.subject)).toEqual(Array(3).fill('[CRITICAL] Many alerts at once'));
  const root = first.mail.references[0];
  expect(second.mail.references).toEqual([root, first.mail.messageId]);
  expect(over.mail).toMatchObject({ references: [root, second.mail.messageId], inReplyTo: second.mail.messageId });
});

test('the ends of a digest answer its mail', async () => {
  const digest = await mailed(mailOfMany('digest', { of: { disconnected: 3 } }), { id: 'd_D1' });
  const ends = await mailed(mailOfMany('resolved', { of: { connected: 2 }, previous: { ...digest.outcome.receipt }, follows: 'd_D1' }), {
    id: 'd_D2',
  });
  expect(ends.mail).toMatchObject({ inReplyTo: digest.mail.messageId, references: [digest.mail.references[0], digest.mail.messageId] });
  expect(ends.mail.subject).toBe('[RESOLVED] 2 numbers are back: Acme Ltd, Northwind Travel');
  expect(ends.mail.text).toContain('- Acme Ltd: +•••••••1000 is back after 14 min');
});
