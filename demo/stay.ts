// After the story the demo stays up: where everything is, and what to try in another terminal.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { note, paint, print } from '../src/cli/screen.ts';
import type { Stage } from './play.ts';

export async function stay({ relay, settings, config }: Stage, pageUrl: string, interrupted: Promise<undefined>): Promise<void> {
  const file = join(config.folder, 'env');
  const known = { ...settings, PORT: String(relay.port), ADMIN_PORT: String(relay.adminPort) };
  const lines = Object.entries(known).map(([name, value]) => `export ${name}='${value}'\n`);
  writeFileSync(file, lines.join(''), { mode: 0o600 });
  print(`
${paint('bold', 'It stays up until Ctrl-C.')}
  page       ${pageUrl}
  rules      ${join(config.folder, 'routes.yaml')}: change a line, save it; a mistake comes back as a mail
  API        http://127.0.0.1:${relay.adminPort}/api/docs

In another terminal, here:
  . ${file}
  npm run relay -- simulate --event disconnected --workspace northwind
  npm run relay -- events
  npm run relay -- explain --event messaging-100 --workspace northwind

What arrives from now on:`);
  const code = await Promise.race([interrupted, relay.ended]);
  if (code !== undefined) note(`The relay ended by itself (exit ${code}):\n${relay.log()}`);
}
