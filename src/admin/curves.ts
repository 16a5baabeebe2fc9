// The curves of the page Now as data: what happened in the last hour by the minute, or in the last day by ten minutes, counted since the relay started.
import { z } from 'zod';
import { curves, problemAnswer } from './answers.ts';
import type { Step } from './minutes.ts';
import type { AdminParts, Api } from './parts.ts';
import { iso } from './show.ts';

export const spans = { hour: { minutes: 1, steps: 60 }, day: { minutes: 10, steps: 144 } } as const;
export type Span = keyof typeof spans;

export function curveRoutes(app: Api, parts: AdminParts): void {
  app.get(
    '/api/v1/figures',
    {
      schema: {
        summary: 'Events, messages and how long they took: the last hour by the minute, or the last day by ten minutes',
        tags: ['figures'],
        querystring: z.strictObject({ span: z.enum(['hour', 'day']).default('hour') }),
        response: { 200: curves, default: problemAnswer },
      },
    },
    (request) => curvesOf(parts, request.query.span),
  );
}

/** Columns, as charts want them. */
function curvesOf({ figures, now }: Pick<AdminParts, 'figures' | 'now'>, span: Span): z.output<typeof curves> {
  const { minutes, steps } = spans[span];
  const { since } = figures.read;
  const stepMs = minutes * 60_000;
  const all = figures.read.minutes.steps(minutes, steps, now());
  // Nothing is known of what was before the start, and a 0 there would say that nothing came.
  const column = (of: (step: Step) => number | undefined) => all.map((step) => (step.at + stepMs > since ? (of(step) ?? null) : null));
  return {
    span,
    since: iso(since),
    step_seconds: stepMs / 1000,
    at: all.map(({ at }) => iso(at)),
    events: column((step) => step.events),
    delivered: column((step) => step.delivered),
    failed: column((step) => step.failed),
    dead: column((step) => step.dead),
    delay_median_ms: column((step) => step.delays && Math.round(step.delays.median)),
    delay_p95_ms: column((step) => step.delays && Math.round(step.delays.p95)),
  };
}
