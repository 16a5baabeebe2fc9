// One question for each of many workspaces, as fast as the client lets them go: for the auditor, after a downtime and for the command line.
import type { RelayError } from '../errors.ts';
import type { WorkspaceNow } from './answer.ts';
import type { PartnerApi } from './client.ts';

export type Asked = {
  asked: number;
  /** No such workspace, or none of this partner's. */
  missing: string[];
  /** Also those that were not asked for any more, after a refusal of the credentials. */
  failed: string[];
  /** The last failure. */
  error?: RelayError;
};

/** As many as are asked in a second: an API that takes long is not waited for one by one. */
const together = 5;

export async function askAll(
  ids: Iterable<string>,
  api: Pick<PartnerApi, 'workspace'>,
  each: (workspace: WorkspaceNow) => Promise<void> | void,
  progress: (asked: number) => void = () => {},
): Promise<Asked> {
  const result: Asked = { asked: 0, missing: [], failed: [] };
  const left = ids[Symbol.iterator]();
  let refused = false;
  const worker = async () => {
    for (let next = left.next(); !next.done; next = left.next()) {
      const id = next.value;
      if (refused) {
        result.failed.push(id);
        continue;
      }
      try {
        const answer = await api.workspace(id);
        if (answer === undefined) result.missing.push(id);
        else await each(answer);
      } catch (error) {
        result.failed.push(id);
        result.error = error as RelayError;
        refused = (error as Partial<RelayError>).code === 'partner_api.refused';
      }
      result.asked += 1;
      progress(result.asked);
    }
  };
  await Promise.all(Array.from({ length: together }, worker));
  return result;
}
