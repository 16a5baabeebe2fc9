// Digests and storms in Slack: within its limits however many they tell of and whatever their names, one message for a storm from beginning to end.
import { describe, expect, test } from 'vitest';
import type { Many } from '../render/many.ts';
import { hostileNames } from './messages.ts';
import { slackOfMany } from './slack-messages.ts';
import { api, byBot, byWebhook, send, textsIn } from './slack-world.ts';

const storm = (disconnected: number, more: object = {}): Many => ({
  of: { disconnected },
  details: { since: 0, storm: { counts: { disconnected: 2980 }, segments: { vip: 1200 }, ...more } },
});

describe.each([undefined, 'es'])('in the language %s', (language) => {
  test.each([1, 15, 16, 300, 3_000])('a digest of %d is one message with the worst fifteen and a count of the rest', async (count) => {
    const { message, flaw } = slackOfMany('digest', {
      of: { disconnected: count },
      details: { keptBy: 'quiet', gone: 2 },
      ...(language && { language }),
    });
    expect(flaw).toBeUndefined();
    const { outcome, posted } = await send(message);
    expect(outcome).toMatchObject({ class: 'ok' });
    expect(outcome.note).toBeUndefined();
    expect(posted).toHaveLength(1);
    const texts = textsIn(posted[0]!.attachments).join('\n');
    const listed = texts.match(/\+•+\d{4}/g) ?? [];
    if (count > 1) expect(listed).toHaveLength(Math.min(count, 15));
    if (count > 15) expect(texts).toMatch(new RegExp(`(and|y) ${(count - 15).toLocaleString(language ?? 'en')} (more|más)`));
    else expect(texts).not.toMatch(/and \d+ more|y \d+ más/);
  });

  test('a storm of three thousand is too', async () => {
    const { outcome, posted } = await send(slackOfMany('storm', { ...storm(2_980), ...(language && { language }) }).message);
    expect(outcome).toMatchObject({ class: 'ok' });
    expect(posted).toHaveLength(1);
    expect(posted[0]!.text).toMatch(/2,?980/);
  });
});

test.each(hostileNames)('names that want to break it do not: %s', async (name) => {
  for (const kind of ['digest', 'storm'] as const) {
    const { message, flaw } = slackOfMany(kind, { ...storm(300, { segments: { [name]: 3 } }), workspaceOf: (id) => ({ id, name }) });
    expect(flaw).toBeUndefined();
    const { outcome, posted } = await send(message);
    expect(outcome).toMatchObject({ class: 'ok' });
    expect(outcome.note).toBeUndefined();
    expect(posted).toHaveLength(1);
    for (const text of [posted[0]!.text, ...textsIn(posted[0]!.attachments)]) expect(text).not.toMatch(/<[!@#]/);
    // The count of the rest is not what was cut off.
    expect(textsIn(posted[0]!.attachments).join('\n')).toContain('and 285 more');
  }
});

test('a storm is posted once, kept up to date without a word, and its end edits it and is said in its thread', async () => {
  const first = await send(slackOfMany('storm', storm(300)).message, byBot({ mention: { here: true, from: 'critical' } }));
  const previous = { ...first.outcome.receipt };
  const grown = storm(2_980);
  const update = await send(slackOfMany('storm', { ...grown, details: { ...grown.details, editOnly: true }, previous }).message);
  expect(update.posted).toEqual([]);
  const ending = {
    ...grown,
    details: { ...grown.details, ended: Array(2_960).fill(0), storm: { ...grown.details!.storm!, over: true as const, open: 20 } },
  };
  const over = await send(slackOfMany('storm', { ...ending, previous }).message);
  expect(over.outcome.receipt).toEqual(previous);
  expect(over.posted).toHaveLength(1);
  expect(over.posted[0]).toMatchObject({
    threadTs: previous.ts,
    text: '🔴 Outage is over: 2,960 back, 20 numbers still down',
  });
  expect(over.posted[0]!.broadcast).not.toBe(true);
  const standing = api.messages.find(({ ts }) => ts === previous.ts)!;
  expect(standing.edits).toHaveLength(2);
  expect(standing.text).toContain('Outage is over');
  expect(standing.text).not.toContain('<!here>');
});

test('the ends of a digest are answered below it, each by name, and the digest stands as it was', async () => {
  const digest = await send(slackOfMany('digest', { of: { disconnected: 5 } }).message);
  const previous = { ...digest.outcome.receipt };
  const before = api.messages.find(({ ts }) => ts === previous.ts)!.text;
  const { posted } = await send(slackOfMany('resolved', { of: { connected: 3 }, details: { whenResolved: 'thread' }, previous }).message);
  expect(posted).toHaveLength(1);
  expect(posted[0]).toMatchObject({ threadTs: previous.ts });
  expect(posted[0]!.text.split('\n')).toEqual([
    '🟢 3 numbers are back: Acme Ltd, Northwind Travel, Globex',
    expect.stringContaining('Acme Ltd: +•••••••1000 is back after 14 min'),
    expect.stringContaining('Northwind Travel: +•••••••1001 is back after 14 min'),
    expect.stringContaining('Globex: +•••••••1002 is back after 14 min'),
  ]);
  expect(api.messages.find(({ ts }) => ts === previous.ts)!.text).toBe(before);
});

test('by a webhook, which cannot edit, each is a message of its own', async () => {
  for (const message of [slackOfMany('digest', { of: { disconnected: 300 } }).message, slackOfMany('storm', storm(300)).message]) {
    const { outcome, posted } = await send(message, byWebhook());
    expect(outcome).toMatchObject({ class: 'ok' });
    expect(posted).toHaveLength(1);
  }
});
