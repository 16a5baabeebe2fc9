// The quiet gate: whether a route is in its quiet hours now, and until when.
import type { Workspace } from '../model.ts';
import type { Route } from '../rules/rules.ts';
import type { Draft } from './draft.ts';
import { quietUntil } from './wall.ts';

export function quietEnd(draft: Draft, route: Route, workspace: Workspace): number | undefined {
  const window = route.quiet && draft.rules.quietHours[route.quiet.during];
  if (window === undefined) return undefined;
  const own = window.timezone === 'workspace' ? workspace.timezone : window.timezone;
  return quietUntil(window, own || draft.rules.timezone, draft.clock.now);
}
