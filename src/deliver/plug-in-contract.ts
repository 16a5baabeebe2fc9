// What a plug-in file must export to be one, and what the relay reads from it without running it: its options, which of them are secret.
import type { PluginDefinition } from '../plugin.ts';

const formats = ['text', 'json', 'slack', 'html'];

/** Everything that is wrong with a default export, in words. Empty = it is a plug-in. */
export function contractFaults(exported: unknown): string[] {
  if (typeof exported !== 'object' || exported === null) return ['it has no default export; write `export default definePlugin({ … })`'];
  const plugin = exported as Record<string, unknown>;
  const faults: string[] = [];
  const { type, apiVersion, options, content, limits } = plugin;
  if (apiVersion !== 1)
    faults.push(
      apiVersion === undefined
        ? 'it says no `apiVersion`; write `apiVersion: 1`'
        : `it is written for version ${apiVersion} of the plug-in contract, this relay knows version 1`,
    );
  if (typeof type !== 'string' || !/^[a-z][a-z0-9-]*$/.test(type))
    faults.push('its `type` must be a word of small letters, digits and hyphens: the word after `plugin:` in routes.yaml');
  if (typeof (options as Schema | undefined)?.['~standard']?.validate !== 'function')
    faults.push('its `options` must be a schema, `z.strictObject({ … })` from zod');
  if (!formats.includes((content as { format?: string } | undefined)?.format ?? ''))
    faults.push(`its \`content.format\` must be one of ${formats.join(', ')}`);
  if (typeof plugin.create !== 'function') faults.push('it has no `create(options)` that returns `{ send }`');
  for (const name of ['target', 'allowPrivate'])
    if (plugin[name] !== undefined && typeof plugin[name] !== 'function') faults.push(`its \`${name}\` must be a function of the options`);
  for (const [name, value] of Object.entries((limits ?? {}) as Record<string, unknown>))
    if (typeof value !== 'number' || !(value > 0)) faults.push(`its \`limits.${name}\` must be a number above 0`);
  if (plugin.rawEvent && type !== 'http') faults.push('`rawEvent` is for http alone: the webhook as received holds full phone numbers');
  return faults;
}

export type OptionInfo = { name: string; required: boolean; secret: boolean; description?: string };
export type PluginInfo = {
  type: string;
  version?: string;
  description?: string;
  options: OptionInfo[];
  /** Names of the secret ones; inside an object by path, `auth.password`. */
  secrets: string[];
  /** Options in which `{{…}}` is over the message and not over the workspace. */
  templates: string[];
  /** JSON Schema (draft 7) of the options as they are written; absent where the schema cannot be told as one. */
  schema?: Record<string, unknown>;
};

export function pluginInfo({ type, version, description, options, content }: PluginDefinition): PluginInfo {
  const schema = jsonSchemaOf(options);
  const properties = Object.entries(schema?.properties ?? {});
  return {
    type,
    ...(version === undefined ? {} : { version }),
    ...(description === undefined ? {} : { description }),
    options: properties.map(([name, property]) => ({
      name,
      required: schema?.required?.includes(name) ?? false,
      secret: secretPaths(property, name).length > 0,
      ...(property.description === undefined ? {} : { description: property.description }),
    })),
    secrets: properties.flatMap(([name, property]) => secretPaths(property, name)),
    templates: content.layoutOption === undefined ? [] : [content.layoutOption],
    ...(schema === undefined ? {} : { schema: schema as Record<string, unknown> }),
  };
}

export type Issue = { path: string; message: string };

/** By the schema's own validator, so that a plug-in with another copy of zod, or another library, works too. */
export async function checkOptions(
  { options: schema }: PluginDefinition,
  options: unknown,
): Promise<{ value: unknown } | { issues: Issue[] }> {
  const result = await (schema as unknown as Schema)['~standard'].validate(options);
  if (!result.issues) return { value: result.value };
  return { issues: result.issues.map(({ path = [], message }) => ({ path: path.map(keyOf).join('.'), message })) };
}

/** As much as is needed of standardschema.dev, with its JSON Schema part. */
type Schema = {
  '~standard': {
    validate(value: unknown): Result | Promise<Result>;
    jsonSchema?: { input(how: object): JsonSchema };
  };
};
type Result = { value?: unknown; issues?: { message: string; path?: (PropertyKey | { key: PropertyKey })[] }[] };
type JsonSchema = {
  secret?: boolean;
  description?: string;
  required?: string[];
  properties?: Record<string, JsonSchema>;
  [other: string]: unknown;
};

function jsonSchemaOf(options: unknown): JsonSchema | undefined {
  try {
    return (options as Schema)['~standard'].jsonSchema?.input({ target: 'draft-07', libraryOptions: { unrepresentable: 'any' } });
  } catch {
    return undefined;
  }
}

const keyOf = (step: PropertyKey | { key: PropertyKey }): string => String(typeof step === 'object' ? step.key : step);

function secretPaths(property: JsonSchema, path: string): string[] {
  const inner = Object.entries(property.properties ?? {}).flatMap(([name, child]) => secretPaths(child, `${path}.${name}`));
  const eitherOf = [property.anyOf, property.allOf, property.oneOf].flat().filter((one): one is JsonSchema => typeof one === 'object');
  const secret = property.secret === true || eitherOf.some((one) => one.secret === true);
  return secret ? [path] : inner;
}
