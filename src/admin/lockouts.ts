// Lockouts worth telling: once for each address and minute, and not more than thirty an hour, for nobody needs a token to be locked out, and a flood
// from many addresses must not fill log and store. Pure but for its bounded memory; the clock is handed in.
export type Lockout = {
  address: string;
  /** Others since the last that was told. */
  untold: number;
};

const everyMs = 60_000;
const hourMs = 3_600_000;

export function createLockouts({ mostAnHour = 30 } = {}): (address: string, now: number) => Lockout | undefined {
  let told: { address: string; at: number }[] = [];
  let untold = 0;
  return (address, now) => {
    told = told.filter(({ at }) => at > now - hourMs && at <= now);
    // Where a guesser goes on, one lock follows the other: that is one to him.
    if (told.some((one) => one.address === address && one.at > now - everyMs)) return undefined;
    if (told.length >= mostAnHour) {
      untold += 1;
      return undefined;
    }
    told.push({ address, at: now });
    const lockout = { address, untold };
    untold = 0;
    return lockout;
  };
}
