import { expect, test } from 'vitest';
import { lintStory } from '../../src/render/stories.ts';
import { formatMistakes, inOrder } from '../../src/rules/mistake.ts';
import { load, nearest } from './parse.ts';
import { say } from './say.ts';

const mistakesOf = (name: string, text: string) =>
  load({ name, text }).mistakes.map(({ file, line, column, level, text: said, fix }) => ({
    at: `${file}:${line}:${column}`,
    level,
    said,
    fix,
  }));

test('a known name in single braces is warned of with the line as it should be, and other braces are words', () => {
  const text = '"{who.short} {{#has.seats}}{ok}{{/has.seats}} {{who.full}} {who.shrt}"';
  expect(mistakesOf('seats-full.yaml', `headline: ${text}\nimpact: "{alert.id}"\n`)).toEqual([
    {
      at: 'templates/seats-full.yaml:1:11',
      level: 'warning',
      said: '{who.short} is sent as it stands; a name to be filled in has two braces on each side: {{who.short}}.',
      fix: `headline: ${text.replace('{who.short}', '{{who.short}}')}`,
    },
    {
      at: 'templates/seats-full.yaml:2:9',
      level: 'warning',
      said: '{alert.id} is sent as it stands; a name to be filled in has two braces on each side: {{alert.id}}.',
      fix: 'impact: "{{alert.id}}"',
    },
  ]);
});

test('a tag that is not closed is told with the line that closes it', () => {
  for (const half of ['{{who.short', '{{who.short}', '{{ who.short }'])
    expect(mistakesOf('seats-full.yaml', `headline: "${half} is full"\n`)).toMatchObject([
      { said: 'A {{ is not closed by }}.', fix: 'headline: "{{who.short}} is full"' },
    ]);
});

const story = (headline: string, more = '') => `# words of our own\nheadline: ${headline}\n${more}`;

test.each([
  [
    'a name nobody knows, with the nearest and the line as it should be',
    'seats-full.yaml',
    story('"{{workspce.name}} is full"'),
    2,
    /no \{\{workspce\.name}}.*Known here: alert\.id/s,
    undefined,
  ],
  [
    'a slip in a known name',
    'messaging-90.yaml',
    story('"{{who.short}}: {{usage.usd}}"'),
    2,
    /Did you mean \{\{usage\.used}}\?/,
    'headline: "{{who.short}}: {{usage.used}}"',
  ],
  [
    'figures that transactions-100 never holds',
    'transactions-100.yaml',
    story('"{{who.short}}"', 'impact: "{{usage.used}} used"\n'),
    3,
    /\{\{usage\.used}} is never known for transactions-100/,
    undefined,
  ],
  ['triple braces', 'seats-full.yaml', story('"{{{who.short}}} is full"'), 2, /switch escaping off/, undefined],
  ['an ampersand tag', 'seats-full.yaml', story('"{{&who.short}} is full"'), 2, /switch escaping off/, undefined],
  ['changed delimiters', 'seats-full.yaml', story('"{{=<% %>=}} is full"'), 2, /changes the tags/, undefined],
  ['a partial', 'seats-full.yaml', story('"{{>footer}} is full"'), 2, /partial/, undefined],
  [
    'an unclosed section',
    'seats-full.yaml',
    story('"{{who.short}}: {{#has.seats}}all seats"'),
    2,
    /\{\{#has\.seats}} is not closed; write \{\{\/has\.seats}}/,
    undefined,
  ],
  [
    'a section closed twice',
    'seats-full.yaml',
    story('"{{who.short}}{{/has.seats}}"'),
    2,
    /closes a section that was never opened/,
    undefined,
  ],
  ['an unclosed tag', 'seats-full.yaml', story('"{{who.short is full"'), 2, /not closed by }}/, undefined],
  [
    'a wrong name inside a section',
    'seats-full.yaml',
    story('"{{who.short}}{{#has.seats}} {{seat.purchased}}{{/has.seats}}"'),
    2,
    /Did you mean \{\{seats\.purchased}}/,
    'headline: "{{who.short}}{{#has.seats}} {{seats.purchased}}{{/has.seats}}"',
  ],
  [
    'a wrong name of a section, mended where it opens and where it closes',
    'seats-full.yaml',
    story('"{{who.short}}{{#has.seat}} is full{{/has.seat}}"'),
    2,
    /Did you mean \{\{has\.seats}}/,
    'headline: "{{who.short}}{{#has.seats}} is full{{/has.seats}}"',
  ],
  [
    'a wrong name in a fact',
    'seats-full.yaml',
    story('"{{who.short}}"', 'facts:\n  - label: Seats\n    value: "{{seats.bought}}"\n'),
    5,
    /no \{\{seats\.bought}}/,
    undefined,
  ],
  ['a key that is no part', 'seats-full.yaml', story('"{{who.short}}"', 'impakt: "x"\n'), 3, /Did you mean `impact`\?/, 'impact: "x"'],
  [
    'a channel that no plug-in serves',
    'seats-full.yaml',
    story('"{{who.short}}"', 'slak: { blocks: [] }\n'),
    3,
    /Did you mean `slack`\?/,
    'slack: { blocks: [] }',
  ],
  ['a channel that is only a word', 'seats-full.yaml', story('"{{who.short}}"', 'slack: red\n'), 3, /`slack` must be a map/, undefined],
  [
    'a wrong name in what a story has of a channel, with its line',
    'seats-full.yaml',
    story('"{{who.short}}"', 'email:\n  subject: "{{who.shrt}}"\n'),
    4,
    /Did you mean \{\{who\.short}}/,
    '  subject: "{{who.short}}"',
  ],
  [
    'a name of another event in what a story has of a channel for its end',
    'disconnected.yaml',
    story('"{{who.short}}"', 'resolved:\n  headline: "back"\n  email: { subject: "{{usage.used}}" }\n'),
    5,
    /never known for disconnected/,
    undefined,
  ],
  [
    'a directive that does not exist',
    'seats-full.yaml',
    story('"{{who.short}}"', 'slack:\n  blocks:\n    - { $wenn: has.seats, type: divider }\n'),
    5,
    /There is no `\$wenn`/,
    undefined,
  ],
  ['no headline', 'seats-full.yaml', 'impact: "x"\n', 1, /`headline` is missing/, undefined],
  [
    'a recovery without a headline of its own',
    'seats-full.yaml',
    story('"{{who.short}}"', 'resolved:\n  impact: "fine again"\n'),
    3,
    /`headline` in `resolved` is missing/,
    undefined,
  ],
  [
    'a headline that can come out empty',
    'disconnected.yaml',
    story('"{{account.phone}}"'),
    2,
    /comes out empty for disconnected of a workspace that has only an id/,
    undefined,
  ],
  ['a headline of a column that a row may lack', 'seats-full.yaml', story('"{{workspace.nickname}}"'), 2, /comes out empty/, undefined],
  [
    'an end for what has none',
    'token-rotated.yaml',
    story('"{{who.short}}"', 'resolved:\n  headline: "over"\n'),
    4,
    /has no end/,
    undefined,
  ],
  [
    'an end under the wrong event',
    'connected.yaml',
    story('"{{who.short}}"', 'resolved:\n  headline: "back"\n'),
    4,
    /disconnected\.yaml/,
    undefined,
  ],
  [
    'how long it lasted, before it is over',
    'disconnected.yaml',
    story('"{{who.short}}: {{times.lasted}}"'),
    2,
    /can stand under `resolved:` alone/,
    undefined,
  ],
  ['words about an event in the words about the relay', 'relay.yaml', story('"{{who.short}}"'), 2, /never known for relay/, undefined],
  [
    'an action that is only a word',
    'seats-full.yaml',
    story('"{{who.short}}"', 'action: buy\n'),
    3,
    /a label and a url, or the word none/,
    undefined,
  ],
  ['facts that are no list', 'seats-full.yaml', story('"{{who.short}}"', 'facts: "many"\n'), 3, /must be a list/, undefined],
  ['braces without quotes', 'seats-full.yaml', 'headline: {{who.short}}\n', 1, /quotes/, 'headline: "{{who.short}}"'],
])('told with file, line and cure: %s', (_, name, text, line, said, fix) => {
  const found = mistakesOf(name, text);
  expect(found).toHaveLength(1);
  expect(found[0]?.at).toMatch(new RegExp(`^templates/${name}:${line}:\\d+$`));
  expect(found[0]?.level).toBe('error');
  expect(found[0]?.said).toMatch(said);
  if (fix !== undefined) expect(found[0]?.fix).toBe(fix);
});

test('all mistakes of a file are told at once', () => {
  const text = story('"{{who.shrt}}"', 'impact: "{{usage.used}}"\nfacts:\n  - { label: "{{{x}}}", value: "{{y}}" }\n');
  expect(mistakesOf('seats-full.yaml', text).map(({ at }) => at.split(':')[1])).toEqual(['2', '3', '5', '5']);
});

test("a good file of the operator's wins over the shipped one, and the others stay", () => {
  const { stories, mistakes } = load({ name: 'seats-full.yaml', text: story('"{{who.short}} needs more seats"') });
  expect(mistakes).toEqual([]);
  expect(say('seats-full', 'alert', { stories }).message.message).toEqual({ headline: 'Acme Ltd needs more seats', facts: [] });
  expect(say('disconnected', 'alert', { stories }).message.message.headline).toContain('is down');
});

test("a bad file of the operator's leaves the shipped words in force", () => {
  const { stories, mistakes } = load({ name: 'seats-full.yaml', text: story('"{{nonsense}}"') });
  expect(mistakes).toHaveLength(1);
  expect(say('seats-full', 'alert', { stories }).message.message.headline).toBe('Acme Ltd: all seats taken (10)');
});

test('a recovery inherits the facts of its problem, never its impact or its action', () => {
  const more =
    'impact: "Down."\nfacts: [{ label: Who, value: "{{who.full}}" }]\naction: { label: Mend it, url: "https://x.example" }\nresolved: { headline: "{{who.short}} is back" }\n';
  const { stories, mistakes } = load({ name: 'disconnected.yaml', text: story('"{{who.short}} is down"', more) });
  expect(mistakes).toEqual([]);
  expect(say('connected', 'resolved', { stories }).message.message).toEqual({
    headline: 'Acme Ltd is back',
    facts: [{ label: 'Who', value: 'Acme Ltd (acme)' }],
  });
});

test('a reminder inherits what it does not say otherwise, and can take a part away', () => {
  const more =
    'impact: "Down."\naction: { label: Mend it, url: "https://x.example" }\nreminder: { headline: "{{who.short}} is still down", action: none }\n';
  const { stories } = load({ name: 'disconnected.yaml', text: story('"{{who.short}} is down"', more) });
  expect(say('disconnected', 'reminder', { stories }).message.message).toEqual({
    headline: 'Acme Ltd is still down',
    impact: 'Down.',
    facts: [],
  });
  expect(say('disconnected', 'digest', { stories }).message.message.action).toEqual({ label: 'Mend it', url: 'https://x.example' });
});

test('a story of the operator’s own serves the route that names it, and is checked for the events of that route', () => {
  const { stories, mistakes } = load({ name: 'upsell-seats.yaml', text: story('"{{who.short}} has outgrown {{seats.purchased}} seats"') });
  expect(mistakes.filter(({ level }) => level === 'error')).toEqual([]);
  expect(say('seats-full', 'alert', { stories, template: 'upsell-seats' }).message.message.headline).toBe('Acme Ltd has outgrown 10 seats');
  const own = stories.inForce.get('upsell-seats')!;
  expect(lintStory(own, ['seats-full'], nearest)).toEqual([]);
  const [wrong] = lintStory(own, ['seats-full', 'disconnected'], nearest);
  expect(wrong).toMatchObject({ file: 'templates/upsell-seats.yaml', line: 2, level: 'error' });
  expect(wrong?.text).toContain('{{seats.purchased}} is never known for disconnected');
});

test('a misspelt file name is advised against, for nothing would use it', () => {
  const [advice] = load({ name: 'disconected.yaml', text: story('"{{who.short}} is down"') }).mistakes;
  expect(advice).toMatchObject({ level: 'warning', line: 1 });
  expect(advice?.text).toContain('name it disconnected.yaml');
});

test('an empty file is told, not taken for words', () => {
  const { stories, mistakes } = load({ name: 'seats-full.yaml', text: '' });
  expect(mistakes[0]).toMatchObject({ file: 'templates/seats-full.yaml', level: 'error' });
  expect(stories.inForce.get('seats-full')).toBe(stories.shipped.get('seats-full'));
});

test('a route’s own story without words for the end leaves the end to the built-in ones', () => {
  const { stories } = load({ name: 'our-down', text: story('"{{who.short}} is off the air"') });
  expect(say('disconnected', 'alert', { stories, template: 'our-down' }).message.message.headline).toBe('Acme Ltd is off the air');
  const { message, flaw } = say('connected', 'resolved', { stories, template: 'our-down' });
  expect(message.message.headline).toBe('Acme Ltd: +•••••6789 is back after 14 min');
  expect(flaw).toBeUndefined();
});

test('mistakes print as those of any file do', () => {
  const { mistakes } = load({ name: 'seats-full.yaml', text: story('"{{who.shrt}} is full"') });
  expect(
    formatMistakes(inOrder(mistakes))
      .split('\n')
      .map((line) => line.trim()),
  ).toEqual([
    expect.stringMatching(/^templates\/seats-full\.yaml:2:11 {2}There is no \{\{who\.shrt}}\. Did you mean \{\{who\.short}}\?/),
    'headline: "{{who.shrt}} is full"',
    '^',
    'write:  headline: "{{who.short}} is full"',
  ]);
});
