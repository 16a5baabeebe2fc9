// The command line: `npm run relay -- COMMAND`. Finds the command, hands it its words, and turns what comes of it into an exit code.
import module from 'node:module';

module.enableCompileCache();

const { commands, overview } = await import('./commands.ts');
const { calledAs, Refusal, runCommand, WrongCall } = await import('./command.ts');
const { note, paintNote, print } = await import('./screen.ts');
const { RelayError } = await import('../errors.ts');
const { nearest } = await import('../rules/nearest.ts');

const [name = '', ...args] = process.argv.slice(2);

// `relay events | head` closes the pipe early, and that is fine.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

async function run(): Promise<number> {
  if (name === '' || name === '--help' || name === '-h' || name === 'help') {
    const asked = name !== '';
    (asked ? print : note)(overview());
    return asked ? 0 : 2;
  }
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry === undefined) {
    const near = nearest(name, Object.keys(commands));
    note(`relay: there is no command "${name}".${near === undefined ? '' : ` Did you mean ${near}?`}\nAll of them: ${calledAs} --help`);
    return 2;
  }
  return runCommand({ name, summary: entry.summary, command: await entry.load() }, args, print);
}

function explained(error: unknown): number {
  const red = (text: string) => paintNote('red', text);
  if (error instanceof WrongCall) {
    note(`${red(`relay ${name}:`)} ${error.message}\nHow it is called: ${calledAs} ${name} --help`);
    return 2;
  }
  if (error instanceof Refusal) note(`${red(`relay ${name}:`)} ${error.message}`);
  else if (error instanceof RelayError) note(`${red(`relay ${name}: ${error.code}:`)} ${error.message}`);
  else note(`${red(`relay ${name}: this is a mistake in the relay:`)} ${error instanceof Error ? error.stack : String(error)}`);
  return 1;
}

const code = await run().catch(explained);
// Not left to the event loop: a plug-in that was loaded may hold it open for ever.
process.stdout.write('', () => process.exit(code));
