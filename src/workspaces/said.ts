// When a thing was said, for whatever the later word wins: by event time; of two at one time the later received is the later word. Pure.

export type Said = { at: number; receivedAt: number; id: string };

export const compareSaid = (a: Said, b: Said): number =>
  a.at - b.at || a.receivedAt - b.receivedAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

export const isLater = (one: Said, other: Said | undefined): boolean => other === undefined || compareSaid(one, other) > 0;

export const saidOf = ({ at, receivedAt, id }: Said): Said => ({ at, receivedAt, id });
