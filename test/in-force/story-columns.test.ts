// What a story asks of the table and of `brand:`, told where neither has it.
import { expect, test } from 'vitest';
import { formatMistakes } from '../../src/rules/mistake.ts';
import { judged } from '../judged.ts';

async function warned(story: string, table = 'workspaces: { file: workspaces.csv }'): Promise<string> {
  const found = await judged({
    'routes.yaml': `version: 1
timezone: UTC
operator: log
fallback: { send: [log] }
${table}
brand: { links: { handbook: "https://help.example/relay" } }
destinations: { log: { plugin: console } }
routes: [{ name: all, send: [log] }]
`,
    'workspaces.csv': 'id,name,account_manager\nacme,Acme Ltd,ann@relay.example\n',
    'templates/seats-full.yaml': story,
  });
  return formatMistakes((found.ok ? found.warnings : found.mistakes).filter(({ file }) => file.startsWith('templates/')));
}

test('a column that the table lacks is told at its place, with the one that was meant', async () => {
  expect(await warned('headline: "Seats full"\nimpact: "Call {{workspace.acount_manager}}"\n')).toBe(
    `templates/seats-full.yaml:2:27  warning: The workspaces table has no column \`acount_manager\`, so nothing is printed for it. Did you mean \`account_manager\`?
            impact: "Call {{workspace.acount_manager}}"
                                      ^
    write:  impact: "Call {{workspace.account_manager}}"`,
  );
});

test('where nothing is near, all columns are told; so are links', async () => {
  const told = await warned(
    'headline: "Seats {{#workspace.crm}}{{workspace.crm}}{{/workspace.crm}}"\nimpact: "{{links.handbok}} {{links.zzzzzzzzz}}"\n',
  );
  expect(told).toContain('no column `crm`, so nothing is printed for it. There are id, name, tags, timezone, language, account_manager.');
  expect(told).toContain('`links:` under `brand:` has no `handbok`, so nothing is printed for it. Did you mean `handbook`?');
  expect(told).toContain('has no `zzzzzzzzz`');
});

test('a story is asked nothing where it is right, and without a table only the names that are always there are right', async () => {
  const story = 'headline: "{{workspace.name}} {{workspace.account_manager}}"\nimpact: "{{links.handbook}} {{links.app}}"\n';
  expect(await warned(story)).toBe('');
  expect(await warned(story, '')).toContain('no column `account_manager`');
});
