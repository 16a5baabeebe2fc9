// New files come into force: seen by the watch, judged by in-force.ts, and then made known to whatever works by them. Composition for app.ts.
import { readFile } from 'node:fs/promises';
import { confirmingRoutes } from '../asking/confirm.ts';
import type { Audit } from '../audit.ts';
import type { Ticker } from '../clock.ts';
import { laneSettings } from '../deliver/lane-settings.ts';
import type { Lanes } from '../deliver/lanes.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Live } from '../live.ts';
import type { Log } from '../log.ts';
import { watchFiles } from '../rules/watch.ts';
import type { InForce } from './in-force.ts';

type Parts = {
  ledger: Ledger;
  inForce: InForce;
  /** Absent before the first files are in force. */
  lanes(): Lanes | undefined;
  keep(key: string, value: string): Promise<void>;
  live: Live;
  log: Log;
  /** Whether there is somebody to ask where a route confirms. */
  asks: boolean;
};

export function enforceBy({ ledger, inForce, lanes, keep, live, log, asks }: Parts): () => void {
  return () => {
    const { rules, files, workspaces } = inForce.good();
    ledger.rules(rules);
    lanes()?.reconfigure(laneSettings(rules, inForce.plugins()));
    // What a silence of the file keeps is told when the file no longer has it, also where it was edited while the relay was away.
    void ledger
      .do({ do: 'decide', input: { kind: 'silences' } })
      .catch((error) => log.warn({ error: String(error) }, 'silences.not_compared'));
    if (inForce.state().from === 'file') void keep('rules.good', JSON.stringify(files));
    live.publish({ kind: 'rules', revision: rules.revision });
    log.info({ revision: rules.revision, routes: rules.routes.length, workspaces: workspaces.size }, 'rules.in_force');
    const unasked = asks ? [] : confirmingRoutes(rules);
    if (unasked.length > 0)
      log.warn({ routes: unasked }, 'confirm.nobody_to_ask: these say confirm: yes; set PARTNER_ID, PARTNER_SECRET and PARTNER_API_URL');
  };
}

export function watchInForce({ inForce, audit, ticker, log }: { inForce: InForce; audit: Audit; ticker: Ticker; log: Log }) {
  return watchFiles({
    paths: inForce.paths,
    readFile: (path) => readFile(path),
    changed: async () => {
      try {
        const { ok, text, revision, mistakes } = await inForce.reload();
        if (!ok) log.warn({ mistakes: text }, 'rules.refused');
        await audit({ what: 'files', who: 'files', facts: ok ? { ok, revision } : { ok, mistakes: mistakes.length } });
      } catch (error) {
        log.error({ error: String(error) }, 'rules.not_judged');
      }
    },
    ticker: { set: (run, ms) => ticker.after(ms, run), clear: (cancel) => (cancel as (() => void) | undefined)?.() },
  });
}
