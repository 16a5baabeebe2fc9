// The workspaces table, as spreadsheet programs and people write it.
import { describe, expect, test } from 'vitest';
import { formatMistakes } from '../../src/rules/mistake.ts';
import { readWorkspaces } from '../../src/rules/workspaces.ts';

const csv = (text: string) => readWorkspaces('workspaces.csv', text);
const yaml = (text: string) => readWorkspaces('workspaces.yaml', text);
const said = (table: ReturnType<typeof readWorkspaces>) => formatMistakes(table.mistakes);

describe('a CSV table', () => {
  test('is found by id, with its own columns as text and tags as a list', () => {
    const { workspaces, columns } = csv('id,name,tags,owner_email,plan\nAcme,"Acme, Ltd",vip  eu;de,ann@acme.example,007\n');
    expect(columns).toEqual(['id', 'name', 'tags', 'owner_email', 'plan']);
    expect({ ...workspaces?.find('Acme') }).toEqual({
      id: 'Acme',
      name: 'Acme, Ltd',
      tags: ['vip', 'eu', 'de'],
      owner_email: 'ann@acme.example',
      plan: '007',
    });
    expect(workspaces?.size).toBe(1);
  });

  test('with the line that names the separator for Excel is told as that', () => {
    for (const line of ['sep=;', '"sep=;"', 'SEP=;\r'])
      expect(said(csv(`${line}\nid;name\nacme;Acme Ltd\n`))).toContain(
        'workspaces.csv:1:1  This line is for Excel alone. Remove it: the first line names the columns, and the relay finds the separator itself.',
      );
  });

  test('with marks of a merge is told at each of them', () => {
    const merged = csv('id,name\n<<<<<<< HEAD\nacme,Acme\n=======\nacme,Acme Ltd\n>>>>>>> theirs\n<<<<<<< HEAD\n>>>>>>> theirs\n');
    expect(merged.mistakes.map(({ line, level, text }) => [line, level, text.slice(0, 52)])).toEqual([
      [2, 'error', 'A merge left two versions here, down to line 6. Keep'],
      [7, 'error', 'A merge left two versions here, down to line 8. Keep'],
    ]);
  });

  test('answers with the id alone where it has no row, and keeps capitals apart', () => {
    const { workspaces } = csv('id,name\nAcme,Acme Ltd\n');
    expect({ ...workspaces?.find('acme') }).toEqual({ id: 'acme' });
  });

  test.each([
    ['semicolons', 'id;name;tags\nacme;Acme, Ltd;vip eu\n'],
    ['tabs', 'id\tname\ttags\nacme\tAcme, Ltd\tvip,eu\n'],
    ['a byte order mark and Windows line ends', '\ufeffid,name,tags\r\nacme,"Acme, Ltd",vip eu\r\n'],
    ['old Macintosh line ends', 'id,name,tags\racme,"Acme, Ltd",vip eu\r'],
    ['spaces round the cells', 'id , name , tags\n acme , "Acme, Ltd" , vip eu \n'],
    ['empty rows and a comma at the end of each line', '\nid,name,tags,\n\nacme,"Acme, Ltd",vip eu,\n,,,\n\n'],
  ])('is read with %s', (_, text) => {
    const table = csv(text);
    expect(said(table)).toBe('');
    expect({ ...table.workspaces?.find('acme') }).toEqual({ id: 'acme', name: 'Acme, Ltd', tags: ['vip', 'eu'] });
  });

  test('may have a column or an id that every object already has', () => {
    const { workspaces } = csv('id,constructor,__proto__\nconstructor,a,b\ntoString,,\n');
    const row = workspaces?.find('constructor');
    expect(row?.constructor).toBe('a');
    expect(Object.getOwnPropertyDescriptor(row, '__proto__')?.value).toBe('b');
    expect(workspaces?.find('toString').constructor).toBeUndefined();
    expect(workspaces?.find('__proto__').id).toBe('__proto__');
    expect(workspaces?.find('hasOwnProperty').hasOwnProperty).toBeUndefined();
  });

  test('ids of twenty digits keep them all', () => {
    expect(csv('id\n12345678901234567890\n').workspaces?.find('12345678901234567890').id).toBe('12345678901234567890');
  });

  test.each([
    [
      'an id that stands twice',
      'id,name\na,1\n\nb,2\na,3\n',
      'workspaces.csv:5:1  The id `a` is already on line 2. Each workspace has one row.',
    ],
    ['a row without id', 'id,name\n,Acme\n', 'workspaces.csv:2:1  This row has no id.'],
    ['no id column', 'ID;name\na;b\n', 'Is it `ID`? Then name it `id`.\n            ID;name\n            ^\n    write:  id;name'],
    ['no id column at all', 'kunde,name\na,b\n', 'workspaces.csv:1:1  The table has no column `id`'],
    ['two columns of one name', 'id,name,name\na,b,c\n', 'workspaces.csv:1:4  Two columns are named `name`.'],
    ['a column without a name', 'id,,name\na,b,c\n', 'workspaces.csv:1:1  Column 2 has no name.'],
    [
      'a comma in a cell without quotes',
      'id,name\na,"x\ny"\nb,Acme, Ltd\n',
      'workspaces.csv:4:1  This row has 3 cells and the first line names 2 columns. A cell with "," in it needs quotes',
    ],
    [
      'a quote that is never closed',
      'id,name\na,b\nc,"Acme\nd,e\n',
      'workspaces.csv:3:1  A quote (") is opened in this row and never closed.',
    ],
    [
      'an id that a spreadsheet rounded',
      'id,name\n1.23457E+17,x\n',
      'workspaces.csv:2:1  The id 1.23457E+17 was rounded by a spreadsheet program.',
    ],
    ['nothing in it', '\n  \n', 'workspaces.csv:1:1  This table is empty.'],
  ])('is refused for %s, with the line', (_, text, words) => {
    const table = csv(text);
    expect(said(table)).toContain(words);
    expect(table.workspaces).toBeUndefined();
  });

  test.each([
    [
      'a time zone that is none',
      'id,timezone\na,Madrid\n',
      'workspaces.csv:2:3  warning: There is no time zone "Madrid". Did you mean Europe/Madrid?',
      'timezone',
    ],
    ['a language that is none', 'id,language\na,../../etc\n', 'workspaces.csv:2:3  warning: "../../etc" is no language', 'language'],
    ['a row that is too short', 'id,name,language\na,b\n', 'workspaces.csv:2:1  warning: This row has 2 cells', 'language'],
    ['a column that no template can name', 'id,Owner Email\na,b\n', 'write:  id,owner_email', 'owner_email'],
  ])('only warns of %s', (_, text, words, column) => {
    const table = csv(text);
    expect(said(table)).toContain(words);
    expect(table.workspaces?.find('a')[column]).toBeUndefined();
    expect(table.workspaces?.size).toBe(1);
  });

  test('a cell that is told has its own column, and its line as it should be', () => {
    expect(said(csv('id,name,timezone\nacme,"Acme, Ltd",London\n'))).toContain(
      '            acme,"Acme, Ltd",London\n                             ^\n    write:  acme,"Acme, Ltd",Europe/London',
    );
  });

  test('what stands in the wrong columns for want of a quote is not judged on top', () => {
    expect(said(csv('id,name,timezone,language\nacme,Acme, Ltd,Europe/London,en\n')).match(/workspaces\.csv:/g)).toHaveLength(1);
  });

  test('a column that is the id is not called unfit on top', () => {
    expect(said(csv('Workspace ID,name\nacme,Acme\n')).match(/write:.*/g)).toEqual(['write:  id,name']);
  });

  test('stops after fifty mistakes, for a wrong separator is one in every line', () => {
    const { mistakes } = csv(`id,name\n${'a,b,c\n'.repeat(500)}`);
    expect(mistakes).toHaveLength(51);
    expect(mistakes.at(-1)?.text).toContain('more mistakes below');
  });

  test('a table in which more things are worth a warning than are told is a good table, and a mistake below them is told', () => {
    const far = Array.from({ length: 80 }, (_, n) => `w-${n},Nowhere/Land`).join('\n');
    const good = csv(`id,timezone\n${far}\n`);
    expect(good.workspaces?.size).toBe(80);
    expect(new Set(good.mistakes.map(({ level }) => level))).toEqual(new Set(['warning']));
    expect(good.mistakes).toHaveLength(51);
    expect(good.mistakes.at(-1)?.text).toContain('more warnings below');
    const bad = csv(`id,timezone\n${far}\nw-1,UTC\n`);
    expect(bad.workspaces).toBeUndefined();
    expect(bad.mistakes.filter(({ level }) => level === 'error').map(({ line, text }) => `${line} ${text}`)).toEqual([
      expect.stringMatching(/^82 The id `w-1` is already on line 3/),
    ]);
  });

  test('of a hundred thousand rows is read whole', () => {
    const rows = Array.from({ length: 100_000 }, (_, at) => `ws-${at},"Customer ${at}, Ltd",vip,owner${at}@example.com`);
    const { workspaces } = csv(`id,name,tags,owner_email\n${rows.join('\n')}`);
    expect(workspaces?.size).toBe(100_000);
    expect(workspaces?.find('ws-99999').owner_email).toBe('owner99999@example.com');
  });
});

describe('a YAML table', () => {
  test.each([
    [
      'a list of blocks',
      '- { id: acme, name: Acme Ltd, tags: [vip, eu], owner_email: [a@x.example, b@x.example] }\n- id: "007"\n  tags: vip;eu\n',
    ],
    ['one block by id', 'acme: { name: Acme Ltd, tags: [vip, eu], owner_email: [a@x.example, b@x.example] }\n007:\n  tags: vip eu\n'],
  ])('may be %s', (_, text) => {
    const table = yaml(text);
    expect(said(table)).toBe('');
    expect({ ...table.workspaces?.find('acme') }).toEqual({
      id: 'acme',
      name: 'Acme Ltd',
      tags: ['vip', 'eu'],
      owner_email: 'a@x.example, b@x.example',
    });
    expect({ ...table.workspaces?.find('007') }).toEqual({ id: '007', tags: ['vip', 'eu'] });
  });

  test.each([
    ['an id that stands twice', '- { id: a }\n- { id: b }\n- { id: a }\n', 'workspaces.yaml:3:3  The id `a` is already on line 1.'],
    ['the same id as a key twice', 'a: { name: x }\na: { name: y }\n', 'workspaces.yaml:2:1  `a` stands here a second time'],
    ['a row without id', '- { id: a }\n- { name: b }\n', 'workspaces.yaml:2:3  This row has no id.'],
    ['a row that is a text', '- acme\n', 'workspaces.yaml:1:3  A workspace is a block of keys'],
    ['a block in a cell', '- { id: a, name: { x: y } }\n', 'workspaces.yaml:1:18  `name` must be one value'],
    ['another id inside', 'a: { id: b }\n', 'workspaces.yaml:1:10  This row stands under `a`, which is its id.'],
    ['a trap', '- { id: a, slack_channel: #ops }\n', 'write:  - { id: a, slack_channel: "#ops" }'],
    ['nothing in it', '# later\n', 'workspaces.yaml:1:1  The table must be a list of workspaces'],
  ])('is refused for %s, with the line', (_, text, words) => {
    const table = yaml(text);
    expect(said(table)).toContain(words);
    expect(table.workspaces).toBeUndefined();
  });
});

test('a table of another kind is refused, and none of it is shown: whoever slipped may have named a secret', () => {
  expect(said(readWorkspaces('/run/secrets/slack', 'topsecret-9'))).not.toContain('topsecret');
  expect(said(readWorkspaces('workspaces.xlsx', 'PK'))).toContain('The table must be a .csv or a .yaml file.');
});
