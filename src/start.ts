// Runs the relay until it is told to stop: exit 0 after a clean stop, 1 where it cannot start or must not go on. Called by main.ts and `relay start`.
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from './app.ts';
import { systemTicker } from './clock.ts';
import { RelayError } from './errors.ts';
import { giveBackLater } from './give-back.ts';
import { openLedger } from './ledger/ledger.ts';
import { createLog } from './log.ts';
import { maskSecrets } from './mask.ts';
import { readSettings, type Settings } from './settings.ts';

/** Below Docker's ten seconds. */
const stopMs = 7500;

export async function start(): Promise<void> {
  let settings: Settings;
  try {
    settings = readSettings(undefined, { hasPartnersFile: (dir) => existsSync(join(dir, 'partners.yaml')) });
  } catch (error) {
    fail(error);
    return;
  }
  const log = createLog(settings.logLevel);
  log.maskWith((text) => maskSecrets(text, settings.secrets));
  if (settings.allowUnsigned)
    log.warn({}, 'unsigned.allowed: anyone who reaches this port can send events; set PARTNER_SECRET or WEBHOOK_TOKEN');
  // What nobody foresaw ends the process: a supervisor starts it again, and what was accepted is on disk.
  process.on('uncaughtException', (error) => {
    log.error({ error: error.stack ?? String(error) }, 'relay.failed');
    process.exit(1);
  });
  let app: App | undefined;
  let stopping = false;
  const stop = () => {
    if (app === undefined) return;
    setTimeout(() => process.exit(1), stopMs + 500).unref();
    app.stop(stopMs).then(
      () => process.exit(0),
      (error) => {
        log.error({ error: String(error) }, 'stop.failed');
        process.exit(1);
      },
    );
  };
  // Before the start, for as the first process of a container it would not hear a signal that it has no handler for.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      log.info({ signal }, 'stopping');
      stop();
    });
  }
  process.on('SIGHUP', () => void app?.reload());
  // The store is opened by a thread of its own, and that takes as long as to load all the rest: both at once.
  const ledger = openLedger({
    url: settings.databaseUrl,
    owner: randomUUID(),
    now: systemTicker.now,
    broken: (error) => {
      log.error({ code: error.code, error: error.message }, 'store.broken');
      process.exit(1);
    },
  });
  // Told below, by whoever waits for it.
  ledger.catch(() => {});
  try {
    const { startApp } = await import('./app.ts');
    app = await startApp(settings, { ticker: systemTicker, log, ledger });
    if (stopping) stop();
    giveBackLater();
  } catch (error) {
    fail(error);
  }
}

function fail(error: unknown): void {
  const text =
    error instanceof RelayError
      ? `${error.code}: ${error.message}`
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
