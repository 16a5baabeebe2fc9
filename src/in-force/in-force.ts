// What is in force now: rules, table, stories and plug-ins, judged whole and swapped at once. The server, the command line and previews all
// stand on this; it needs neither store nor network.
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };
import { tellMistake } from '../admin/mask.ts';
import { defaultTimeoutMs } from '../deliver/lane-settings.ts';
import { type LoadedPlugins, loadPlugins } from '../deliver/plug-ins.ts';
import { createSenders } from '../deliver/senders.ts';
import type { RelayNotice } from '../delivery.ts';
import { RelayError } from '../errors.ts';
import type { Partner } from '../intake/verify.ts';
import type { Links } from '../links/links.ts';
import { maskSecrets } from '../mask.ts';
import { createNetworks } from '../outgoing.ts';
import type { Health, Logger, Message, Network, Sender } from '../plugin.ts';
import { masked } from '../rules/mask.ts';
import { formatMistakes, type Mistake } from '../rules/mistake.ts';
import type { Destination, Rules } from '../rules/rules.ts';
import type { Settings } from '../settings.ts';
import type { Leased } from '../store/store.ts';
import { type Files, type Good, type Judged, judgeDisk, judgeKept, type Manner, pathsOf } from './judge.ts';
import { fileNotices, type Judgement, judgementOf } from './judgement.ts';
import { reachBy } from './reach.ts';
import { templatePaths } from './template-files.ts';
import { createWhoIs, type Known } from './who-is.ts';
import { wordBy } from './wording.ts';

export type Prepared = { sender: Sender; message: Message; timeoutMs: number; network: Network; story?: string; flaw?: string };
export type InForceState = {
  revision: string;
  since: number;
  from: 'file' | 'last-good';
  degraded: RelayNotice[];
  mistakes: Mistake[];
  warnings: Mistake[];
};

/** Files that need not be in force. `message`: its words, as if sent then; throws where its destination or plug-in is not there. */
export type Imagined = Pick<InForce, 'rules' | 'whoIs' | 'mask'> & {
  message(leased: Leased, at: number): Pick<Prepared, 'message' | 'story' | 'flaw'>;
};

export type InForce = {
  good(): Good;
  rules(): Rules;
  plugins(): LoadedPlugins;
  /** Whose webhooks are accepted. */
  partners(): readonly Partner[];
  /** The row of the table and, for each destination, whom it reaches for this workspace. */
  whoIs(workspaceId: string | undefined): Known;
  maxAgeMs(destination: string): number;
  timeoutMs(destination: Destination): number;
  /** Words and sender for one attempt. A failing story is a flaw, not an error; a destination or plug-in that is gone is an AuthError. */
  prepare(leased: Leased, attempt: number, links?: Links): Promise<Prepared>;
  /** Whether a message would get through, as far as the plug-in can say without sending one. Of a destination that differs by workspace nothing. */
  checkUp(destination: string, signal: AbortSignal): Promise<Health | undefined>;
  state(): InForceState;
  /** Reads the files and judges them, with this text in the place of routes.yaml if given; nothing changes. */
  judge(routes?: string): Promise<Judgement>;
  /** The same, and where they are good what would be sent by them; undefined: those in force. Nothing changes and nothing is opened. */
  imagine(routes?: string): Promise<{ judgement: Judgement; files?: Imagined }>;
  /** Judges what is on disk and, if it is good, swaps to it. */
  reload(): Promise<Judgement>;
  mask(text: string): string;
  /** The files it is made of, for whoever watches them. */
  paths(): string[];
  close(timeoutMs: number): Promise<void>;
};

export type Options = {
  settings: Pick<Settings, 'configDir' | 'templatesDir' | 'pluginsDir' | 'adminUrl' | 'proxy' | 'secrets' | 'partnerId' | 'partnerSecrets'>;
  log: Logger;
  now(): number;
  /** Kept by the store; served where the files are bad at the start, and asked for only then. */
  lastGood?(): Promise<string | undefined>;
  /** The name of a workspace that the table has none for. */
  nameOf?: (workspaceId: string) => string | undefined;
  /** A good set of files came into force. */
  swapped?(good: Good): void;
  /** Files were judged and refused; the ones of before stay. */
  refused?(mistakes: Mistake[]): void;
};

export async function openInForce(options: Options): Promise<InForce> {
  const { settings, log, now } = options;
  const plugins = await loadPlugins({ dirs: [shippedPlugins, ...(settings.pluginsDir === undefined ? [] : [settings.pluginsDir])] });
  const networks = createNetworks({ timeoutMs: networkTimeoutMs, proxy: settings.proxy });
  const senders = createSenders({ network: networks.of, log, relayVersion: packageJson.version, now });
  let refused: Mistake[] = [];
  let current: Good;
  let from: 'file' | 'last-good' = 'file';
  let since = now();
  let listed: readonly string[] = [];

  const deps = { settings, plugins, now };
  const first = await judgeDisk(deps);
  if (first.ok) current = first;
  else {
    const lastGood = await options.lastGood?.();
    const kept = lastGood === undefined ? undefined : await judgeKept(JSON.parse(lastGood) as Files, deps);
    if (!kept?.ok) {
      await networks.close();
      throw new RelayError('rules.bad', formatMistakes(first.mistakes));
    }
    current = kept;
    from = 'last-good';
    refused = first.mistakes;
  }

  /** Built whole before this; nothing here can fail, so no half of a file is ever in force. */
  const swap = (good: Good) => {
    current = good;
    from = 'file';
    since = now();
    refused = [];
    whoIs.forget();
    options.swapped?.(good);
  };
  let reloading: Promise<unknown> = Promise.resolve();
  const reload = async (): Promise<Judgement> => {
    const result = told(await judgeDisk(deps));
    if (result.ok) swap(result);
    else {
      refused = result.mistakes;
      options.refused?.(result.mistakes);
    }
    return judgementOf(result);
  };
  const word = wordBy(plugins, settings.adminUrl);
  const reach = reachBy(plugins);
  const whoIs = createWhoIs({
    find: (id) => current.workspaces.find(id),
    reach: (workspace) => reach(current.rules, workspace),
    nameOf: options.nameOf,
  });
  // One object for each set of files: what is compiled from them is remembered by it.
  const partnersOf = once((good: Good) => [...(good.partners ?? []), ...settingsPartner(settings)]);
  const secretsOf = once((good: Good) => [...settings.secrets, ...good.secrets]);
  /** What a mistake shows of its line is told to anyone: what the files in force know as a secret goes, also where nobody can tell what each word is. */
  const tellable = (mistakes: Mistake[]): Mistake[] =>
    mistakes.map(masked(secretsOf(current))).map((one) => tellMistake(one, (text) => text));
  const told = (judged: Judged): Judged => (judged.ok ? judged : { ...judged, mistakes: tellable(judged.mistakes) });
  refused = tellable(refused);
  const timeoutMs = (destination: Destination) =>
    destination.timeoutMs ?? plugins.plugins.get(destination.plugin)?.limits?.timeoutMs ?? defaultTimeoutMs;

  async function prepare(leased: Leased, attempt: number, links: Links = {}): Promise<Prepared> {
    const { destination, plugin, options, message, story, flaw } = word(current, whoIs.of, leased, attempt, now(), links);
    const { sender, network } = await senders.senderFor(plugin, options, destination.name, destination.templated);
    return {
      ...{ sender, network, message, timeoutMs: timeoutMs(destination) },
      ...(story === undefined ? {} : { story }),
      ...(flaw === undefined ? {} : { flaw }),
    };
  }

  const sent = (routes: string | undefined): Manner => (routes === undefined ? {} : { routes, beside: Object.keys(current.files.sources) });

  async function imagine(routes?: string): Promise<{ judgement: Judgement; files?: Imagined }> {
    const judged: Judged = routes === undefined ? current : told(await judgeDisk(deps, sent(routes)));
    const judgement = judgementOf(judged);
    if (!judged.ok) return { judgement };
    const of = createWhoIs({
      find: judged.workspaces.find,
      reach: (workspace) => reach(judged.rules, workspace),
      nameOf: options.nameOf,
    }).of;
    const secrets = [...secretsOf(current), ...judged.secrets];
    const message: Imagined['message'] = (leased, at) => word(judged, of, leased, 1, at);
    return { judgement, files: { rules: () => judged.rules, whoIs: of, message, mask: (text) => maskSecrets(text, secrets) } };
  }

  async function checkUp(name: string, signal: AbortSignal): Promise<Health | undefined> {
    const destination = current.rules.destinations[name];
    const plugin = destination && plugins.plugins.get(destination.plugin);
    if (destination === undefined || plugin === undefined || destination.templated.length > 0) return undefined;
    const { sender, network } = await senders.senderFor(plugin, destination.options, name);
    return sender.check?.({ ...network, signal, log, now: () => new Date(now()) });
  }

  const inForce: InForce = {
    good: () => current,
    rules: () => current.rules,
    plugins: () => plugins,
    whoIs: whoIs.of,
    maxAgeMs: (name) => current.rules.destinations[name]?.maxAgeMs ?? 86_400_000,
    timeoutMs,
    prepare,
    checkUp,
    state: () => ({
      revision: current.rules.revision,
      since,
      from,
      degraded: [...fileNotices(refused), ...plugins.faults.map(({ file, text }) => ({ code: 'plugin.bad', subject: file, text }))],
      mistakes: refused,
      warnings: current.warnings,
    }),
    imagine,
    judge: async (routes) => judgementOf(told(await judgeDisk(deps, sent(routes)))),
    reload: () => {
      // One after the other: what was read first must not come into force last.
      const turn = reloading.then(reload);
      reloading = turn.catch(() => {});
      return turn;
    },
    partners: () => partnersOf(current),
    mask: (text) => maskSecrets(text, secretsOf(current)),
    paths: () => {
      // Whoever watches must not wait for a folder: a file that is new is seen one look later.
      if (settings.templatesDir !== undefined) templatePaths(settings.templatesDir).then((found) => (listed = found));
      return [...new Set([...pathsOf(settings, current.files), ...listed])];
    },
    close: async (limitMs) => {
      await senders.closeAll(limitMs);
      await networks.close();
    },
  };
  return inForce;
}

const settingsPartner = ({ partnerId, partnerSecrets }: Options['settings']): Partner[] =>
  partnerId === undefined || partnerSecrets.length === 0 ? [] : [{ id: partnerId, secrets: partnerSecrets }];

function once<T>(make: (good: Good) => T): (good: Good) => T {
  const made = new WeakMap<Good, { value: T }>();
  return (good) => {
    const known = made.get(good) ?? { value: make(good) };
    made.set(good, known);
    return known.value;
  };
}

export const shippedPlugins = fileURLToPath(new URL('../../plugins', import.meta.url));
/** Longer than any attempt may take, whose own deadline is the destination's. */
const networkTimeoutMs = 60_000;
