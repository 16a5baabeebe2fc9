// Whether the `tests:` of a file hold, asked of files that are good in all else: a failing test is a mistake like any other.
import type { LoadedPlugins } from '../deliver/plug-ins.ts';
import { masked } from '../rules/mask.ts';
import { inOrder } from '../rules/mistake.ts';
import type { Trial } from '../rules/trials.ts';
import type { Good, Judged } from './judge.ts';

/** The play is loaded for a file that has tests: the start of a relay waits for nothing that it does not need. */
export async function tested(good: Good & { trials: Trial[] }, plugins: LoadedPlugins): Promise<Judged> {
  if (good.trials.length === 0) return good;
  const [{ playTrials }, { reachBy }] = await Promise.all([import('./trials.ts'), import('./reach.ts')]);
  const played = playTrials(good.trials, { ...good, reach: reachBy(plugins) });
  const failed = played.flatMap(({ mistake }) => (mistake === undefined ? [] : [masked(good.secrets)(mistake)]));
  if (failed.length === 0) return { ...good, played };
  return { ok: false, mistakes: inOrder([...failed, ...good.warnings]), secrets: good.secrets, played };
}
