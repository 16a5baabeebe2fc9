// The operator's folder of words as it lies on a disk: with what editors leave in it, and with files that cannot be read.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { judgeDisk } from '../../src/in-force/judge.ts';
import { formatMistakes } from '../../src/rules/mistake.ts';
import { plugins } from '../judged.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relay-words-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'templates/layouts'), { recursive: true });
  writeFileSync(
    join(folder, 'routes.yaml'),
    'version: 1\ntimezone: UTC\ndestinations: { log: { plugin: console } }\nroutes: [{ name: all, send: [log] }]\nfallback: { send: [log] }\noperator: log\n',
  );
});
const write = (name: string, text: string | Uint8Array) => writeFileSync(join(folder, 'templates', name), text);

async function said(): Promise<string> {
  const judged = await judgeDisk({ settings: { configDir: folder, templatesDir: join(folder, 'templates') }, plugins, now: Date.now });
  return formatMistakes(judged.ok ? judged.warnings : judged.mistakes);
}

test('what an editor or a Mac lays beside a story is no story: a lock that leads nowhere, a hidden copy', async () => {
  write('seats-full.yaml', 'headline: "{{who.short}} is full"\n');
  symlinkSync('ann@host.1234', join(folder, 'templates/.#seats-full.yaml'));
  symlinkSync('ann@host.1234', join(folder, 'templates/layouts/.#slack.yaml'));
  write('._seats-full.yaml', 'AppleDouble');
  expect(await said()).toBe('');
});

test('a story or layout that cannot be read is a mistake with its name, told with all others', async () => {
  mkdirSync(join(folder, 'templates/seats-full.yaml'));
  symlinkSync('nowhere', join(folder, 'templates/layouts/slack.yaml'));
  write('disconnected.yaml', 'headlin: x\n');
  const text = await said();
  expect(text).toContain('templates/seats-full.yaml:1:1  This file could not be read: it is a folder.');
  expect(text).toContain('templates/layouts/slack.yaml:1:1  This file could not be read: there is no such file.');
  expect(text).toContain('templates/disconnected.yaml:1:1  `headlin` is no part of a story.');
});

test('a story in the bytes of another alphabet is told with its line, and one saved as UTF-16 is read', async () => {
  write('seats-full.yaml', Buffer.from('# a comment\nheadline: "café"\n', 'latin1'));
  write('disconnected.yaml', Buffer.from('\ufeffheadline: "{{who.short}} ñ"\n', 'utf16le'));
  expect(await said()).toBe(
    [
      'templates/seats-full.yaml:2:15  This file could not be read: line 2 holds a letter that is not UTF-8. Save the file again as UTF-8 (in Excel: "CSV UTF-8").',
      '            headline: "café"',
      `${' '.repeat(26)}^`,
    ].join('\n'),
  );
});

test('a story with nothing in it is told as empty', async () => {
  write('seats-full.yaml', '\n');
  expect(await said()).toContain('templates/seats-full.yaml:1:1  This file is empty. A story needs at least a headline.');
});

test('of two wrong names on one line each has the line that mends both', async () => {
  write('seats-full.yaml', 'headline: "{{who.shrt}}, {{who.ful}}"\n');
  expect((await said()).match(/write:.*/g)).toEqual(Array(2).fill('write:  headline: "{{who.short}}, {{who.full}}"'));
});

test('a folder of words that is not there is warned of, for then only the shipped words are used', async () => {
  rmSync(join(folder, 'templates'), { recursive: true });
  const gone = await said();
  expect(gone).toContain(
    `warning: TEMPLATES_DIR is ${join(folder, 'templates')}, and there is no such folder. Only the shipped words are used.`,
  );
  writeFileSync(join(folder, 'templates'), 'headline: x\n');
  expect(await said()).toContain('and it is no folder. Only the shipped words are used.');
});
