// Erasure in memory: why a destination is paused or held may name the workspace that is forgotten. It stays paused; the reason goes, else the next
// pause would write it back.
import type { Shut } from '../deliver/lane-state.ts';
import type { Paused } from '../deliver/paused.ts';
import { mentionsOfWorkspace } from '../store/mention.ts';

type Parts = {
  paused: Pick<Paused, 'names' | 'of'>;
  held: { reword(say: (reason: string) => string): void };
  pause(destination: string, shut: Shut): Promise<void>;
};

export async function eraseReasons(workspace: string, { paused, held, pause }: Parts): Promise<void> {
  const { blank } = mentionsOfWorkspace(workspace);
  held.reword(blank);
  for (const name of paused.names()) {
    const shut = paused.of(name);
    if (shut === undefined) continue;
    const { by, reason } = shut;
    const next = { ...shut, by: blank(by), reason: blank(reason) };
    if (next.by !== by || next.reason !== reason) await pause(name, next);
  }
}
