// Whether a plug-in's options fit its schema, while some are still `{{workspace.x}}` and all of them are text.
import type { z } from 'zod';
import { inWords, keysAt } from './issues.ts';
import type { Mistake } from './mistake.ts';
import { destinationKeys } from './schema.ts';
import type { Path, Tree } from './tree.ts';

type Issue = z.core.$ZodIssue;

export const filling = /\{\{\{?([^{}]*)\}?\}\}/g;

/** What a column may turn out to hold: an option that takes one of these takes a filled-in value. */
const standIns = ['x', 'x@example.com', 'https://example.com/x', '#x', '1', '+34600000000'];

export function againstSchema(
  tree: Tree,
  path: Path,
  plugin: { type: string; options: z.ZodType },
  options: Record<string, unknown>,
  skip: ReadonlySet<string>,
): Mistake[] {
  try {
    const isTemplated = JSON.stringify(options).includes('{{');
    const tries = (isTemplated ? standIns : ['x']).map((standIn) => {
      const filled = plainCopy(options, (text) => text.replace(filling, standIn));
      return fitted(plugin.options, filled, options);
    });
    const key = ({ path: at, code }: Issue) => JSON.stringify([at, code]);
    const others = tries.slice(1).map((issues) => new Set(issues.map(key)));
    const always = tries[0]!.filter((issue) => others.every((one) => one.has(key(issue))));
    const kept = always.filter((issue) => !skip.has(JSON.stringify([...path, ...issue.path])));
    const known = [...keysAt(plugin.options, []), ...Object.keys(destinationKeys)];
    return inWords(tree, path, kept, (below) => (below.length === 0 ? known : keysAt(plugin.options, below)));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const text = `The plug-in \`${plugin.type}\` failed while it checked its options (${why}). Its messages may fail; everything else goes on.`;
    return [tree.mistake([...path, 'plugin'], 'value', { code: 'plugin', level: 'warning', text })];
  }
}

/** Parses, and where only a number or boolean was wanted instead of text, turns that text into one, in `kept` too. */
function fitted(schema: z.ZodType, filled: unknown, kept: Record<string, unknown>): readonly Issue[] {
  for (let round = 0; round < 8; round++) {
    const issues = issuesOf(schema, filled);
    if (issues.length === 0) return [];
    let changed = false;
    for (const { path, value } of wantsOther(issues, [], filled)) {
      put(filled, path, value);
      if (!String(at(kept, path)).includes('{{')) put(kept, path, value);
      changed = true;
    }
    if (!changed) return issues;
  }
  return [];
}

/** A plug-in may bring a schema of another library: then only path and words are known. */
function issuesOf(schema: z.ZodType, value: unknown): readonly Issue[] {
  if (typeof schema.safeParse === 'function') return schema.safeParse(value).error?.issues ?? [];
  const result = schema['~standard'].validate(value);
  if (result instanceof Promise) return [];
  return (result.issues ?? []).map(({ path = [], message }) => {
    const keys = path.map((step) => (typeof step === 'object' ? step.key : step));
    return { code: 'custom', path: keys, message, input: undefined } as Issue;
  });
}

function wantsOther(issues: readonly Issue[], above: Path, value: unknown): { path: Path; value: unknown }[] {
  return issues.flatMap((issue): { path: Path; value: unknown }[] => {
    const path = [...above, ...(issue.path as Path)];
    if (issue.code === 'invalid_union') return issue.errors.flatMap((form) => wantsOther(form, path, value)).slice(0, 1);
    const text = at(value, path);
    if (typeof text !== 'string') return [];
    const wanted = issue.code === 'invalid_type' ? issue.expected : issue.code === 'invalid_value' ? typeof issue.values[0] : '';
    if (wanted === 'boolean' && /^(yes|no|true|false)$/.test(text)) return [{ path, value: text === 'yes' || text === 'true' }];
    if (/^(number|int)$/.test(wanted) && /^-?\d+(\.\d+)?$/.test(text)) return [{ path, value: Number(text) }];
    return [];
  });
}

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((here, step) => (here as Record<string | number, unknown> | undefined)?.[step], value);

export function put(value: unknown, path: Path, leaf: unknown): void {
  const above = at(value, path.slice(0, -1)) as Record<string | number, unknown>;
  above[path.at(-1)!] = leaf;
}

export const plainCopy = (value: unknown, each: (text: string) => unknown = (text) => text): unknown => {
  if (typeof value === 'string') return each(value);
  if (Array.isArray(value)) return value.map((one) => plainCopy(one, each));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plainCopy(one, each)]));
};
