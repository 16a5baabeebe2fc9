// A line of the audit is written like all else: with its batch, under an id of its own, and for 400 days.
import { beforeEach, expect, test } from 'vitest';
import { byEvent, day, type FreshDatabase, makeEvent, openWorld, type World } from './world.ts';

export function auditContract(fresh: FreshDatabase): void {
  let world: World;
  beforeEach(async () => {
    world = await openWorld(fresh);
    return () => world.close();
  });

  const line = (what: string) => ({ do: 'audit', entry: { what, who: 'token', facts: {} } }) as const;

  test('each line has an id of its own, in the order they were written', async () => {
    const done = await world.commit([line('silence'), line('unsilence'), line('replay')]);
    const ids = done.map((one) => (one.did === 'audit' ? one.id : one.did));
    expect(ids.every((id) => /^a_\w{26}$/.test(id))).toBe(true);
    expect([...new Set(ids)].sort()).toEqual(ids);
  });

  test('one that cannot be written fails alone', async () => {
    const broken = { do: 'audit', entry: { ...line('silence').entry, why: { not: 'a text' } as unknown as string } } as const;
    const done = await world.commit([line('silence'), broken, line('replay')], byEvent({}));
    expect(done.map(({ did }) => did)).toEqual(['audit', 'failed', 'audit']);
  });

  test('after 400 days it goes, in steps like all else, and not a day before', async () => {
    for (let n = 0; n < 3; n++) await world.commit(Array.from({ length: 200 }, () => line('silence')));
    world.now += 400 * day;
    expect(await world.do({ do: 'prune' })).toMatchObject({ deleted: 0, more: false });
    world.now += 1;
    expect(await world.do({ do: 'prune' })).toMatchObject({ deleted: 500, more: true });
    expect(await world.do({ do: 'prune' })).toMatchObject({ deleted: 100, more: false });
  });

  test('to forget a workspace counts the lines that named it, once', async () => {
    await world.accept(makeEvent('e_1'));
    const naming = {
      ...line('acknowledge'),
      entry: { ...line('acknowledge').entry, subject: 'wa:acme:1', facts: { incident: 'wa:acme:1' } },
    };
    const other = { ...line('acknowledge'), entry: { ...line('acknowledge').entry, subject: 'wa:acme-2:1', facts: {} } };
    await world.commit([naming, other]);
    expect((await world.do({ do: 'forget', workspace: 'acme' })).deleted).toMatchObject({ audit: 1 });
    expect((await world.do({ do: 'forget', workspace: 'acme' })).deleted).toEqual({});
  });
}
