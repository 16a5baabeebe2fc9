// The files in force: what they are, reading them anew, and judging a text before it is saved.
import { z } from 'zod';
import { configState, judgement, problemAnswer, rulesProblem } from './answers.ts';
import { changed } from './changed.ts';
import type { AdminParts, Api } from './parts.ts';
import { problem, problemType } from './problem.ts';
import { why } from './questions.ts';
import { iso } from './show.ts';

export function configRoutes(app: Api, parts: AdminParts): void {
  app.get(
    '/api/v1/config',
    {
      schema: {
        summary: 'Which files are in force, since when, and what is wrong with them',
        tags: ['config'],
        response: { 200: configState, default: problemAnswer },
      },
    },
    () => {
      const { revision, from, since, degraded, mistakes, warnings } = parts.inForce.state();
      return { revision, from, since: iso(since), degraded, mistakes, warnings };
    },
  );

  app.post(
    '/api/v1/config/reload',
    {
      schema: {
        summary: 'Reads the files anew; a file with a mistake changes nothing',
        tags: ['config'],
        body: z.strictObject({ reason: why.optional() }),
        response: { 200: judgement, 422: rulesProblem, default: problemAnswer },
      },
    },
    async (request, reply) => {
      const judged = await parts.inForce.reload();
      changed(parts, request, { what: 'reload', ok: judged.ok, revision: judged.revision }, request.body.reason);
      if (judged.ok) return judged;
      const { mistakes, warnings, text } = judged;
      const said = problem('rules.bad', request.id, `The files have ${mistakes.length} mistakes; the rules in force stay.`);
      return reply
        .code(422)
        .type(problemType)
        .send({ ...said, mistakes, warnings, text });
    },
  );

  app.post(
    '/api/v1/config/check',
    {
      schema: {
        summary: 'Judges a text as if it were routes.yaml; nothing changes',
        tags: ['config'],
        body: z.strictObject({ routes: z.string().describe('the whole text of routes.yaml') }),
        response: { 200: judgement, default: problemAnswer },
      },
    },
    (request) => parts.judgeRoutes(request.body.routes),
  );
}
