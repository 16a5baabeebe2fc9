// The webhook that a call speaks of: a file's body as it stands, or one made up for a name. Read as the relay would read it.
import { readFileSync } from 'node:fs';
import { readBody } from '../admin/mask.ts';
import type { InForce } from '../in-force/in-force.ts';
import type { Received } from '../in-force/on-paper.ts';
import { eventNamed, type Particulars, sampleWebhook } from '../in-force/sample-webhook.ts';
import { parse } from '../intake/parse.ts';
import { eventTypes, type Proof } from '../model.ts';
import type { Settings } from '../settings.ts';
import { WrongCall } from './command.ts';

/** `workspace`, where it is given, takes the place of the file's own. */
export function webhookText(name: string, particulars: Particulars, workspace?: string): string {
  if (eventNamed(name) !== undefined) return JSON.stringify(sampleWebhook(name, particulars));
  let text: string;
  try {
    text = readFileSync(name, 'utf8');
  } catch {
    throw new WrongCall(`--event is "${name}": neither an event (${eventTypes.join(', ')}) nor a file that can be read.`);
  }
  return workspace === undefined ? text : movedTo(text, workspace);
}

function movedTo(text: string, workspace: string): string {
  const body = readBody(text);
  if (typeof body !== 'object' || body === null) return text;
  const { data } = body as { data?: object };
  const flat = 'workspace_id' in body || typeof data !== 'object' || data === null;
  return JSON.stringify(flat ? { ...body, workspace_id: workspace } : { ...body, data: { ...data, workspace_id: workspace } });
}

/** As if it came in at `at`, proven the way that this relay's settings let it in. */
export function receive(text: string, at: number, inForce: InForce, settings: Settings): Received {
  const named = partnerIn(text);
  const proof = proofFor(inForce, settings);
  const partner = named ?? partnerOf(inForce, settings);
  return parse(Buffer.from(text), {
    id: 'e_on_paper',
    proof,
    receivedAt: at,
    ...(proof === 'signature' ? { partner } : {}),
  });
}

/** Who would sign a made-up webhook. */
export const partnerOf = (inForce: InForce, { partnerId }: Settings): string => inForce.partners()[0]?.id ?? partnerId ?? 'partner_12345';

function proofFor(inForce: InForce, { webhookToken, allowUnsigned }: Settings): Proof {
  if (inForce.partners().length > 0) return 'signature';
  if (webhookToken !== undefined) return 'token';
  return allowUnsigned ? 'unsigned' : 'signature';
}

function partnerIn(text: string): string | undefined {
  const body = readBody(text);
  if (typeof body !== 'object' || body === null) return undefined;
  const { partner_id, data } = body as { partner_id?: unknown; data?: { partner_id?: unknown } | null };
  const id = partner_id ?? data?.partner_id;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}
