// What a command is, how its call is read and how its help is written. Each file beside this one holds one; commands.ts lists them.
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { nearest } from '../rules/nearest.ts';

export type Option = {
  type: 'string' | 'boolean';
  /** What stands behind it in the help: `ID`. */
  value?: string;
  about: string;
  multiple?: boolean;
};
export type Options = Record<string, Option>;
export type Values<O extends Options> = {
  [K in keyof O]?: O[K] extends { multiple: true } ? string[] : O[K] extends { type: 'boolean' } ? boolean : string;
} & { json?: boolean };

/** 0 fine, 1 the answer is no, 2 wrong call. */
export type ExitCode = 0 | 1 | 2;

export type Command = {
  /** Behind the command's name. */
  usage: string;
  about?: string;
  options: Options;
  examples: readonly string[];
  /** What exit code 1 says. */
  no: string;
  /** How many words may stand without an option before them. */
  words: number;
  run(values: Values<Options>, words: string[]): Promise<ExitCode>;
};

/** Keeps the types of the options for `run`. */
export function defineCommand<const O extends Options>(
  command: Omit<Command, 'options' | 'run'> & { options: O; run(values: Values<O>, words: string[]): Promise<ExitCode> },
): Command {
  return command as unknown as Command;
}

/** The call cannot be understood: exit 2, with the way to the help. */
export class WrongCall extends Error {}
/** The call was right and the answer is no: exit 1, the message says what to do. */
export class Refusal extends Error {}

export const calledAs = 'npm run relay --';

const everywhere: Options = {
  json: { type: 'boolean', about: 'the answer as JSON, for programs' },
  help: { type: 'boolean', about: 'this text' },
};

export async function runCommand(
  called: { name: string; summary: string; command: Command },
  args: string[],
  print: (text: string) => void,
): Promise<ExitCode> {
  const { command } = called;
  const { values, words } = readCall(command, args);
  if (values.help === true) {
    print(helpOf(called));
    return 0;
  }
  return command.run(values as Values<Options>, words);
}

function readCall(command: Command, args: string[]): { values: Record<string, unknown>; words: string[] } {
  const options = { ...command.options, ...everywhere };
  const config: ParseArgsConfig['options'] = {};
  for (const [name, { type, multiple = false }] of Object.entries(options)) {
    config[name] = { type, multiple, ...(name === 'help' ? { short: 'h' } : {}) };
  }
  try {
    const { values, positionals, tokens } = parseArgs({ args, options: config, allowPositionals: true, tokens: true });
    // Of two values the last would count in silence: of two workspaces to forget, one would be kept.
    const given = tokens.flatMap((token) => (token.kind === 'option' && options[token.name]?.type === 'string' ? [token.name] : []));
    const twice = given.find((name, at) => given.indexOf(name) < at && options[name]?.multiple !== true);
    if (twice !== undefined) throw new WrongCall(`--${twice} stands here twice, and it takes one value.`);
    if (values.help !== true && positionals.length > command.words) throw tooMany(command, positionals);
    return { values, words: positionals };
  } catch (error) {
    throw error instanceof WrongCall ? error : new WrongCall(inWords(error as Error & { code?: string }, options));
  }
}

const tooMany = ({ words, usage }: Command, found: string[]) =>
  new WrongCall(`"${found[words]}" is one word too many; it takes ${usage === '' ? 'none' : usage}.`);

function inWords({ code, message }: Error & { code?: string }, options: Options): string {
  const [, given = ''] = /'-{1,2}([^' =]+)/.exec(message) ?? [];
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const near = nearest(given, Object.keys(options));
    return `there is no option --${given}.${near === undefined ? '' : ` Did you mean --${near}?`}`;
  }
  if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') {
    const long = given.split(',').at(-1)!.replace(/^-+/, '');
    const { type, value } = options[long] ?? {};
    if (type === 'boolean') return `--${long} stands alone, without a value.`;
    return `--${long} needs a value: --${long} ${value ?? 'TEXT'}.`;
  }
  return message;
}

function helpOf({ name, summary, command }: { name: string; summary: string; command: Command }): string {
  const { usage, about, options, examples, no } = command;
  const rows = Object.entries({ ...options, ...everywhere }).map(
    ([option, { value, about: what }]) => [`  --${option}${value === undefined ? '' : ` ${value}`}`, what] as const,
  );
  const width = Math.max(...rows.map(([left]) => left.length));
  return [
    summary,
    '',
    `usage: ${calledAs} ${name}${usage === '' ? '' : ` ${usage}`}`,
    ...(about === undefined ? [] : ['', about]),
    '',
    'options:',
    ...rows.map(([left, right]) => `${left.padEnd(width)}   ${right.replaceAll('\n', `\n${' '.repeat(width + 3)}`)}`),
    '',
    'examples:',
    ...examples.map(
      (example) => `  ${example.startsWith('$') ? example.slice(2) : `${calledAs} ${name}${example === '' ? '' : ` ${example}`}`}`,
    ),
    '',
    `exit: 0 fine, 1 ${no}, 2 wrong call`,
  ].join('\n');
}
