// What a digest tells of, asked of the store afterwards.
import { expect, test } from 'vitest';
import { freshFile, open } from '../store/sqlite-file.ts';
import { makeDelivery, makeEvent, openWorld } from '../store/world.ts';
import { call, config } from './call.ts';

const ids = ['e_1', 'e_2', 'e_3'];

/** A store with a digest of three in it. */
async function stored(): Promise<Record<string, string>> {
  const file = freshFile();
  const world = await openWorld(() => ({ open: (owner, now) => open(file, owner, now) }));
  for (const id of ids) await world.accept(makeEvent(id, { workspaceId: `ws-${id}`, incidentKey: `wa:ws-${id}:67890` }));
  await world.send(makeDelivery('d_1', { kind: 'digest', eventId: 'e_3', details: { members: ids, keptBy: 'digest' } }));
  await world.close();
  return { ...config(), DATABASE_URL: `sqlite:${file}` };
}

test('deliveries --id --json has what a digest tells of as alerts, without a whole number', async () => {
  const { out } = await call(['deliveries', '--id', 'd_1', '--json'], await stored());
  expect(JSON.parse(out).alerts).toEqual(
    ids.map((id) => expect.objectContaining({ id, workspace: `ws-${id}`, account: expect.objectContaining({ phone: '+•••••••3456' }) })),
  );
});

test('explain --json shows a digest as http posts it, with all its alerts', async () => {
  const { code, out, err } = await call(['explain', 'e_3', '--json'], await stored());
  expect(code, err).toBe(0);
  const [{ kind, alert, alerts, message }] = JSON.parse(out).deliveries;
  expect({ kind, headline: message.headline }).toEqual({ kind: 'digest', headline: '3 numbers down' });
  expect(alerts.map((one: { id: string }) => one.id)).toEqual(ids);
  expect(alert).toEqual(alerts[0]);
});
