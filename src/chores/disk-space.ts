// How much room the store has left, measured on the relay's loop, so that a full disk is told of before webhooks are turned away.
import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { RelayNotice } from '../delivery.ts';
import type { Logger } from '../plugin.ts';
import { fileOf } from '../store/file-of.ts';

/** In bytes. */
export type Space = {
  free: number;
  disk: number;
  /** The database with its log. */
  store: number;
};

const gib = 1024 ** 3;
const mib = 1024 ** 2;
/** Both must be so: a tenth of a large disk is plenty, and 2 GiB are more than a small one ever has. */
const little = { share: 0.1, bytes: 2 * gib };
/** Over only with a quarter more than that, so that it does not go back and forth at the brink. */
const enoughAgain = 1.25;

export function isNearFull({ free, disk }: Pick<Space, 'free' | 'disk'>, before: boolean): boolean {
  const margin = before ? enoughAgain : 1;
  return free < disk * little.share * margin && free < little.bytes * margin;
}

/** undefined: the store lies on no disk of ours. */
export const measureOf = (databaseUrl: string): (() => Promise<Space>) | undefined =>
  databaseUrl.startsWith('sqlite:') ? () => measure(fileOf(databaseUrl)) : undefined;

async function measure(file: string): Promise<Space> {
  const size = async (path: string) =>
    stat(path).then(
      (found) => found.size,
      () => 0,
    );
  const [{ bavail, blocks, bsize }, ...sizes] = await Promise.all([statfs(dirname(file)), size(file), size(`${file}-wal`)]);
  return { free: bavail * bsize, disk: blocks * bsize, store: sizes.reduce((sum, one) => sum + one, 0) };
}

export type SpaceWatch = {
  measure: (() => Promise<Space>) | undefined;
  /** Measures, unless that is under way: a disk over the network may hang, and need not be waited for. Never rejects. */
  run(): Promise<void>;
  /** While there is little left. */
  degraded(): RelayNotice[];
};

export function watchSpace(parts: {
  measure: SpaceWatch['measure'];
  tell(notice: RelayNotice): void;
  log: Pick<Logger, 'info' | 'warn'>;
}): SpaceWatch {
  const { measure, tell, log } = parts;
  let notice: RelayNotice | undefined;
  let unmeasured = false;
  let measuring: Promise<void> | undefined;

  async function look(): Promise<void> {
    if (measure === undefined) return;
    let space: Space;
    try {
      space = await measure();
      unmeasured = false;
    } catch (error) {
      // Whether the store can be written is found out by writing; this is only the warning before.
      if (!unmeasured) log.warn({ error: String(error) }, 'space.not_measured');
      unmeasured = true;
      return;
    }
    const before = notice;
    notice = isNearFull(space, before !== undefined) ? noticeOf(space) : undefined;
    if (notice !== undefined && before === undefined) tell(notice);
    if (notice === undefined && before !== undefined) log.info({ free: space.free }, 'store.has_room_again');
  }

  return {
    measure,
    run: () => {
      measuring ??= look().finally(() => {
        measuring = undefined;
      });
      return measuring;
    },
    degraded: () => (notice === undefined ? [] : [notice]),
  };
}

const noticeOf = ({ free, disk, store }: Space): RelayNotice => ({
  code: 'store.near_full',
  subject: 'store',
  text: `${sizeOf(free)} of ${sizeOf(disk)} is free where the store lies (${Math.floor((100 * free) / disk)} %); the store has ${sizeOf(store)}. When nothing is left, webhooks are answered 503, and TimelinesAI says each thing once. Free space, or give the disk more.`,
});

/** `1.4 GiB`, `812 MiB`. */
export function sizeOf(bytes: number): string {
  const [amount, unit] = bytes >= gib ? [bytes / gib, 'GiB'] : bytes >= mib ? [bytes / mib, 'MiB'] : [bytes / 1024, 'KiB'];
  return `${amount >= 10 ? Math.round(amount) : Math.round(amount * 10) / 10} ${unit}`;
}
