// What happens now, for whoever watches: a small hub between what the relay does and the streams of the admin side. Plain data, as it is; whoever
// shows it masks it. Without watchers it costs one comparison. app.ts makes it, admin/live.ts streams it.
import type { Delivery } from './delivery.ts';
import type { EventType, Severity } from './model.ts';
import type { Done, Turned, Work } from './store/store.ts';

export type News =
  | { kind: 'event'; id: string; type: EventType; severity: Severity; workspace: string; outcome: string }
  | { kind: 'delivery'; id: string; destination: string; state: 'delivered' | 'pending' | 'dead'; event?: string; incident?: string }
  | ({ kind: 'incident' } & Turned)
  | { kind: 'rules'; revision: string }
  /** The operator is told. */
  | { kind: 'notice'; code: string; subject: string };
export type Happening = News & { at: number };

export type Watcher = {
  /** What came since it was last asked; `missed`: how many found no room. */
  take(): { news: Happening[]; missed: number };
  leave(): void;
};
type Watching = { news: Happening[]; missed: number; wake(): void; end(): void };

export type Live = {
  publish(news: News): void;
  /** Of a piece of work of the ledger. */
  did(work: Work, done: Done): void;
  /** An outcome of this delivery is on disk. */
  settled(delivery: Delivery, state: 'delivered' | 'pending' | 'dead'): void;
  /** `wake`: something is there to be taken; `end`: nothing will come any more. undefined: too many watch already. */
  watch(wake: () => void, end: () => void): Watcher | undefined;
  /** The relay stops: every stream ends. */
  close(): void;
};

export function createLive({ now, most = 50, room = 200 }: { now(): number; most?: number; room?: number }): Live {
  const watchers = new Set<Watching>();
  let closed = false;

  const publish = (news: News): void => {
    if (watchers.size === 0) return;
    const happening = { ...news, at: now() };
    for (const one of watchers) {
      // One that does not read must not fill the memory: what is oldest goes.
      if (one.news.length >= room) {
        one.news.shift();
        one.missed++;
      }
      one.news.push(happening);
      one.wake();
    }
  };

  return {
    publish,
    did: (work, done) => {
      if (watchers.size === 0) return;
      if (work.do === 'decide' && done.did === 'decide') {
        const { input } = work;
        if (input.kind === 'event') publish(eventNews(input.event, done));
        if (input.kind === 'relay') publish({ kind: 'notice', code: input.notice.code, subject: input.notice.subject });
      }
      if (done.did === 'decide' || done.did === 'settle') for (const turned of done.turned ?? []) publish({ kind: 'incident', ...turned });
    },
    settled: ({ id, destination, eventId, incidentKey }, state) => {
      if (watchers.size === 0) return;
      const of = { ...(eventId !== undefined && { event: eventId }), ...(incidentKey !== undefined && { incident: incidentKey }) };
      publish({ kind: 'delivery', id, destination, state, ...of });
    },
    watch: (wake, end) => {
      if (closed || watchers.size >= most) return undefined;
      const one: Watching = { news: [], missed: 0, wake, end };
      watchers.add(one);
      return {
        take: () => {
          const { news, missed } = one;
          Object.assign(one, { news: [], missed: 0 });
          return { news, missed };
        },
        leave: () => void watchers.delete(one),
      };
    },
    close: () => {
      closed = true;
      for (const one of watchers) one.end();
      watchers.clear();
    },
  };
}

type EventInput = Extract<Extract<Work, { do: 'decide' }>['input'], { kind: 'event' }>['event'];

function eventNews({ id, type, severity, workspaceId }: EventInput, done: Extract<Done, { did: 'decide' }>): News {
  const outcome = done.outcome ?? 'undecided';
  return { kind: 'event', id: done.eventId ?? id, type, severity, workspace: workspaceId, outcome };
}
