import { expect, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { call } from './call.ts';

test('--help lists every command with its sentence, and says how to learn more', async () => {
  const { code, out, err } = await call(['--help']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  await expect(out).toMatchFileSnapshot('help/relay.txt');
});

test.each(Object.keys(commands))('%s --help says what it does, its options, examples and exit codes', async (name) => {
  const { code, out, err } = await call([name, '--help']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  await expect(out).toMatchFileSnapshot(`help/${name}.txt`);
});

test('without a command the help is printed as an error: exit 2', async () => {
  const { code, out, err } = await call([]);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain('usage: npm run relay -- COMMAND');
});

test('a mistyped command is exit 2 and names the one that was meant', async () => {
  const { code, out, err } = await call(['chek']);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain('there is no command "chek". Did you mean check?');
});

const wrong: [string[], string][] = [
  [['check', '--confg', 'x'], 'there is no option --confg. Did you mean --config?'],
  [['check', '--config'], '--config needs a value: --config DIR.'],
  [['check', '--config', 'a', '--config', 'b'], '--config stands here twice, and it takes one value.'],
  [['forget', '--workspace', 'acme', '--workspace', 'shop-1', '--reason', 'x'], '--workspace stands here twice, and it takes one value.'],
  [['check', '--json=yes'], '--json stands alone, without a value.'],
  [['check', 'routes.yaml'], '"routes.yaml" is one word too many; it takes [--config DIR].'],
  [['explain'], 'it takes either the id of a stored event or --event NAME.'],
  [['explain', 'e_1', '--event', 'disconnected'], 'it takes either the id of a stored event or --event NAME.'],
  [['explain', 'e_1', '--at', '2026-11-23T09:00:00Z'], 'a stored event has its own'],
  [['simulate'], 'it takes one of --event NAME, --burst N and --month.'],
  [['simulate', '--burst', 'many'], '--burst is "many"'],
  [['simulate', '--burst', '5', '--rate', 'fast'], '--rate is "fast"; write 200/s or 30/m.'],
  [['simulate', '--burst', '5', '--mix', 'disconnected=7,reconnected'], '--mix names "reconnected"'],
  [['simulate', '--event', 'disconected'], 'neither an event (seats-full,'],
  [['simulate', '--event', 'disconnected', '--url', 'localhost'], '--url is "localhost", which is no http address'],
  [['events', '--type', 'down'], '--type is "down"; it is one of seats-full,'],
  [['events', '--since', 'yesterday'], '--since is "yesterday"; write 30m, 2h or 7d'],
  [['events', '--limit', '0'], '--limit is "0"; write a number from 1 to 200.'],
  [['events', '--phone', '12'], '--phone is "12"'],
  [['deliveries', '--state', 'sent'], '--state is "sent"; it is one of waiting,'],
  [['replay', 'd_1'], '--reason is missing'],
  [['replay', '--reason', 'x'], 'it takes either ids of deliveries or a filter'],
  [['replay', 'd_1', '--state', 'dead', '--reason', 'x'], 'it takes either ids of deliveries or a filter'],
  [['incidents', '--by', 'Ann'], '--reason and --by go with --ack KEY or --close KEY.'],
  [['incidents', '--ack', 'wa:acme:1', '--all'], '--ack and --close take the key of one incident, and no filter beside it.'],
  [['incidents', '--close', 'wa:acme:1'], '--close needs --reason TEXT: whoever was told reads it.'],
  [['incidents', '--close', 'wa:acme:1', '--ack', 'wa:acme:1'], '--ack and --close: one of them at a time.'],
  [['incidents', '--limit', 'all'], '--limit is "all"'],
  [['silence', '--where', 'workspace=acme', '--for', '2h'], '--reason is missing'],
  [['silence', '--end', 's_1'], '--reason is missing'],
  [['silence', '--end', 's_1', '--for', '2h', '--reason', 'x'], '--end stands with --reason alone'],
  [['silence', '--reason', 'x'], '--where is missing'],
  [['silence', '--where', 'workspace=acme', '--reason', 'x'], 'it takes one of --for and --until'],
  [['silence', '--where', 'acme', '--for', '2h', '--reason', 'x'], '--where is "acme"; write a key of routes.yaml'],
  [['send-test'], 'it takes the name of a destination'],
  [['diff'], 'it takes the new files: a folder, or a routes.yaml.'],
  [['diff', '/nowhere'], 'there is no folder and no file /nowhere.'],
  [['diff', 'config', '--last', 'all'], '--last is "all"; write a number from 1 to 100000.'],
];
test.each(wrong)('%j is a wrong call: exit 2, what is wrong, and where the help is', async (args, said) => {
  const { code, out, err } = await call(args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(said);
  expect(err).toContain(`npm run relay -- ${args[0]} --help`);
});

test('a wrong setting is told by its name, and the call is answered no', async () => {
  const { code, err } = await call(['events'], { PORT: 'eighty' });
  expect(code).toBe(1);
  expect(err).toContain('PORT: found "eighty"; write a whole number from 0 to 65535');
});

test('colour is for terminals alone: a pipe gets plain text', async () => {
  const { out, err } = await call(['check']);
  expect(out + err).not.toContain('\u001b');
});
