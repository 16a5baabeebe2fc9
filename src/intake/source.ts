// What the source's silence and its refusals mean for the operator: a changed secret silences everything, and so does a dead webhook setting.

export type Source = {
  /** A webhook could not be verified. Answers how many were within ten minutes when the fifth is reached, once until it has been calm again. */
  refused(now: number): number | undefined;
  /** A genuine webhook came. */
  heard(now: number): void;
  lastHeardAt(): number;
};

const windowMs = 600_000;
const enough = 5;

export function watchSource(lastHeardAt: number): Source {
  let refusals: number[] = [];
  let told = false;
  let heardAt = lastHeardAt;
  return {
    refused: (now) => {
      // The count is capped: a flood must cost nothing.
      refusals = [...refusals.filter((at) => at > now - windowMs), now].slice(-enough);
      if (refusals.length < enough) told = false;
      if (told || refusals.length < enough) return undefined;
      told = true;
      return refusals.length;
    },
    heard: (now) => {
      heardAt = now;
    },
    lastHeardAt: () => heardAt,
  };
}
