// Every route of the admin side, from the tables of its two apps themselves, so that a new page is in the tests of all pages without being named there.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { FastifyInstance } from 'fastify';
import { buildApi } from '../../src/admin/api.ts';
import { buildPages } from '../../src/admin/pages/pages.ts';
import { createVisits } from '../../src/admin/visits.ts';
import { someParts } from './doorway.ts';

export type RouteLine = { method: string; url: string };

/** `door`: what the listener itself answers. */
export async function routeTables(): Promise<{ pages: RouteLine[]; api: RouteLine[]; door: RouteLine[] }> {
  const { parts } = someParts();
  const { gate, visits } = createVisits({ token: undefined, now: Date.now });
  return {
    pages: await routesOf(() => buildPages(parts, gate)),
    api: await routesOf(() => buildApi(parts, visits)),
    door: [{ method: 'GET', url: '/metrics' }],
  };
}

/** Fastify says so when one is made, before it has a route. */
async function routesOf(build: () => Promise<unknown>): Promise<RouteLine[]> {
  const routes: RouteLine[] = [];
  const made = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance };
    fastify.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) if (one !== 'HEAD') routes.push({ method: one, url });
    });
  };
  subscribe('fastify.initialization', made);
  try {
    await build();
  } finally {
    unsubscribe('fastify.initialization', made);
  }
  return routes;
}

/** What a route is called with where nobody need find anything. */
export const anyPath = (url: string): string => url.replaceAll(/:\w+/g, 'x');
