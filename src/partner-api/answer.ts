// What the Partner API says of a workspace, in the relay's own terms. Tolerant: a field that is new, missing or of another form spoils nothing
// but itself; only an answer that is about no workspace is refused.
import { z } from 'zod';

export type NumberNow = {
  id?: string;
  phone?: string;
  userId?: string;
  connected: boolean;
  /** The vendor's own word; `connected` is the only one he documents. */
  status?: string;
  /** When it was last linked. A number that waits for its first link has none. */
  connectedAt?: number;
};

export type WorkspaceNow = {
  id: string;
  name?: string;
  /** Absent where the answer does not speak of numbers, which is not the same as none. */
  numbers?: NumberNow[];
  /** When it was asked for: what happened after that it cannot know. */
  askedAt: number;
};

const id = z
  .union([z.string().trim().min(1), z.int()])
  .transform(String)
  .optional()
  .catch(undefined);
const text = z.string().trim().min(1).optional().catch(undefined);

const number = z.object({
  whatsapp_account_id: id,
  phone_number_e164: id,
  // As the reply to a disconnect names it.
  phone_number: id,
  user_id: id,
  connected: z.boolean().optional().catch(undefined),
  connection_status: text,
  connected_at: text,
});

const workspace = z.object({
  workspace_id: id,
  display_name: text,
  whatsapp_accounts: z.array(number.catch({})).optional().catch(undefined),
});

/** undefined: this is about no workspace, or about another one. */
export function readWorkspace(asked: string, body: unknown, askedAt: number): WorkspaceNow | undefined {
  const found = workspace.safeParse(lifted(body));
  if (!found.success || found.data.workspace_id !== asked) return undefined;
  const { display_name: name, whatsapp_accounts: accounts } = found.data;
  return {
    id: asked,
    ...(name === undefined ? {} : { name: name.slice(0, 200) }),
    ...(accounts === undefined ? {} : { numbers: accounts.map(readNumber) }),
    askedAt,
  };
}

/** The vendor's overview wraps bodies in `data`; his schema does not. */
function lifted(body: unknown): unknown {
  const { data, workspace_id: own } = (body ?? {}) as { data?: unknown; workspace_id?: unknown };
  return own === undefined && typeof data === 'object' && data !== null ? data : body;
}

function readNumber(found: z.infer<typeof number>): NumberNow {
  const { whatsapp_account_id: account, user_id: userId, connection_status: status } = found;
  const phone = found.phone_number_e164 ?? found.phone_number;
  const connectedAt = readTime(found.connected_at);
  return {
    ...(account === undefined ? {} : { id: account }),
    ...(phone === undefined ? {} : { phone }),
    ...(userId === undefined ? {} : { userId }),
    connected: found.connected ?? status?.toLowerCase() === 'connected',
    ...(status === undefined ? {} : { status }),
    ...(connectedAt === undefined ? {} : { connectedAt }),
  };
}

/** A time without a zone is UTC. */
function readTime(found: string | undefined): number | undefined {
  const at = Date.parse(found !== undefined && /\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(found) ? `${found}Z` : (found ?? ''));
  return Number.isNaN(at) ? undefined : at;
}

const errorBody = z.object({ error: z.string(), description: text });

/** `{"error": code, "description"?: text}`; undefined: the answer does not come from the Partner API itself. */
export function readError(body: unknown): string | undefined {
  const found = errorBody.safeParse(body);
  return found.success ? found.data.error.slice(0, 100) : undefined;
}
