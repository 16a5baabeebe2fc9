// Node's errors about a plug-in file, in words that its author can act on: what is wrong, in which line, what to write instead.
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

export function explainLoadError(error: unknown, file: string): string {
  if (!(error instanceof Error)) return `loading it threw ${typeof error === 'string' ? `"${error}"` : typeof error}, which is no Error`;
  const { message } = error;
  const { code } = error as { code?: string };

  const missing = /Cannot find (?:package|module) '([^']+)'/.exec(message)?.[1];
  if (missing !== undefined && (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND')) return explainMissing(missing, file);
  if (code === 'ERR_PACKAGE_PATH_NOT_EXPORTED' && message.includes('timelines-relay')) return explainMissing('timelines-relay', file);

  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') {
    const what = /^TypeScript (.+?) is not supported/.exec(message)?.[1] ?? 'this syntax';
    const one = `${/^[aeiou]/.test(what) ? 'an' : 'a'} ${what}`;
    return `${place(error, file)}Node runs TypeScript by leaving the types out, and ${one} is more than a type; ${insteadOf(what)}`;
  }
  if (code === 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING')
    return 'Node does not run TypeScript below a node_modules folder; a plug-in from npm must be JavaScript';
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION') return `${message.split(' for ')[0]}; write .ts, .mts, .js or .mjs`;

  const name = /does not provide an export named '?([^'\s]+)'?/.exec(message)?.[1];
  if (name !== undefined)
    return `${lineOf(new RegExp(`import\\s[^;]*\\b${name}\\b`), file)}"${name}" is not there to be imported; if it is a type, write \`import type { ${name} }\` or \`{ type ${name} }\``;
  if (/Cannot use import statement outside a module|Unexpected token 'export'/.test(message))
    return 'its folder is a CommonJS one ("type": "commonjs" in package.json); write "type": "module" there, or name the file .mts or .mjs';

  if (error.name === 'SyntaxError') return `${place(error, file) || placeByParsing(file)}syntax error: ${message.split('\n')[0]}`;
  return `${place(error, file)}loading it failed: ${error.name}: ${message}`;
}

function explainMissing(missing: string, file: string): string {
  if (missing.startsWith('/') || missing.startsWith('file:')) {
    const extension = /\.[a-z]+$/.test(missing) ? '' : ', and write its extension, `./other.ts`';
    return `it imports ${missing}, and there is no such file; check the path${extension}`;
  }
  const line = lineOf(new RegExp(`['"]${missing}`), file);
  if (missing === 'timelines-relay') return `${line}of the relay only timelines-relay/plugin can be imported`;
  return `${line}it imports "${missing}", which is not installed; \`npm install ${missing}\` in its folder, or leave it out`;
}

function insteadOf(what: string): string {
  if (what.includes('enum')) return 'write a union of texts, `type Level = "low" | "high"`, or a plain object';
  if (what.includes('namespace')) return 'write plain functions in the file';
  if (what.includes('parameter property')) return 'write the field out and assign it in the constructor';
  return 'write it in plain JavaScript with types';
}

/** Stacks of syntax errors begin with `file:line`; of others the first frame in the file counts. */
function place(error: Error, file: string): string {
  const stack = error.stack ?? '';
  const at = stack.indexOf(file);
  const line = at < 0 ? undefined : /^:(\d+)/.exec(stack.slice(at + file.length))?.[1];
  return line === undefined ? '' : `line ${line}: `;
}

/** For JavaScript modules Node keeps the line to itself, but its TypeScript parser tells it. */
function placeByParsing(file: string): string {
  try {
    stripTypeScriptTypes(readFileSync(file, 'utf8'), { sourceUrl: file });
    return '';
  } catch (error) {
    return error instanceof Error ? place(error, file) : '';
  }
}

function lineOf(pattern: RegExp, file: string): string {
  try {
    const source = readFileSync(file, 'utf8');
    const at = pattern.exec(source);
    return at ? `line ${source.slice(0, at.index).split('\n').length}: ` : '';
  } catch {
    return '';
  }
}
