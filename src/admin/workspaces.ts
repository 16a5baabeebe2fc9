// Workspaces of the API: the list, one of them with all that is known of it, and the deletion of what is kept of one.
import { z } from 'zod';
import { RelayError } from '../errors.ts';
import { mentionsOfWorkspace } from '../store/mention.ts';
import { orders } from '../workspaces/listed.ts';
import { page, problemAnswer } from './answers.ts';
import { changed } from './changed.ts';
import { findWorkspace, listWorkspaces } from './known-workspaces.ts';
import type { AdminParts, Api } from './parts.ts';
import { byId, filterName, paging, why, yesNo } from './questions.ts';
import { showWorkspace, showWorkspaceDetail } from './show-workspace.ts';
import { forgotten, stage, workspaceDetail, workspaceItem } from './workspace-answers.ts';

/** Shared with the page. */
export const listFilters = {
  search: z.string().trim().min(1).max(200).optional().describe('words that all stand in the id, the name or the owner_email'),
  tag: filterName,
  segment: filterName.describe('a segment of routes.yaml'),
  state: stage.optional(),
};

export function workspaceRoutes(app: Api, parts: AdminParts): void {
  app.get(
    '/api/v1/workspaces',
    {
      schema: {
        summary: 'Every workspace of the table and every one that an event ever named, as it stands now',
        tags: ['workspaces'],
        querystring: z.strictObject({
          ...listFilters,
          open: yesNo.optional().describe('whether it has an open incident'),
          sort: z.enum(orders).default('name'),
          ...paging,
        }),
        response: {
          200: page(workspaceItem).extend({
            total: z.int().describe('how many fit'),
            behind: z.boolean().describe('so much came in at once that a workspace that nobody knew before may be missing for now'),
          }),
          default: problemAnswer,
        },
      },
    },
    async (request) => {
      const { items, ...more } = await listWorkspaces(parts, request.query);
      const now = parts.now();
      return { items: items.map((one) => showWorkspace(one, parts.inForce.mask, now)), ...more };
    },
  );

  app.get(
    '/api/v1/workspaces/:id',
    {
      schema: {
        summary: 'One workspace: its numbers, quotas, seats, open incidents, last events, and its row of the table',
        tags: ['workspaces'],
        params: byId,
        response: { 200: workspaceDetail, default: problemAnswer },
      },
    },
    async (request) => showWorkspaceDetail(await findWorkspace(parts, request.params.id), parts.inForce.mask, parts.now()),
  );

  app.delete(
    '/api/v1/workspaces/:id/data',
    {
      schema: {
        summary: 'Deletes what is kept of a workspace, and says what is left of it; there is no way back',
        tags: ['workspaces'],
        params: byId,
        body: z.strictObject({ reason: why }),
        response: {
          200: forgotten,
          default: problemAnswer,
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { reason } = request.body;
      // Log and audit outlive it: they do not keep the id that was to be forgotten, nor a reason that names it.
      const why = mentionsOfWorkspace(id).written(reason) ? 'a reason that names the workspace, which is not kept' : reason;
      try {
        const { deleted, cancelled, underWay, left, inFiles, compacted } = await parts.forget(id);
        const answer = { deleted, cancelled, under_way: underWay, left, in_files: inFiles, compacted };
        await changed(parts, request, { what: 'forget', ...answer }, why);
        return { workspace: id, ...answer };
      } catch (error) {
        // Part of it is done, and there is no way back.
        await changed(parts, request, { what: 'forget', unfinished: error instanceof RelayError ? error.code : 'relay.fault' }, why);
        throw error;
      }
    },
  );
}
