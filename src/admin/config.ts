// The files in force: what they are, reading them anew, and judging a text before it is saved.
import { z } from 'zod';
import type { Mistake } from '../rules/mistake.ts';
import { configState, judgement, problemAnswer, rulesProblem } from './answers.ts';
import { changed } from './changed.ts';
import { type Hide, tellMistake } from './mask.ts';
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
      const { since, ...state } = parts.inForce.state();
      return { ...apart(state, parts.inForce.mask), since: iso(since) };
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
      const judged = apart(await parts.inForce.reload(), parts.inForce.mask);
      await changed(parts, request, { what: 'reload', ok: judged.ok, revision: judged.revision }, request.body.reason);
      if (judged.ok) return judged;
      const { mistakes, warnings, text } = judged;
      const said = problem(
        'rules.bad',
        request.id,
        `The files have ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}; the rules in force stay.`,
      );
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
    async (request) => apart(await parts.judgeRoutes(request.body.routes), parts.inForce.mask),
  );
}

/** A bad set of files brings its warnings among its mistakes, in the order of their lines; a program wants to know how many really block it. */
function apart<T extends { mistakes: Mistake[]; warnings: Mistake[] }>(judged: T, mask: Hide): T {
  const all = [...judged.mistakes, ...judged.warnings].map((one) => tellMistake(one, mask));
  return { ...judged, mistakes: all.filter((one) => one.level === 'error'), warnings: all.filter((one) => one.level === 'warning') };
}
