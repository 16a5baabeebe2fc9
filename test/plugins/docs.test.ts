// The page for plug-in authors is true: each block of TypeScript on it is written to a folder far away, loaded, and sent through.
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/deliver/outcome.ts';
import { folderOf, inNode, shipped } from '../deliver/in-node.ts';
import { createReceiver, type Receiver } from '../outgoing/receiver.ts';
import { pluginContract } from './contract.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(join(root, 'docs/plugins.md'), 'utf8');
const blocks = [...page.matchAll(/^```ts\n\/\/ (\S+)\n([\s\S]*?)^```$/gm)].map(([, name, text]) => [name!, text!] as const);

const folder = folderOf({
  ...Object.fromEntries(blocks),
  'package.json': '{"type":"module"}',
  'tsconfig.json': JSON.stringify({
    extends: join(root, 'tsconfig.json'),
    compilerOptions: { typeRoots: ['node_modules/@types'] },
    include: ['*.ts'],
  }),
});
// As if the folder lay inside the relay's, for the parts that run without its loader.
mkdirSync(join(folder.dir, 'node_modules'));
symlinkSync(root, join(folder.dir, 'node_modules/timelines-relay'));
for (const name of ['zod', '@types', '@tsconfig']) symlinkSync(join(root, 'node_modules', name), join(folder.dir, 'node_modules', name));

let receiver: Receiver;
beforeAll(async () => {
  receiver = await createReceiver((request, response, { body }) => {
    const status = request.url?.startsWith('/pager') ? 202 : request.url?.includes('gone') ? 404 : 200;
    response.writeHead(status).end(body.includes('done') ? '{"card":"c1"}' : '');
  });
});
afterAll(async () => {
  folder.remove();
  await receiver.close();
});

/** What came of sending these through a plug-in of the page. */
async function through(type: string, options: object, messages: object[], render = ''): Promise<Outcome[]> {
  const { told, stderr } = await inNode<{ outcomes: Outcome[]; faults: unknown[] }>(`
    import { loadPlugins } from '#src/deliver/plug-ins.ts';
    import { messageOf } from '#src/../test/plugins/messages.ts';
    import { createSending } from '#src/../test/plugins/sending.ts';
    const { plugins, faults } = await loadPlugins({ dirs: ${JSON.stringify([shipped, folder.dir])} });
    const sending = createSending(plugins.get('${type}'));
    const outcomes = [];
    for (const given of ${JSON.stringify(messages)}) {
      const message = messageOf(given);
      ${render}
      outcomes.push(await sending.send(${JSON.stringify(options)}, message));
    }
    await sending.close();
    tell({ outcomes, faults });
    process.disconnect();
  `);
  expect(told ?? stderr).toMatchObject({ faults: [] });
  return told.outcomes;
}

test('every block names its file, and all plug-ins among them load beside the shipped ones', async () => {
  expect(page.match(/^```ts$/gm)).toHaveLength(blocks.length);
  const { told } = await inNode<{ files: string[]; faults: unknown[] }>(`
    import { loadPlugins } from '#src/deliver/plug-ins.ts';
    const { files, faults } = await loadPlugins({ dirs: ${JSON.stringify([shipped, folder.dir])} });
    tell({ files: [...files.values()], faults });
    process.disconnect();
  `);
  expect(told.faults).toEqual([]);
  const plugins = blocks.map(([name]) => name).filter((name) => !name.includes('.test.'));
  expect(plugins.length).toBeGreaterThan(3);
  expect(told.files).toEqual(expect.arrayContaining(plugins.map((name) => join(folder.dir, name))));
});

test('the first is a plug-in in twenty lines', () => {
  const [name, text] = blocks[0]!;
  expect(name).toBe('ntfy.ts');
  expect(text.trim().split('\n').length).toBeLessThanOrEqual(20);
});

describe('sent through', () => {
  test('ntfy posts the words and a priority', async () => {
    const [outcome] = await through('ntfy', { url: receiver.url, topic: 't', token: 'secret' }, [{}]);
    expect(outcome).toMatchObject({ class: 'ok' });
    const { headers, body } = receiver.requests.at(-1)!;
    expect(headers.authorization).toBe('Bearer secret');
    expect(JSON.parse(body)).toMatchObject({ topic: 't', title: 'Acme Ltd: message quota used up', priority: 5 });
  });

  test('board makes a card, edits it, and makes anew what was deleted', async () => {
    const url = new URL(receiver.url).origin;
    const resolve = { kind: 'resolved', mode: 'resolve' };
    const outcomes = await through('board', { url }, [
      {},
      { ...resolve, previous: { card: 'c1' } },
      { ...resolve, previous: { card: 'gone' } },
    ]);
    expect(outcomes[0]).toMatchObject({ class: 'ok', receipt: { card: 'c1' } });
    expect(outcomes[1]).toMatchObject({ class: 'ok', receipt: { card: 'c1' } });
    expect(outcomes[2]).toMatchObject({ class: 'transient', previousGone: true });
    expect(receiver.requests.slice(-3).map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /cards',
      'PUT /cards/c1',
      'PUT /cards/gone',
    ]);
  });

  test('pager sends what its layout gives', async () => {
    const url = `${new URL(receiver.url).origin}/pager`;
    const layOut = `
      const { layOut } = await import('#src/render/layout.ts');
      message.rendered = layOut(plugins.get('pager').content.layout, message, { workspace: { name: 'Acme Ltd' } }, 'json');`;
    const [outcome] = await through('pager', { url, key: 'k', urgent: false }, [{}], layOut);
    expect(outcome).toMatchObject({ class: 'ok' });
    expect(JSON.parse(receiver.requests.at(-1)!.body)).toMatchObject({
      urgent: false,
      action: 'trigger',
      payload: { summary: 'Acme Ltd: message quota used up', group: 'Acme Ltd', percent: 100 },
    });
  });

  test('journal appends a line, and lets go of its file', async () => {
    const path = join(folder.dir, 'journal.txt');
    const outcomes = await through('journal', { path }, [{}, {}]);
    expect(outcomes).toMatchObject([{ class: 'ok' }, { class: 'ok' }]);
    expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(2);
  });
});

test('the test on the page runs and passes', async () => {
  const { stdout } = await run(process.execPath, ['--test', '--test-reporter=tap', join(folder.dir, 'ntfy.test.ts')], { cwd: folder.dir });
  expect(stdout).toMatch(/# pass 2\n# fail 0/);
});

test('and all of it is right in the eyes of the type checker', async () => {
  const checked = await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder.dir]).catch((error) => error);
  expect(checked.stdout).toBe('');
});

const file = join(folder.dir, 'ntfy.ts');
pluginContract({
  // By Node itself: the test runner would look for the relay from inside its own root.
  plugin: createRequire(file)(file).default,
  file,
  options: () => ({ url: receiver.url, topic: 't', token: 'SECRET' }),
  failing: () => [{ url: `${new URL(receiver.url).origin}/gone?key=SECRET`, topic: 't', token: 'SECRET' }],
});
