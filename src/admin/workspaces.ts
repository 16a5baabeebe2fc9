// Workspaces of the API: the deletion of what is kept of one.
import { z } from 'zod';
import { mentioner } from '../store/mention.ts';
import { problemAnswer } from './answers.ts';
import { changed } from './changed.ts';
import type { AdminParts, Api } from './parts.ts';
import { byId, why } from './questions.ts';

const rows = z.record(z.string(), z.int());

export function workspaceRoutes(app: Api, parts: AdminParts): void {
  app.delete(
    '/api/v1/workspaces/:id/data',
    {
      schema: {
        summary: 'Deletes what is kept of a workspace, and says what is left of it; there is no way back',
        tags: ['workspaces'],
        params: byId,
        body: z.strictObject({ reason: why }),
        response: {
          200: z.object({
            workspace: z.string(),
            deleted: rows.describe('rows by table'),
            cancelled: z.int().describe('messages that are not sent any more'),
            under_way: z.int().describe('messages that were on their way already and may arrive'),
            left: rows.describe('rows in which the id still stands, by table: empty where nothing does'),
            in_files: z.boolean().describe('whether files of CONFIG_DIR name it, of which the store keeps the last good copy'),
            compacted: z.boolean().describe('false: the file may still hold bytes of deleted rows, see docs/privacy.md'),
          }),
          default: problemAnswer,
        },
      },
    },
    async (request) => {
      const { deleted, cancelled, underWay, left, inFiles, compacted } = await parts.forget(request.params.id);
      const answer = { deleted, cancelled, under_way: underWay, left, in_files: inFiles, compacted };
      // Log and audit outlive it: they do not keep the id that was to be forgotten, nor a reason that names it.
      const { reason } = request.body;
      const why = mentioner(request.params.id)(reason) ? 'a reason that names the workspace, which is not kept' : reason;
      await changed(parts, request, { what: 'forget', ...answer }, why);
      return { workspace: request.params.id, ...answer };
    },
  );
}
