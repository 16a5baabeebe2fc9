// What a lane must know of its destination: the file's word, else the plug-in's, else a default.
import { createHash } from 'node:crypto';
import type { Rules } from '../rules/rules.ts';
import type { DestinationLane } from './lanes.ts';
import type { LoadedPlugins } from './plug-ins.ts';

export const defaultTimeoutMs = 15_000;
const defaultConcurrency = 8;

export const laneSettings = ({ destinations }: Rules, { plugins }: LoadedPlugins): DestinationLane[] =>
  Object.values(destinations).map((destination) => {
    const limits = plugins.get(destination.plugin)?.limits ?? {};
    const perSecond = destination.perSecond ?? limits.perSecond;
    return {
      name: destination.name,
      concurrency: destination.concurrency ?? limits.concurrency ?? defaultConcurrency,
      timeoutMs: destination.timeoutMs ?? limits.timeoutMs ?? defaultTimeoutMs,
      ...(perSecond === undefined ? {} : { perSecond }),
      // Secrets count too, so that a mended password frees a held destination; a hash, so that none is kept here.
      fingerprint: createHash('sha256').update(JSON.stringify(destination)).digest('base64'),
    };
  });
