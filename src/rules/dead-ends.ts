// Ways that lead nowhere: destinations that stand in for each other in a circle, routes that a `stop` above leaves nothing for.
import type { Mistake } from './mistake.ts';
import type { Outline, Ref, RouteOutline } from './outline.ts';
import type { Known } from './references.ts';
import type { Tree } from './tree.ts';

/** Chains that come back to where they began, or are longer than is followed. */
export function chains(tree: Tree, { destinations }: Outline, key: 'if_it_fails' | 'if_empty', most: number): Mistake[] {
  const next = (name: string): Ref | undefined => {
    const ref = key === 'if_it_fails' ? destinations.get(name)?.ifItFails : destinations.get(name)?.ifEmpty;
    return ref && destinations.has(ref.text) ? ref : undefined;
  };
  const circling = new Set<string>();
  const found: Mistake[] = [];
  for (const start of destinations.keys()) {
    const way = [start];
    for (let ref = next(start); ref !== undefined; ref = next(ref.text)) {
      const again = way.includes(ref.text);
      way.push(ref.text);
      if (!again && way.length - 1 <= most) continue;
      const shown = way.map((name) => `\`${name}\``).join(' → ');
      const at = [...destinations.get(start)!.path, key];
      if (again && way.some((name) => circling.has(name))) break;
      if (again) for (const name of way) circling.add(name);
      const text = again
        ? `\`${key}\` goes round in a circle: ${shown}. Remove it from one of them.`
        : `At most ${most} destinations stand in for one another, and this chain is longer: ${shown}.`;
      found.push(tree.mistake(at, 'value', { code: 'value', text }));
      break;
    }
  }
  return found;
}

/** The short names of the events that a route may hear of, and `unknown`. */
export function typesOf({ events: wanted, unchecked }: Pick<RouteOutline, 'events' | 'unchecked'>, { events, glob }: Known): string[] {
  if (wanted === undefined) return [...events.map(({ type }) => type), 'unknown'];
  const fits = events.filter(({ type, wire }) => wanted.some(({ text }) => glob(text, type) || wire.some((one) => glob(text, one))));
  return [...fits.map(({ type }) => type), ...(unchecked ? ['unknown'] : [])];
}

/** Routes that can never match, because a route above takes all their events and stops. */
export function unreachable(tree: Tree, { routes }: Outline, known: Known): Mistake[] {
  const all = typesOf({ unchecked: false }, known);
  const taken = new Map<string, string>();
  const found: Mistake[] = [];
  for (const route of routes) {
    const types = typesOf(route, known);
    const by = new Set(types.map((type) => taken.get(type)));
    if (types.length > 0 && !by.has(undefined)) {
      const names = [...by].map((name) => `\`${name}\``).join(' and ');
      const text = `This route is never reached: ${names} above ${by.size === 1 ? 'takes' : 'take'} all its events and ${by.size === 1 ? 'stops' : 'stop'}.`;
      found.push(tree.mistake(route.name?.path ?? route.path, 'value', { code: 'advice', level: 'warning', text }));
    }
    // A wire name takes only one form of its event, so nothing is concluded from it.
    const certain = route.events === undefined ? all : types.filter((type) => route.events!.some(({ text }) => known.glob(text, type)));
    if (route.enabled && route.stop && route.blocks.length === 0)
      for (const type of certain) if (!taken.has(type)) taken.set(type, route.name?.text ?? '?');
  }
  return found;
}
