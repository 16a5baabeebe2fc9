// Whose story a message is told by: send entry before route before destination.
import { expect, test } from 'vitest';
import { destination, eventAt, paper, route, rulesOf } from './paper.ts';

const told = (rules: ReturnType<typeof rulesOf>, options: Parameters<typeof paper>[1] = {}) => {
  const world = paper(rules, options);
  world.send(eventAt('10:00', 'disconnected'));
  world.until('10:20');
  world.send(eventAt('10:30', 'connected'));
  return world.deliveries().map(({ destination: to, kind, template = '-' }) => `${to} ${kind} ${template}`);
};
const base = rulesOf([]);
const destinations = { ...base.destinations, ops: destination('ops', { template: 'ops-story', ifItFails: 'mail' }) };
const down = { events: ['disconnected'] };

test('a destination’s story is for every message to it that names none: alert, escalation, fallback and end', () => {
  const escalate = [{ afterMs: 900_000, send: [{ to: 'ops' }, { to: 'owner' }] }];
  expect(told({ ...base, destinations, routes: [route('down', ['ops', 'owner'], { ...down, escalate })] })).toEqual([
    'ops alert ops-story',
    'owner alert -',
    'ops escalation ops-story',
    'owner escalation -',
    'ops resolved ops-story',
    'owner resolved -',
  ]);
  expect(told({ ...base, destinations, fallback: [{ to: 'ops' }] })).toEqual(['ops alert ops-story', 'ops resolved ops-story']);
});

test('a story that the route names goes before it', () => {
  const send = [{ to: 'ops', template: 'of-the-route' }];
  expect(told({ ...base, destinations, routes: [{ ...route('down', []), ...down, send }] })).toEqual([
    'ops alert of-the-route',
    'ops resolved of-the-route',
  ]);
});

test('what goes to another place instead does not take the first one’s own story along, but that of the route', () => {
  const fate = ({ destination: to }: { destination: string }) => (to === 'ops' ? ('dead' as const) : ('delivered' as const));
  const routes = (template?: string) => [{ ...route('down', []), ...down, send: [{ to: 'ops', ...(template && { template }) }] }];
  expect(told({ ...base, destinations, routes: routes() }, { fate })).toContain('mail alert -');
  expect(told({ ...base, destinations, routes: routes('of-the-route') }, { fate })).toContain('mail alert of-the-route');
});

test('what the relay says about itself has its own words', () => {
  const world = paper({ ...base, destinations, operator: 'ops' });
  world.put({ kind: 'relay', notice: { code: 'rules.bad', subject: 'x', text: 'y' }, reach: { ops: 'at-ops' } }, 0);
  expect(world.deliveries()).toMatchObject([{ destination: 'ops', kind: 'relay' }]);
  expect(world.deliveries()[0]).not.toHaveProperty('template');
});
