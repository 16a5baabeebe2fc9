// A text that comes over the API in the place of routes.yaml is tried with the operator's files, and opens no other.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { inForceOf } from '../judged.ts';

const routes = (table: string) => `version: 1
timezone: UTC
workspaces: { file: ${JSON.stringify(table)} }
destinations: { out: { plugin: console } }
routes: [{ name: all, send: [out] }]
fallback: { send: [out] }
operator: out
`;
const table = 'id,name\nacme,Acme\n';

function elsewhere(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'relay-elsewhere-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

test.each(['secret', 'secret.csv', 'secret.yaml', 'secret.txt'])('nothing of a file %s that lies elsewhere is read', async (name) => {
  const path = elsewhere(name, 'topsecret-9\nmore,topsecret-9\n');
  const inForce = await inForceOf({ 'routes.yaml': routes('workspaces.csv'), 'workspaces.csv': table });
  for (const asked of [path, `../../../../../../..${path}`]) {
    const judgement = await inForce.judge(routes(asked));
    expect(judgement.ok).toBe(false);
    expect(judgement.text).toContain('lies outside of CONFIG_DIR');
    expect(JSON.stringify([judgement, (await inForce.imagine(routes(asked))).judgement])).not.toContain('topsecret');
  }
});

test('the table in force may be named wherever it lies, and one of CONFIG_DIR too', async () => {
  const path = elsewhere('workspaces.csv', table);
  const inForce = await inForceOf({ 'routes.yaml': routes(path), 'sub/other.csv': table, '..data/other.csv': table });
  for (const asked of [path, 'sub/other.csv', '..data/other.csv'])
    expect(await inForce.judge(routes(asked)), asked).toMatchObject({ ok: true });
});
