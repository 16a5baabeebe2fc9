import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildApi } from '../../src/admin/api.ts';
import { type Answer, ask } from './ask.ts';
import { openListener, someParts } from './doorway.ts';

let port: number;
let close: () => Promise<void>;
let answer: Answer;

beforeAll(async () => {
  const { parts } = someParts();
  ({ port, close } = await openListener({ parts: () => parts }));
  answer = await ask(port, '/api/docs/json');
});
afterAll(() => close());

type Operation = { summary: string; tags: string[]; responses: Record<string, { description: string }> };

/** `GET /api/v1/events/{id}` for each route that is served. */
async function served(): Promise<string[]> {
  const app = await buildApi(someParts().parts, { get: () => undefined });
  const inner: string[] = [];
  const parents: string[] = [];
  // A tree: what stands four further in goes on from the path above it.
  for (const line of app.printRoutes({ commonPrefix: false }).split('\n')) {
    const [, margin, part, methods] = /^([│├└─ ]*)(\/?\S*)(?: \(([A-Z, ]+)\))?/.exec(line) ?? [];
    if (margin === undefined || part === '') continue;
    const depth = margin.length / 4 - 1;
    parents.splice(depth, Number.POSITIVE_INFINITY, `${parents[depth - 1] ?? ''}${part}`);
    const path = parents[depth]!.replace(/:(\w+)/g, '{$1}');
    for (const method of methods?.split(', ') ?? []) inner.push(`${method} ${path}`);
  }
  await app.close();
  return [...inner, 'GET /metrics', 'GET /healthz', 'GET /readyz'].filter((route) => !route.startsWith('HEAD'));
}

test('the description lists every route that is served, and no other', async () => {
  const { paths } = answer.json();
  const told = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations as object).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(told.sort()).toEqual((await served()).sort());
});

test('each route says in words what it is for, what it may be asked, and how it answers', async () => {
  const { paths, openapi } = answer.json();
  expect(openapi).toBe('3.1.0');
  for (const [path, operations] of Object.entries<Record<string, Operation>>(paths)) {
    for (const operation of Object.values(operations)) {
      expect(operation.summary, path).toMatch(/^[A-Z].{10,}/);
      expect(operation.tags, path).toHaveLength(1);
      expect(Object.keys(operation.responses), path).toContain('200');
      if (path.startsWith('/api/v1')) expect(operation.responses.default?.description, path).toMatch(/RFC 9457/);
    }
  }
  const names = paths['/api/v1/events'].get.parameters.map((one: { name: string }) => one.name);
  expect(names).toEqual(expect.arrayContaining(['workspace', 'type', 'outcome', 'phone', 'since', 'until', 'cursor', 'limit']));
  expect(paths['/api/v1/deliveries/replay'].post.requestBody.content['application/json'].schema.required).toContain('reason');
});

test('the page shows the routes, runs no script and asks nobody else for anything', async () => {
  const page = await ask(port, '/api/docs');
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'/);
  for (const path of Object.keys(answer.json().paths)) expect(page.text).toContain(path.replaceAll('/', '&#x2F;'));
  expect(page.text).not.toMatch(/<script|https?:/);
});
