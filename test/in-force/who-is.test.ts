import { expect, test } from 'vitest';
import { createWhoIs } from '../../src/in-force/who-is.ts';
import type { Workspace } from '../../src/model.ts';

const rows: Record<string, Workspace> = { acme: { id: 'acme', name: 'Acme Ltd', tags: ['vip'] }, bare: { id: 'bare', tags: ['small'] } };

function world() {
  const told = new Map<string, string>();
  let looked = 0;
  const whoIs = createWhoIs({
    find: (id) => ({ ...(rows[id] ?? { id }) }),
    reach: ({ name = '' }) => {
      looked += 1;
      return { ops: name };
    },
    nameOf: (id) => told.get(id),
  });
  return { whoIs, told, looked: () => looked };
}

test('the table always wins; what it lacks is filled in as soon as it is known, also where an option is made of it', () => {
  const { whoIs, told } = world();
  for (const id of ['acme', 'bare', 'new']) whoIs.of(id);
  for (const id of ['acme', 'bare', 'new']) told.set(id, `${id} of the API`);
  expect(whoIs.of('acme').workspace.name).toBe('Acme Ltd');
  expect(whoIs.of('bare')).toEqual({
    workspace: { id: 'bare', tags: ['small'], name: 'bare of the API' },
    reach: { ops: 'bare of the API' },
  });
  expect(whoIs.of('new').workspace.name).toBe('new of the API');
});

test('it is worked out once until the files change', () => {
  const { whoIs, looked } = world();
  for (let times = 0; times < 3; times++) for (const id of ['acme', 'new', undefined]) whoIs.of(id);
  expect(looked()).toBe(3);
  whoIs.forget();
  whoIs.of('acme');
  expect(looked()).toBe(4);
});
