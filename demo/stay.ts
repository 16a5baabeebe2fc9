// After the story the demo stays up: where everything is, what to try in another terminal, and what arrives from then on.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { note, paint, plain, print } from '../src/cli/screen.ts';
import type { Receiver } from './receiver.ts';
import type { RelayProcess } from './relay-process.ts';

export async function stay(
  relay: RelayProcess,
  settings: Record<string, string>,
  receiver: Receiver,
  temp: string,
  interrupted: Promise<undefined>,
): Promise<void> {
  const file = join(temp, 'env');
  const known = { ...settings, PORT: String(relay.port), ADMIN_PORT: String(relay.adminPort) };
  writeFileSync(
    file,
    Object.entries(known)
      .map(([name, value]) => `export ${name}='${value}'\n`)
      .join(''),
    { mode: 0o600 },
  );
  const admin = `http://127.0.0.1:${relay.adminPort}`;
  print(`
${paint('bold', 'It stays up until Ctrl-C.')}
  webhooks   http://127.0.0.1:${relay.port}/webhooks/timelinesai
  API        ${admin}/api/v1/events, described at ${admin}/api/docs, figures at ${admin}/metrics
  receiver   ${receiver.url('ops')}, …/owner, …/billing

In another terminal, here:
  . ${file}
  npm run relay -- simulate --event disconnected --workspace northwind
  npm run relay -- events
  npm run relay -- explain --event messaging-100 --workspace harbor

What arrives from now on:`);
  receiver.onArrival(({ destination, kind, headline }) => print(`  ${destination.padEnd(8)} ${kind.padEnd(9)} ${plain(headline)}`));
  const code = await Promise.race([interrupted, relay.ended]);
  if (code !== undefined) note(`The relay ended by itself (exit ${code}):\n${relay.log()}`);
}
