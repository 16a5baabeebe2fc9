// The bytes of a file that is no UTF-8: where its first bad letter is told.
import { expect, test } from 'vitest';
import { decoded } from '../../src/rules/text.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const utf8 = (text: string) => Buffer.from(text);

test.each([
  ['a letter half written at the end of the file', latin1('id,name\nacme,Caf\xe9'), 2, 9, 'acme,Café'],
  ['a letter half written at the end of a line', latin1('id,name\nacme,Caf\xe9\r\nb,B\r\n'), 2, 9, 'acme,Café'],
  ['line ends of an old Macintosh', latin1('id,name\racme,Caf\xe9 1\rb,B\r'), 2, 9, 'acme,Café 1'],
  ['line ends of all kinds', latin1('a\rb\nc\r\nd\n\re,\xe9\n'), 6, 3, 'e,é'],
  ['a sign before it that takes its place elsewhere', Buffer.concat([utf8('a\n\ufffd,'), latin1('\xe9\n')]), 2, 3, 'ï¿½,é'],
  ['such a sign that is cut off', Buffer.concat([utf8('\ufffd\ufffd'), latin1('\xef\xbf')]), 1, 3, 'ï¿½ï¿½ï¿'],
  ['letters of several bytes before it', Buffer.concat([utf8('ñ\n€😀'), latin1('\xff')]), 2, 4, 'â‚¬ðŸ˜€ÿ'],
  ['a byte order mark', Buffer.concat([utf8('\ufeffid'), latin1('\xe9')]), 1, 3, 'ï»¿idé'],
])('a bad letter is told at its line and column behind or at %s', (_, bytes, line, column, found) => {
  expect(decoded(bytes)).toEqual({ line, column, found, wrong: expect.stringContaining(`line ${line} holds a letter`) });
});

test('a bad letter near the end of a large file is told at its line, whatever ends the lines', () => {
  for (const end of ['\r', '\n', '\r\n']) {
    const bytes = latin1(`id,name${end}${`acme,Acme Ltd${end}`.repeat(75_000)}cafe,Caf\x8e${end}z,Z${end}`);
    expect(bytes.length).toBeGreaterThan(1_000_000);
    expect(decoded(bytes)).toMatchObject({ line: 75_002, column: 9, found: 'cafe,CafŽ' });
  }
});

test('a line that nobody would read is not quoted, and its bad letter is told', () => {
  const told = decoded(latin1(`a\n${'b'.repeat(1_000_000)}\xe9`));
  expect(told).toMatchObject({ line: 2, column: 1_000_001 });
  expect(told).not.toHaveProperty('found');
});
