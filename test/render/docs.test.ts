// docs/templates.md: every block in it is read by the real loader with the real plug-ins, and its lists are those of the code.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadPlugins } from '../../src/deliver/plug-ins.ts';
import { judgeDisk } from '../../src/in-force/judge.ts';
import { isLayoutName } from '../../src/render/layout-names.ts';
import { isName, namesOf, topics } from '../../src/render/names.ts';
import { formatMistakes } from '../../src/rules/mistake.ts';
import { load } from './parse.ts';
import { say } from './say.ts';

const page = readFileSync(new URL('../../docs/templates.md', import.meta.url), 'utf8');
const blocks = new Map([...page.matchAll(/```(?:yaml|mustache)\n# (\S+)\n(.*?)```/gs)].map(([, name, text]) => [name!, text!]));

const folder = mkdtempSync(join(tmpdir(), 'relay-words-'));
afterAll(() => rmSync(folder, { recursive: true }));
const rules =
  'version: 1\ntimezone: UTC\nworkspaces: { file: table.csv }\ndestinations: { log: { plugin: console } }\n' +
  'routes: [{ name: seats, events: [seats-full], send: [log], template: upsell }]\nfallback: { send: [log] }\noperator: log\n';

async function judged() {
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  for (const [name, text] of blocks) if (name !== 'routes.yaml') write(`templates/${name}`, text);
  write('config/routes.yaml', rules + blocks.get('routes.yaml')!);
  write('config/table.csv', 'id,name,owner_email\nacme,Acme Ltd,ann@acme.example\n');
  const plugins = await loadPlugins({ dirs: [join(import.meta.dirname, '../../plugins')] });
  const settings = { configDir: join(folder, 'config'), templatesDir: join(folder, 'templates') };
  return judgeDisk({ settings, plugins, now: Date.now });
}
const result = await judged();

test('every block is read without mistake or warning, and comes into force', () => {
  expect([...blocks.keys()].length).toBeGreaterThan(6);
  expect(formatMistakes(result.ok ? result.warnings : result.mistakes)).toBe('');
});

test('the stories and layouts of the page say what it says they do', () => {
  if (!result.ok) throw new Error(formatMistakes(result.mistakes));
  const { stories, layouts, rules } = result;
  const shared = { stories, brand: rules.brand };
  const told = say('seats-full', 'alert', { ...shared, layouts: layouts.get('console')!, channel: 'console' }).message;
  expect(told.message.headline).toBe('Acme Ltd has outgrown its 10 seats');
  expect(told.rendered).toMatchObject({ title: '🟠 Acme Ltd has outgrown its 10 seats', link: 'https://crm.example/acme', urgent: true });
  expect(told.rendered).not.toHaveProperty('bar');
  expect((told.rendered as { rows: object[] }).rows).toHaveLength(4);
  const workspace = { id: 'acme', name: 'Acme Ltd', owner_email: 'ann@acme.example' };
  expect(say('seats-full', 'alert', { ...shared, workspace, template: 'upsell' }).message.message.action?.url).toBe(
    'mailto:ann@acme.example',
  );
  expect(say('disconnected', 'alert', { ...shared, workspace: { id: 'acme', language: 'fr' } }).message.message).toMatchObject({
    headline: 'acme : +•••••6789 ne répond plus',
    action: { url: 'https://app.acme.example' },
  });
  const mail = { ...shared, layouts: layouts.get('email')!, channel: 'email', formats: { html: 'html' } } as const;
  expect(say('token-rotated', 'notice', mail).message.rendered).toMatchObject({
    subject: '[WARNING] Acme Ltd: API token',
    text: '🟠 WARNING: Acme Ltd: the API token was changed\n\nWhatever still uses the old one has stopped working.\n\n-- \nAcme Cloud\n',
    html: expect.stringContaining('the API token was changed'),
  });
});

const tables = page.split('\n').filter((line) => line.startsWith('| `'));
const listed = tables.flatMap((line) => [...line.split('|')[1]!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!));

test('it lists every name that a story may use, and no other', () => {
  for (const name of topics.flatMap((topic) => namesOf(topic, true))) expect(listed).toContain(name);
  for (const name of listed) {
    const plain = name.replace(/<.*>/, 'x');
    expect(
      topics.some((topic) => isName(plain, topic, true)),
      name,
    ).toBe(true);
  }
});

test('the names that it gives layouts besides are names of layouts', () => {
  const words = page.slice(page.indexOf('Besides all names above'), page.indexOf('In a tree there are three'));
  const names = [...words.matchAll(/`([^`]+)`/g)].map(([, name]) => name!).filter((name) => name !== 'http');
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) expect(isLayoutName(name, true), name).toBe(true);
});

test('the mistake that it shows is what the loader says', () => {
  const shown = /```\n(templates\/.*?)\n```/s.exec(page)?.[1];
  const text = '# words\nheadline: "{{who.shrt}} is full"\n';
  expect(formatMistakes(load({ name: 'seats-full.yaml', text }).mistakes)).toContain(shown);
});
