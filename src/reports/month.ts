// A month by the clocks of one place, as instants. Pure; whoever knows time zones hands over how a wall time becomes an instant.

/** A month by the clocks of one place. `until`: its end, or now where it still runs. `days`: when each of its days begins. */
export type Month = { name: string; timezone: string; from: number; until: number; days: readonly number[] };

const dayMs = 86_400_000;

/** `name`: `2026-11`. `instant`: of a date and time there, written as if that were UTC. undefined where there is no such month, or it has not begun. */
export function monthOf(
  name: string,
  timezone: string,
  now: number,
  instant: (timezone: string, wall: number) => number,
): Month | undefined {
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(name) ?? [];
  if (year === undefined || month === undefined) return undefined;
  const first = Date.UTC(Number(year), Number(month) - 1, 1);
  const next = Date.UTC(Number(year), Number(month), 1);
  const days: number[] = [];
  for (let date = first; date < next; date += dayMs) days.push(instant(timezone, date));
  const from = days[0]!;
  if (from >= now) return undefined;
  const until = Math.min(instant(timezone, next), now);
  return { name, timezone, from, until, days: days.filter((begin) => begin < until) };
}
