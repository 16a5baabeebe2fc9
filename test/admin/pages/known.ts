// Pages of workspaces over real files and a real store: a table with a name for some, events of others, and strangers' text in both.
import { onTestFinished } from 'vitest';
import { inForceOf } from '../../judged.ts';
import { openPages } from './stage.ts';

export const hostile = '<script>alert(1)</script>';
export const routes = `version: 1
timezone: Europe/Madrid
workspaces: { file: workspaces.csv }
segments: { vip: { tags: [vip] }, trials: { ids: ["trial-*"] } }
destinations: { ops: { plugin: console } }
routes: [{ name: down, events: [disconnected], send: [ops] }]
fallback: { send: [ops] }
operator: ops
`;
export const table = `id,name,tags,owner_email,phone,notes
acme,Acme Ltd,vip gold,ann@acme.example,+34600999888,pays late
shop,"${hostile}",basic,bob@shop.example,,
quiet,Quiet Ones,vip,eve@quiet.example,,
`;

export async function knownWorkspaces(rows = table) {
  const inForce = await inForceOf({ 'routes.yaml': routes, 'workspaces.csv': rows });
  const stage = await openPages({ rules: inForce.rules(), parts: { inForce } });
  onTestFinished(() => stage.close());
  const phones = ['+34600111222', '+34600333444'];
  await stage.happens('09:05', 'connected', { workspaceId: 'acme', account: { id: '1', phone: phones[0]! } });
  await stage.happens('09:06', 'connected', { workspaceId: 'acme', incidentKey: 'wa:acme:2', account: { id: '2', phone: phones[1]! } });
  const down = { workspaceId: 'acme', account: { id: '1', phone: phones[0]!, reason: `${hostile} ${phones[0]}` } };
  await stage.happens('09:10', 'disconnected', down);
  const period = { start: Date.parse('2026-11-01T00:00:00Z'), end: Date.parse('2026-12-01T00:00:00Z') };
  const usage = { resource: 'messages' as const, used: 18_400, total: 20_000, percent: 92 };
  await stage.happens('09:20', 'messaging-90', { workspaceId: 'acme', period, usage });
  await stage.happens('09:25', 'seats-full', { workspaceId: 'shop', seats: { purchased: 10 } });
  await stage.happens('09:30', 'disconnected', { workspaceId: 'trial-7', account: { id: '7', phone: '+34600555666' } });
  const get = async (path: string) => (await stage.get(path)).text;
  /** Names of the rows that are shown, in order. */
  const rowsOf = (html: string) => [...html.matchAll(/data-label="Workspace"><a href="[^"]*">([^<]*)</g)].map(([, name]) => name);
  const list = async (query = '') => rowsOf(await get(`/workspaces?${query}`));
  const api = async (path: string) => (await stage.get(`/api/v1/workspaces${path}`, { headers: { accept: 'application/json' } })).json();
  return { stage, inForce, get, list, api };
}
