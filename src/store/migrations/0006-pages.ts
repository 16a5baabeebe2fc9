// What a silence holds, and the ends that a digest gathers, in pages as src/decide/pages.ts has them: 25 to a page, and beside them the one that is
// being filled. Before, a silence had its pages behind its id and their count in items, and ends were one list.

const silenced = `key BETWEEN 'silenced:' AND 'silenced;'`;

export const statements: readonly string[] = [
  `UPDATE cells SET value = json_object('items', json(value)) WHERE key BETWEEN 'ends:' AND 'ends;' AND json_type(value) = 'array'`,
  `UPDATE cells SET
    key = 'silenced:' || substr(key, instr(substr(key, 10), ':') + 10) || ':' || substr(key, 10, instr(substr(key, 10), ':') - 1),
    value = json_object('items', json(value)) WHERE ${silenced} AND json_type(value) = 'array'`,
  `UPDATE cells SET value = json_object('muted', value ->> 'muted', 'items', json('[]'), 'pages', (value ->> 'held' + 24) / 25)
    WHERE ${silenced} AND json_type(value, '$.held') = 'integer'`,
];
