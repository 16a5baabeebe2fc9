// The whole example of docs/routing.md with one slip in it: each kind of slip wherever it can be made. What `check` says of it is pasted by a
// person who trusts it, and then the file must be the one that was meant, route for route.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkInEarnest } from './in-earnest.ts';

const page = readFileSync(new URL('../../docs/routing.md', import.meta.url), 'utf8');
const example = /## A whole example\n\n```yaml\n(.*?)```/s.exec(page)![1]!;
const lines = example.split('\n');

/** All that was meant; the revision is of the letters. */
const meant = (text: string): string => {
  const loaded = checkInEarnest(text);
  return loaded.ok
    ? JSON.stringify({ ...loaded.rules, revision: '' })
    : loaded.mistakes.map(({ line, text: said }) => `${line} ${said}`).join('\n');
};
const right = meant(example);

/** Every corrected line copied in, the last first. */
function pasted(text: string): string {
  const loaded = checkInEarnest(text);
  if (loaded.ok) return text;
  const made = text.split('\n');
  const done = new Set<number>();
  for (const { line, level, fix } of loaded.mistakes.toReversed()) {
    if (level !== 'error' || fix === undefined || done.has(line)) continue;
    done.add(line);
    made.splice(line - 1, 1, ...fix.split('\n'));
  }
  return made.join('\n');
}

type Slip = [what: string, make: (line: string) => string, but?: RegExp | undefined];
const by = (what: string, from: RegExp, to: string, but?: RegExp): Slip => [what, (line) => line.replace(from, to), but];
const inList = (what: string, change: (list: string) => string, but?: RegExp): Slip => [
  what,
  (line) => line.replace(/\[([^\]]*, [^\]]*)\]/, change),
  but,
];

const most = 12;

// `but`: lines where what is left could have been meant in several ways, or says nothing of itself.
const slips: Slip[] = [
  by('no space after a colon', /^(\s*(?:- )?[a-z_]+): (?=\S)/, '$1:'),
  by('no space after a colon between braces', /([{,] [a-z_]+): /, '$1:'),
  by('a wide colon', /^(\s*(?:- )?[a-z_-]+):/, '$1：'),
  by('a wide colon between braces', /([{,] [a-z_]+):/, '$1：'),
  by('an equals sign', /^(\s*(?:- )?[a-z_]+): /, '$1 = ', /file/),
  by('no colon', /^(\s*(?:- )?[a-z_]+): /, '$1 ', /file/),
  by('no space after a dash', /^(\s*-) (?!\{ segment)/, '$1'),
  by('a bullet', /^(\s*)- /, '$1• '),
  by('a long dash', /^(\s*)- /, '$1– '),
  by('curly quotes', /"([^"]*)"/, '“$1”'),
  by('a quote that is not closed', /"([^"]*)"/, '"$1'),
  by('two kinds of quotes', /"([^"]*)"/, `"$1'`),
  by('no quotes', /"([^"]*)"/, '$1'),
  by('a quote too many', /"([^"]*)"$/, '"$1""'),
  by('a quote behind a word', /^([^"#]*[a-z0-9])$/, '$1"', /file/),
  by('a [ that is not closed', /\](?!.*\])/, '', /nights/),
  by('a ] that was not opened', /\[(?=[a-z-]+\])/, ''),
  by('a { that is not closed', / \}(?!.*\})/, ''),
  by('a } that was not opened', /\{ /, '', /- \{ segment/),
  by('a ] too many', /\](?!.*\])/, ']]'),
  by('a } too many', /\}(?=\s*(?:#.*)?$)/, '}}'),
  by('brackets for braces', /\{ ([^{}[\]]*) \}/, '[ $1 ]', /where.*send/),
  by('braces for brackets', /\[([^\]]*)\]/, '{ $1 }', /"demo|nights/),
  inList('parentheses', (list) => `(${list.slice(1, -1)})`, /"demo|nights/),
  inList('semicolons in a list', (list) => list.replaceAll(',', ';'), /tags|nights/),
  inList('a list without commas', (list) => list.replaceAll(',', ''), /tags|nights/),
  by('a comma at the end', /([\w"\]}])(?=\s*(?:#.*)?$)/, '$1,', /- \{ segment|file|"#/),
  by('a semicolon at the end', /([\w"\]}:])(?=\s*(?:#.*)?$)/, '$1;', /- \{ segment|file|"#/),
  by('a tab before the line', /^ {2}/, '\t'),
  by('a tab for a space', /: /, ':\t'),
  by('a space from a web page', /: /, ':\u00a0', /file/),
  by('a space too few', /^ (?= {3,}\S)/, '', /plugin/),
  by('a space too many', /^(?= {4,}\S)/, ' '),
  by('a capital key', /^(\s*(?:- )?)events/, '$1Events'),
  by(
    'a mistyped key',
    /^(\s+(?:- )?[a-z_]*)([a-z])([a-z])(?=: [a-z"{[])/,
    '$1$3$2',
    /(?:vip|internal|nights|billing|ops-email|owner-email|file): /,
  ),
  by('a mistyped word in a list', /\[([a-z-]*)([a-z])([a-z])/, '[$1$3$2', /tags/),
  by('a unit in words', /(\d+)m\b/, '$1 minutes'),
  by('ENV in capitals', /env:/, 'ENV:'),
  by('env and a space', /env:/, 'env: '),
  by('a variable as in a shell', /env:([A-Z_]+)/, '$${$1}'),
  by('a tag that is half closed', /\}\}/, '}'),
  by('a tag that is not closed', /\}\}/, ''),
  by('a tag without workspace.', /workspace\.(?=[a-z_]+\}\})/, ''),
  by('a key of JSON, and its comma', /^(\s*(?:- )?)([a-z_]+): ("[^"]*"|\[[^\]]*\])$/, '$1"$2": $3,'),
];

test('the example itself is fine', () => expect(checkInEarnest(example)).toMatchObject({ ok: true, warnings: [] }));

describe('one slip in the whole example is told with a line that makes it what was meant', () => {
  test.each(slips)('%s', (_, make, but) => {
    const applies = (line: string) => make(line) !== line && !but?.test(line) && !/^\s*#/.test(line);
    const all = lines
      .entries()
      .toArray()
      .filter(([, line]) => applies(line));
    expect(all.length).toBeGreaterThan(0);
    // A dozen of the lines, from the first to the last, tell as much as all fifty.
    for (const [at, line] of all.filter((_, nth) => nth % Math.ceil(all.length / most) === 0))
      expect(meant(pasted(lines.with(at, make(line)).join('\n'))), make(line)).toBe(right);
  });
});
