// The layouts of the channels: whose wins, what is told of a bad one, and what a story may take over.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { loadPlugins } from '../../src/deliver/plug-ins.ts';
import { openInForce } from '../../src/in-force/in-force.ts';
import { judgeDisk } from '../../src/in-force/judge.ts';
import type { Channel } from '../../src/render/check-layout.ts';
import { takeoverMistakes } from '../../src/render/check-layout.ts';
import { loadLayouts } from '../../src/render/layouts.ts';
import type { StoryFile } from '../../src/render/stories.ts';
import { formatMistakes } from '../../src/rules/mistake.ts';
import { load, nearest, parse, shipped, shippedLayouts } from './parse.ts';
import { say, stories } from './say.ts';

const mail: Channel = {
  type: 'mail',
  content: {
    format: 'text',
    formats: { html: 'html' },
    output: z.looseObject({ subject: z.string().min(1), html: z.string(), text: z.string() }),
  },
};
const ours: StoryFile[] = [
  { name: 'mail.yaml', text: 'subject: "{{look.word}}"\nsound: true\n' },
  { name: 'mail.html.mustache', text: '<p>{{message.headline}}</p>\n{{#message.facts}}\n<td>{{value}}</td>\n{{/message.facts}}\n' },
  { name: 'mail.txt.mustache', text: '{{message.headline}}\n' },
];
const laid = (operator: StoryFile[], shipped = ours, channels = [mail]) =>
  loadLayouts({ shipped, operator, channels, broken: ['late'], stories, parse, nearest });
const first = (operator: StoryFile[]) => laid(operator).layouts.get('mail')?.[0];

test('a tree and the texts beside it are one layout', () => {
  const { layouts, mistakes } = laid([]);
  expect(mistakes).toEqual([]);
  const { message } = say('seats-full', 'alert', {
    layouts: layouts.get('mail')!,
    formats: mail.content.formats,
    workspace: { id: 'acme', name: 'A & B' },
  });
  expect(message.rendered).toEqual({
    subject: 'WARNING',
    sound: true,
    html: expect.stringMatching(/^<p>A &amp; B: all seats taken \(10\)<\/p>\n<td>A &amp; B \(acme\)<\/td>\n<td>10<\/td>\n/),
    text: 'A & B: all seats taken (10)\n',
  });
});

test('an operator’s file takes the place of the one of its name, and its keys win over those of any file', () => {
  expect(first([{ name: 'mail.txt.mustache', text: 'mine' }])).toMatchObject({ subject: '{{look.word}}', text: 'mine' });
  expect(first([{ name: 'mail.yaml', text: 'subject: "{{message.headline}}"\ntext: short\n' }])).toEqual({
    subject: '{{message.headline}}',
    html: ours[1]!.text,
    text: 'short',
  });
  expect(laid([{ name: 'mail.txt.mustache', text: 'mine' }]).layouts.get('mail')).toHaveLength(2);
});

test.each<[what: string, name: string, text: string, at: string, said: RegExp]>([
  [
    'a wrong name in a text, at its line',
    'mail.html.mustache',
    '<p>\n  {{mesage.headline}}</p>',
    '2:3',
    /Did you mean \{\{message\.headline}}/,
  ],
  [
    'a wrong name of what a section is about',
    'mail.txt.mustache',
    '{{#message.facts}}{{lable}}{{/message.facts}}',
    '1:19',
    /Did you mean \{\{label}}/,
  ],
  ['a section that is not closed', 'mail.txt.mustache', 'a\nb {{#has.usage}}', '2:', /\{\{\/has\.usage}} where it ends/],
  ['triple braces', 'mail.html.mustache', '<p>\n\n{{{message.headline}}}', '3:1', /switch escaping off/],
  ['a partial', 'mail.html.mustache', '{{> footer}}', '1:1', /partial/],
  ['a wrong name in a tree', 'mail.yaml', 'subject: "x"\nlist:\n  - { $each: message.fakts, $do: "{{label}}" }\n', '3:', /message\.facts/],
  ['YAML that is none', 'mail.yaml', 'subject: "x\n', '1:', /quote/],
  ['an empty tree', 'mail.yaml', '# nothing\n', '1:', /empty/],
  ['what the plug-in refuses', 'mail.yaml', 'sound: true\nsubject: ""\n', '2:', /refused by the plug-in: subject/],
  ['what is refused only where there is little to say', 'mail.yaml', 'subject: "{{usage.used}}"\n', '1:', /refused by the plug-in/],
  ['one text where there must be keys', 'mail.yaml', '"{{message.headline}}"\n', '1:1', /Make it a map/],
])('told with file and line, and the relay’s own stays: %s', (_, name, text, at, said) => {
  const { layouts, mistakes } = laid([{ name, text }]);
  expect(mistakes.map(({ level }) => level)).toEqual(['error']);
  expect(mistakes[0]?.text).toMatch(said);
  expect(`${mistakes[0]?.file}:${mistakes[0]?.line}:${mistakes[0]?.column}`).toContain(`templates/layouts/${name}:${at}`);
  expect(layouts.get('mail')).toEqual(laid([]).layouts.get('mail'));
});

test('a file that nothing uses is advised against, but not one of a plug-in that is only broken', () => {
  const told = (name: string) => laid([{ name, text: 'a: "b"\n' }]).mistakes.map(({ level, text }) => `${level}: ${text}`);
  expect(told('mial.yaml')).toEqual([expect.stringMatching(/^warning: There is no plug-in `mial`.*Did you mean `mail`/)]);
  expect(told('Mail.yaml')).toEqual([expect.stringMatching(/^warning: .*used for nothing/)]);
  expect(told('late.yaml')).toEqual([]);
});

test('one of the relay’s own that does not fit the operator’s plug-in is left out with a warning', () => {
  const strict: Channel = { type: 'mail', content: { format: 'text', output: z.strictObject({ title: z.string() }) } };
  const { layouts, mistakes } = laid([], ours, [strict]);
  expect(layouts.size).toBe(0);
  expect(mistakes.map(({ level }) => level)).toEqual(['warning']);
});

test('where the first layout fails at run time the next one serves, and that is told', () => {
  const { message, flaw } = say('seats-full', 'alert', { layouts: [{ a: '{{{x}}}' }, { b: '{{look.word}}' }] });
  expect(message.rendered).toEqual({ b: 'WARNING' });
  expect(flaw).toContain('the layout of ops failed: a: ');
});

const taking = (more: string) =>
  load({ name: 'seats-full.yaml', text: `headline: "{{who.short}} is full"\n${more}resolved: { headline: "{{who.short}} has room" }\n` });

test('a story takes keys of a channel over, and leaves the others and other channels alone', () => {
  const { stories, mistakes } = taking('email: { subject: "[{{look.word}}] {{message.headline}}" }\n');
  expect(mistakes).toEqual([]);
  const layout = { subject: 'ours', text: '{{message.headline}}' };
  const rendered = (channel: string, kind: 'alert' | 'resolved' = 'alert', layouts: unknown[] = [layout]) =>
    say('seats-full', kind, { stories, channel, layouts }).message.rendered;
  expect(rendered('email')).toEqual({ subject: '[WARNING] Acme Ltd is full', text: 'Acme Ltd is full' });
  expect(rendered('email', 'alert', [])).toEqual({ subject: '[WARNING] Acme Ltd is full' });
  expect(rendered('slack')).toEqual({ subject: 'ours', text: 'Acme Ltd is full' });
  // What tells a problem would be untrue of its end.
  expect(rendered('email', 'resolved')).toEqual({ subject: 'ours', text: 'Acme Ltd has room' });
});

test('a reminder keeps the keys that it does not name', () => {
  const { stories } = taking('email: { subject: "a", intro: "b" }\nreminder: { email: { subject: "c" } }\n');
  expect(say('seats-full', 'reminder', { stories, channel: 'email' }).message.rendered).toEqual({ subject: 'c', intro: 'b' });
});

test('what a story has of a channel is tried against the plug-in, with its line', () => {
  const email: Channel = { ...mail, type: 'email' };
  const layouts = new Map([['email', [{ subject: 'x', html: '', text: '' }]]]);
  const bad = taking('email:\n  html: "x"\n  subject: "{{workspace.nickname}}"\n').stories;
  expect(takeoverMistakes(bad, [email], layouts)).toEqual([
    expect.objectContaining({ file: 'templates/seats-full.yaml', line: 4, level: 'error', text: expect.stringContaining('subject') }),
  ]);
  expect(takeoverMistakes(taking('email: { subject: "x" }\n').stories, [email], layouts)).toEqual([]);
});

test('a layout of a story that fails at run time leaves the channel’s own in force, and that is told', () => {
  const { stories } = taking('email: { subject: "{{workspace.nickname}}" }\n');
  const output = z.looseObject({ subject: z.string().min(1) });
  const { message, flaw } = say('seats-full', 'alert', { stories, channel: 'email', layouts: [{ subject: 'ours' }], output });
  expect(message.rendered).toEqual({ subject: 'ours' });
  expect(flaw).toContain('the layout in templates/seats-full.yaml of ops failed');
});

let folder = '';
afterEach(() => folder !== '' && rmSync(folder, { recursive: true, force: true }));

async function judged(files: Record<string, string>, pluginsDir?: string) {
  folder = mkdtempSync(join(tmpdir(), 'relay-layouts-'));
  const routes =
    'version: 1\ntimezone: UTC\ndestinations: { log: { plugin: console } }\nroutes: [{ name: all, send: [log] }]\nfallback: { send: [log] }\noperator: log\n';
  for (const [name, text] of Object.entries({ 'config/routes.yaml': routes, 'templates/.keep': '', ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const own = pluginsDir === undefined ? [] : [join(folder, pluginsDir)];
  const plugins = await loadPlugins({ dirs: [join(import.meta.dirname, '../../plugins'), ...own] });
  const settings = { configDir: join(folder, 'config'), templatesDir: join(folder, 'templates') };
  return judgeDisk({ settings, plugins, now: Date.now });
}

test('what is shipped fits the shipped plug-ins, in every language and for every event', async () => {
  // Handed in as an operator's, for only those are tried.
  const templates = Object.fromEntries([
    ...shipped.map(({ name, text }) => [`templates/${name}`, text]),
    ...shippedLayouts.map(({ name, text }) => [`templates/layouts/${name}`, text]),
  ]);
  const result = await judged(templates);
  expect(result.ok ? formatMistakes(result.warnings) : formatMistakes(result.mistakes)).toBe('');
  for (const { name } of shippedLayouts) expect(result.ok && result.layouts.has(name.split('.')[0]!), name).toBe(true);
});

test('what one destination brings itself is tried too, and told with its line in routes.yaml', async () => {
  const routes = (body: string) => `version: 1
timezone: UTC
destinations:
  log: { plugin: console }
  hook:
    plugin: http
    url: https://hooks.example/x
    body:
${body}routes: [{ name: all, send: [log, hook] }]
fallback: { send: [log] }
operator: log
`;
  const bad = await judged({
    'config/routes.yaml': routes('      title: "{{mesage.headline}}"\n      list: [{ $each: message.facts, $do: "{{lable}}" }]\n'),
  });
  expect(bad.ok ? [] : bad.mistakes.map(({ file, line, text }) => `${file}:${line} ${/Did you mean \S+/.exec(text)?.[0]}`)).toEqual([
    'routes.yaml:9 Did you mean {{message.headline}}?',
    'routes.yaml:10 Did you mean {{label}}?',
  ]);
  const good = await judged({
    'config/routes.yaml': routes('      title: "{{message.headline}}"\n      at: { $value: alert.triggered_at }\n'),
  });
  expect(good.ok ? formatMistakes(good.warnings) : formatMistakes(good.mistakes)).toBe('');
});

test('words for a plug-in that could not be loaded are no mistake of the templates', async () => {
  const result = await judged(
    {
      'plugins/pager/index.ts': 'enum A {}\n',
      'plugins/board.ts': 'export default 1;\n',
      'templates/layouts/pager.yaml': 'a: "b"\n',
      'templates/seats-full.yaml': 'headline: "{{who.short}}"\nboard: { title: "{{message.headline}}" }\n',
    },
    'plugins',
  );
  expect(result.ok ? formatMistakes(result.warnings) : formatMistakes(result.mistakes)).toBe('');
});

test('a template that is new is watched as well', async () => {
  await judged({ 'templates/seats-full.yaml': 'headline: "{{who.short}}"\n' });
  const at = (name: string) => join(folder, 'templates', name);
  const inForce = await openInForce({
    settings: {
      ...{ configDir: join(folder, 'config'), templatesDir: join(folder, 'templates') },
      ...{ proxy: {}, secrets: [], partnerSecrets: [] },
    },
    log: { debug() {}, info() {}, warn() {}, error() {} },
    now: Date.now,
  });
  expect(inForce.paths()).toContain(at('seats-full.yaml'));
  mkdirSync(at('fr'));
  mkdirSync(at('layouts'));
  for (const name of ['upsell.yaml', 'fr/default.yaml', 'layouts/email.txt.mustache']) writeFileSync(at(name), 'x');
  await vi.waitFor(() =>
    expect(inForce.paths()).toEqual(expect.arrayContaining([at('upsell.yaml'), at('fr/default.yaml'), at('layouts/email.txt.mustache')])),
  );
  await inForce.close(0);
});

test('layouts and languages are read from TEMPLATES_DIR, and their mistakes refuse the whole', async () => {
  const good = await judged({
    'templates/layouts/console.line.mustache': '{{look.icon}} {{message.headline}}',
    'templates/pt-BR/seats-full.yaml': 'headline: "{{who.short}}: sem lugares"\n',
    'templates/notes.txt': 'not a template',
  });
  expect(good.ok && good.layouts.get('console')?.[0]).toEqual({ line: '{{look.icon}} {{message.headline}}' });
  expect(good.ok && good.stories.inForce.get('pt-br/seats-full')?.file).toBe('templates/pt-BR/seats-full.yaml');
  const empty = await judged({
    'templates/seats-full.yaml': 'headline: "{{who.short}}"\nemail:\n  subject: "{{workspace.nickname}}"\n',
  });
  expect(empty.ok ? [] : empty.mistakes.map(({ file, line, text }) => `${file}:${line} ${text}`)).toEqual([
    expect.stringMatching(/^templates\/seats-full\.yaml:3 .*refused by the plug-in: subject/),
  ]);
  const bad = await judged({
    'templates/layouts/console.line.mustache': '\n{{look.icn}}',
    'templates/pt-BR/seats-full.yaml': 'headline: "{{who.shrt}}"\n',
  });
  expect(bad.ok ? [] : bad.mistakes.map(({ file, line }) => `${file}:${line}`)).toEqual([
    'templates/layouts/console.line.mustache:2',
    'templates/pt-BR/seats-full.yaml:1',
  ]);
});
