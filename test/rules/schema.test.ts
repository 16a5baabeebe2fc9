// What editors are told about routes.yaml is what the loader checks.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { routesJsonSchema } from '../../src/rules/schema.ts';
import { shipped } from './kit.ts';

test('config/routes.schema.json is the schema of this loader (`npm run schema` writes it)', () => {
  const written = JSON.parse(readFileSync(new URL('../../config/routes.schema.json', import.meta.url), 'utf8'));
  expect(written).toEqual(JSON.parse(JSON.stringify(routesJsonSchema())));
});

test('the shipped routes.yaml names it in its first line, where editors look', () => {
  expect(shipped['routes.yaml'].split('\n')[0]).toBe('# yaml-language-server: $schema=./routes.schema.json');
});

test('a where block knows its keys and the columns of a table, and nothing else', () => {
  const { properties } = routesJsonSchema() as { properties: { routes: { items: { properties: { where: Record<string, object> } } } } };
  const { where } = properties.routes.items.properties;
  expect(where.additionalProperties).toBe(false);
  expect(Object.keys(where.patternProperties ?? {})).toEqual(['^workspace\\..+$']);
});
