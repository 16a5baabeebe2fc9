// The plug-in's own keys of a destination: secrets fetched, `{{workspace.x}}` checked against the table, the rest held against the plug-in's schema.
// Text becomes a number or a boolean only where that schema wants one, so a plug-in author writes plain zod and an operator plain words.
import type { z } from 'zod';
import { againstSchema, filling, plainCopy, put } from './fit.ts';
import type { Mistake } from './mistake.ts';
import { nearest, suggestion } from './nearest.ts';
import type { Outline } from './outline.ts';
import { columnMistake, type Known, knownColumns } from './references.ts';
import { destinationKeys } from './schema.ts';
import type { Path, Tree } from './tree.ts';

export type PluginInfo = {
  type: string;
  options: z.ZodType;
  /** Names of the options marked secret; inside a block by path, `auth.password`. */
  secrets: readonly string[];
  /** Options whose `{{…}}` the plug-in's own message fills in, such as a body. */
  templates?: readonly string[];
  /** It can edit what it sent. */
  edits?: boolean;
  target?(options: unknown): string;
};

export type SecretSource = (ref: string) => { ok: true; value: string } | { ok: false; why: string };

export type Plugins = {
  secret: SecretSource;
  plugins: Pick<ReadonlyMap<string, PluginInfo>, 'get' | 'keys'>;
  /** Plug-in files that could not be loaded, by the type they were meant to be, with the reason. */
  broken: ReadonlyMap<string, string>;
};

export type Options = { options: Record<string, unknown>; templated: readonly string[]; edits: boolean };
type Leaf = { path: Path; text: string };

export function checkOptions(tree: Tree, { destinations }: Outline, deps: Plugins, table: Known['columns']) {
  const mistakes: Mistake[] = [];
  const secrets = new Set<string>();
  const made = new Map<string, Options>();
  for (const [name, { path, options: all, plugin: word }] of destinations) {
    const options: Record<string, unknown> = Object.create(null);
    for (const [key, value] of Object.entries(all)) {
      if (Object.hasOwn(destinationKeys, key)) continue;
      options[key] = plainCopy(value);
    }
    const plugin = word && deps.plugins.get(word.text);
    if (word && !plugin) mistakes.push(unknownPlugin(tree, word.text, word.path, deps));
    const skip = new Set<string>();
    const templated = new Set<string>();
    for (const leaf of leaves(options, path)) {
      const key = String(leaf.path[path.length]);
      const dotted = leaf.path.slice(path.length).join('.');
      const isSecret = plugin?.secrets.some((one) => dotted === one || dotted.startsWith(`${one}.`)) === true;
      if (/^(env|file):/.test(leaf.text)) {
        const got = fetched(leaf.text, deps.secret);
        if ('value' in got) {
          secrets.add(got.value);
          put(options, leaf.path.slice(path.length), got.value);
        } else {
          skip.add(JSON.stringify(leaf.path));
          mistakes.push(tree.mistake(leaf.path, 'value', { code: 'secret', text: `\`${key}\`: ${got.wrong}` }));
        }
        continue;
      }
      const misspelt = capitals(tree, leaf, key) ?? shellVariable(tree, leaf, key) ?? secretAsBlock(tree, leaf, path.length);
      if (misspelt) {
        skip.add(JSON.stringify(leaf.path)).add(JSON.stringify(leaf.path.slice(0, -1)));
        mistakes.push(misspelt);
        continue;
      }
      if (plugin?.templates?.includes(key) !== true) mistakes.push(...singleBrace(tree, leaf, key));
      if (leaf.text.includes('{{') && plugin?.templates?.includes(key) !== true) {
        templated.add(key);
        if (plugin) mistakes.push(...fillings(tree, leaf, key, table));
      } else if (isSecret && leaf.text !== '') {
        secrets.add(leaf.text);
        mistakes.push(literalSecret(tree, leaf, key, name));
      }
    }
    if (plugin) mistakes.push(...againstSchema(tree, path, plugin, options, skip));
    made.set(name, {
      options: plainCopy(options) as Record<string, unknown>,
      templated: [...templated],
      edits: (plugin || undefined)?.edits === true,
    });
  }
  return { mistakes, secrets, made };
}

function unknownPlugin(tree: Tree, word: string, path: Path, { plugins, broken }: Plugins): Mistake {
  const why = broken.get(word);
  if (why !== undefined) {
    const text = `The plug-in \`${word}\` could not be loaded: ${why.replace(/\.$/, '')}. This destination is held until it is mended; everything else goes on.`;
    return tree.mistake(path, 'value', { code: 'plugin', level: 'warning', text });
  }
  const known = [...plugins.keys(), ...broken.keys()].sort();
  return tree.mistake(path, 'value', {
    code: 'plugin',
    text: `There is no plug-in \`${word}\`.${suggestion(word, known, 'There are')}`,
    write: nearest(word, known),
  });
}

export function fetched(ref: string, secret: SecretSource): { value: string } | { wrong: string } {
  const [, kind, rest] = /^(env|file):(.*)$/s.exec(ref) ?? [];
  const name = rest!.trim();
  if (kind === 'env' && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    return { wrong: `"${ref}" names no environment variable. Write env: and its name without a space, such as env:SLACK_TOKEN.` };
  if (kind === 'file' && name === '')
    return { wrong: 'file: names no file. Write file: and its path without a space, such as file:/run/secrets/token.' };
  const got = secret(`${kind}:${name}`);
  const from = kind === 'env' ? `environment variable ${name}` : `file ${name}`;
  if (!got.ok) return { wrong: `this comes from the ${from}, and ${got.why.replace(/\.$/, '')}.` };
  // It would be filled in like the operator's own text, and a password is no text of theirs.
  return got.value.includes('{{')
    ? { wrong: `the ${from} holds "{{", which is kept for {{workspace.…}}. Choose another secret.` }
    : { value: got.value };
}

/** `ENV:TOKEN` as it is written here. */
function inSmallLetters(text: string): string | undefined {
  const [, kind, rest] = /^(env|file)(:(?:[A-Za-z_]\w*|\.{0,2}\/\S+))$/i.exec(text.trim()) ?? [];
  return kind === undefined || kind === kind.toLowerCase() ? undefined : kind.toLowerCase() + rest;
}

/** `ENV:TOKEN` would be taken for the secret itself. */
export function capitals(tree: Tree, { text, path }: Leaf, key: string): Mistake | undefined {
  const write = inSmallLetters(text);
  if (write === undefined) return undefined;
  return tree.mistake(path, 'value', {
    code: 'secret',
    text: `\`${key}\`: \`${text.trim()}\` is written in small letters, \`${write}\`.`,
    write,
  });
}

/** `${TOKEN}` is not filled in by this relay, and would be sent as it stands. */
function shellVariable(tree: Tree, { text, path }: Leaf, key: string): Mistake | undefined {
  const [all, name] = /\$\{?([A-Z_][A-Z0-9_]{2,})\}?/.exec(text) ?? [];
  if (name === undefined) return undefined;
  const whole = all === text.trim();
  const cure = whole
    ? `Write env:${name}.`
    : 'Only a whole value can come from outside: put all of it into one variable and write env:NAME.';
  return tree.mistake(path, 'value', {
    code: 'secret',
    text: `\`${key}\`: ${all} is not filled in. ${cure}`,
    write: whole ? `env:${name}` : undefined,
  });
}

/** `token: { env: NAME }`, or the same with a space too many. */
function secretAsBlock(tree: Tree, { text, path }: Leaf, above: number): Mistake | undefined {
  const word = path.at(-1);
  if ((word !== 'env' && word !== 'file') || path.length < above + 2) return undefined;
  const said = `Write ${word}:${text} in one word: without a space, a line break or brackets.`;
  return tree.mistake(path.slice(0, -1), 'value', { code: 'secret', text: said, write: `${word}:${text}` });
}

function literalSecret(tree: Tree, { path }: Leaf, key: string, name: string): Mistake {
  const variable = `${name}_${key}`.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
  const text = `\`${key}\` is a secret and stands here in the open. Put it into an environment variable or a file and name that.`;
  return tree.mistake(path, 'value', { code: 'secret', level: 'warning', text, write: `env:${variable}` });
}

function fillings(tree: Tree, { text, path }: Leaf, key: string, table: Known['columns']): Mistake[] {
  const host = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(text)?.[1] ?? (/(^|_)url$|^smtp$/.test(key) && /^\s*\{\{/.test(text) ? text : '');
  if (host.includes('{{')) {
    const said = `\`${key}\`: the server's name must stand here in full, so that no table can send messages somewhere else. Use {{workspace.…}} only behind it.`;
    return [tree.mistake(path, 'value', { code: 'value', text: said })];
  }
  const columns = table === undefined || table === 'none' ? knownColumns : [...new Set([...table, ...knownColumns])];
  const list = columns.map((column) => `{{workspace.${column}}}`).join(', ');
  const found: Mistake[] = [];
  for (const [whole, inner] of text.matchAll(filling)) {
    const word = inner!.trim();
    const column = /^workspace\.([^\s{}#^/&!=>]+)$/.exec(word)?.[1];
    const instead = (better: string) => (source: string) => source.replace(whole, `{{workspace.${better}}}`);
    if (column !== undefined && !whole.startsWith('{{{')) {
      const [wrong] = columnMistake(tree, path, 'value', column, table, (better) => better);
      if (wrong === undefined) continue;
      const near = nearest(column, columns);
      found.push(
        tree.mistake(path, 'value', {
          code: 'table',
          level: wrong.level,
          text: `\`${key}\`: ${wrong.text}`,
          write: near === undefined || wrong.level === 'warning' ? undefined : instead(near),
        }),
      );
      continue;
    }
    const bare = word.replace(/^[&{]\s*/, '').replace(/^workspace\./, '');
    const likely = columns.includes(bare) ? bare : undefined;
    const said = likely ? ` Did you mean {{workspace.${likely}}}?` : ` There are ${list}.`;
    found.push(
      tree.mistake(path, 'value', {
        code: 'value',
        text: `\`${key}\`: ${whole} cannot be filled in here, only {{workspace.…}} with a column of the table.${said}`,
        write: likely && instead(likely),
      }),
    );
  }
  if (text.replace(filling, '').includes('{{')) {
    const close = (source: string) => source.replace(half, (all, column) => (columns.includes(column) ? `{{workspace.${column}}}` : all));
    const write = close(text).replace(filling, '').includes('{{') ? undefined : close;
    found.push(tree.mistake(path, 'value', { code: 'value', text: `\`${key}\`: a {{ is opened and not closed by }}.`, write }));
  }
  return found;
}

/** `{workspace.channel}` and `{{workspace.channel}}}`: a brace that fills in nothing goes out with the message. */
function singleBrace(tree: Tree, { text, path }: Leaf, key: string): Mistake[] {
  const [found, one, two] =
    /(?<!\{)(?:\{\s*workspace\.([\p{L}\p{N}_-]+)\s*\}+|\{\{\s*workspace\.([\p{L}\p{N}_-]+)\s*\}{3,})/u.exec(text) ?? [];
  // Behind a { of its own, as JSON has it, a third } may well be meant.
  if (found === undefined || (two !== undefined && text.slice(0, text.indexOf(found)).replace(filling, '').includes('{'))) return [];
  const right = `{{workspace.${one ?? two}}}`;
  const said = `\`${key}\`: braces of ${found} are sent as they stand. A column is filled in by two on each side: ${right}.`;
  return [tree.mistake(path, 'value', { code: 'value', level: 'warning', text: said, write: (source) => source.replace(found, right) })];
}

/** `{{workspace.channel` and `{{workspace.channel}`. */
const half = /\{\{\s*workspace\.([\p{L}\p{N}_-]+)(?:\s*\}(?!\}))?(?![\p{L}\p{N}_}-]|\s*\}\})/gu;

function leaves(value: unknown, path: Path): Leaf[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => leaves(one, [...path, Array.isArray(value) ? Number(key) : key]));
}
