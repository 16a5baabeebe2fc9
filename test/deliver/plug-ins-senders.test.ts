// From options to a sender: made once, checked, kept, closed; and what can be read of a plug-in without running it.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { checkOptions, pluginInfo } from '../../src/deliver/plug-in-contract.ts';
import { createSenders, type SendersHost } from '../../src/deliver/senders.ts';
import { createNetwork } from '../../src/outgoing.ts';
import { DeliveryError, definePlugin, type InitContext, type PluginDefinition, secret } from '../../src/plugin.ts';

const networks = {
  open: createNetwork({ allowPrivate: true, timeoutMs: 1000 }),
  guarded: createNetwork({ allowPrivate: false, timeoutMs: 1000 }),
};

function world(given: Partial<SendersHost> = {}, more: Partial<PluginDefinition> = {}) {
  const made: { to: string; context: InitContext }[] = [];
  const closed: string[] = [];
  const warned: object[] = [];
  const clock = { now: 0 };
  const plugin: PluginDefinition = {
    type: 'probe',
    apiVersion: 1,
    options: z.strictObject({ to: z.string().min(1), copies: z.coerce.number().default(1) }),
    content: { format: 'text' },
    create: (options, context) => {
      const { to } = options as { to: string };
      made.push({ to, context });
      return { send: async () => {}, close: async () => void closed.push(to) };
    },
    ...more,
  };
  const log = { debug: () => {}, info: () => {}, warn: (fields: object) => warned.push(fields), error: () => {} };
  const network = (allowPrivate: boolean) => (allowPrivate ? networks.open : networks.guarded);
  const senders = createSenders({ network, log, relayVersion: '9.9.9', now: () => clock.now, ...given });
  return { plugin, senders, made, closed, warned, clock };
}

describe('a sender', () => {
  test('is made once for equal options of a destination, and apart for others', async () => {
    const { plugin, senders, made } = world();
    const options = { to: 'a' };
    const [one, two, three] = await Promise.all([
      senders.senderFor(plugin, options, 'ops'),
      senders.senderFor(plugin, options, 'ops'),
      senders.senderFor(plugin, { to: 'a' }, 'ops'),
    ]);
    expect(two.sender).toBe(one.sender);
    expect(three.sender).toBe(one.sender);
    await senders.senderFor(plugin, options, 'other');
    await senders.senderFor(plugin, { to: 'b' }, 'ops');
    expect(made.map(({ to, context }) => `${context.destination} ${to}`)).toEqual(['ops a', 'other a', 'ops b']);
  });

  test('gets checked options, and what belongs to its destination', async () => {
    const seen: unknown[] = [];
    const { plugin, senders } = world(
      {},
      {
        create: (options, { destination, templated, relayVersion }) => {
          seen.push(options, destination, templated, relayVersion);
          return { send: async () => {} };
        },
      },
    );
    await senders.senderFor(plugin, { to: 'a', copies: '3' }, 'ops', ['copies']);
    expect(seen).toEqual([{ to: 'a', copies: 3 }, 'ops', ['copies'], '9.9.9']);
  });

  test('is another once the file says in full what the table filled in before, though it comes out the same', async () => {
    const { plugin, senders, made } = world();
    await senders.senderFor(plugin, { to: 'a' }, 'ops', ['to']);
    await senders.senderFor(plugin, { to: 'a' }, 'ops', []);
    expect(made.map(({ context }) => context.templated)).toEqual([['to'], []]);
  });

  test('has the open network unless the plug-in says that private addresses are refused', async () => {
    const free = world();
    expect((await free.senders.senderFor(free.plugin, { to: 'a' }, 'ops')).network).toBe(networks.open);
    const guarded = world({}, { allowPrivate: (options) => (options as { to: string }).to === 'inside' });
    expect((await guarded.senders.senderFor(guarded.plugin, { to: 'a' }, 'ops')).network).toBe(networks.guarded);
    expect((await guarded.senders.senderFor(guarded.plugin, { to: 'inside' }, 'ops')).network).toBe(networks.open);
  });

  test('whose options do not fit once filled in costs that message alone, and names no value', async () => {
    const { plugin, senders } = world();
    const error = await Promise.resolve(senders.senderFor(plugin, { to: '', extra: 'SECRET' }, 'ops')).catch((reason) => reason);
    expect(DeliveryError.is(error) && error.reason).toBe('rejected');
    expect(error.message).toMatch(/^the options of ops do not fit once filled in: to: .*extra/);
    expect(error.message).not.toContain('SECRET');
  });

  test('that could not be made is tried afresh with the next message', async () => {
    let fails = true;
    const { plugin, senders } = world(
      {},
      {
        create: () => {
          if (fails) throw new Error('no route to the vault');
          return { send: async () => {} };
        },
      },
    );
    const options = { to: 'a' };
    await expect(senders.senderFor(plugin, options, 'ops')).rejects.toThrow('no route to the vault');
    fails = false;
    expect(await senders.senderFor(plugin, options, 'ops')).toHaveProperty('sender.send');
  });

  test('that is not made in time, or is none, fails', async () => {
    const hangs = world({ createTimeoutMs: 20 }, { create: () => new Promise(() => {}) });
    await expect(hangs.senders.senderFor(hangs.plugin, { to: 'a' }, 'ops')).rejects.toThrow('create did not end within 0.02 s');
    const junk = world({}, { create: () => ({}) as never });
    await expect(junk.senders.senderFor(junk.plugin, { to: 'a' }, 'ops')).rejects.toThrow('create returned no { send }');
  });

  test('that nobody has used for longest is let go past the limit, and closed when its last send must be over', async () => {
    const { plugin, senders, closed, made, clock } = world({ limit: 10 });
    const first = { to: '0' };
    for (let n = 0; n < 10; n++) {
      clock.now = n;
      await senders.senderFor(plugin, n === 0 ? first : { to: String(n) }, 'ops');
    }
    clock.now = 10;
    await senders.senderFor(plugin, first, 'ops');
    await senders.senderFor(plugin, { to: '10' }, 'ops');
    expect(closed).toEqual([]);
    expect(made).toHaveLength(11);
    clock.now = 200_000;
    await senders.senderFor(plugin, { to: '11' }, 'ops');
    await expect.poll(() => closed).toEqual(['1', '2']);
    await senders.senderFor(plugin, first, 'ops');
    expect(made.filter(({ to }) => to === '0')).toHaveLength(1);
  });
});

describe('at the end', () => {
  test('all are closed, newest first, once, and a failing one keeps no other open', async () => {
    const { plugin, senders, closed, warned } = world();
    const failing = {
      ...plugin,
      type: 'failing',
      create: () => ({ send: async () => {}, close: () => Promise.reject(new Error('stuck')) }),
    };
    await senders.senderFor(plugin, { to: 'a' }, 'ops');
    await senders.senderFor(failing, { to: 'b' }, 'ops');
    await senders.senderFor(plugin, { to: 'c' }, 'ops');
    await senders.closeAll(1000);
    await senders.closeAll(1000);
    expect(closed).toEqual(['c', 'a']);
    expect(warned).toHaveLength(1);
  });

  test('one that does not close is left behind in time', async () => {
    const { plugin, senders, warned } = world({}, { create: () => ({ send: async () => {}, close: () => new Promise(() => {}) }) });
    await senders.senderFor(plugin, { to: 'a' }, 'ops');
    await senders.closeAll(20);
    expect(warned).toHaveLength(1);
  });
});

describe('what a plug-in says of itself', () => {
  const plugin = definePlugin({
    type: 'probe',
    apiVersion: 1,
    version: '1.2.0',
    description: 'For tests.',
    options: z.strictObject({
      token: secret(z.string()),
      key: secret(z.string()).optional().describe('a key'),
      either: z.union([secret(z.string()), z.number()]).optional(),
      auth: z.strictObject({ user: z.string(), password: secret(z.string()) }).optional(),
      url: z.url(),
      body: z.unknown().optional(),
      when: z.date().optional(),
    }),
    content: { format: 'json', layoutOption: 'body' },
    create: () => ({ send: async () => {} }),
  });

  test('are its options, which are needed, which are secret, and which are templates over the message', () => {
    const info = pluginInfo(plugin);
    expect(info).toMatchObject({ type: 'probe', version: '1.2.0', description: 'For tests.', templates: ['body'] });
    expect(info.secrets).toEqual(['token', 'key', 'either', 'auth.password']);
    expect(info.options.filter(({ required }) => required).map(({ name }) => name)).toEqual(['token', 'url']);
    expect(info.options.filter((option) => option.secret).map(({ name }) => name)).toEqual(['token', 'key', 'either', 'auth']);
    expect(info.options[1]).toEqual({ name: 'key', required: false, secret: true, description: 'a key' });
    expect(info.schema).toMatchObject({ type: 'object', additionalProperties: false });
  });

  test('may come in any Standard Schema, though less can then be read of it', async () => {
    const schema = {
      '~standard': {
        version: 1,
        vendor: 'other',
        validate: (value: unknown) => (value === 'fine' ? { value } : { issues: [{ message: 'bad', path: ['a', { key: 0 }] }] }),
      },
    };
    const other = { ...plugin, options: schema as unknown as z.ZodType };
    expect(pluginInfo(other)).toMatchObject({ options: [], secrets: [] });
    expect(await checkOptions(other, 'fine')).toEqual({ value: 'fine' });
    expect(await checkOptions(other, 'x')).toEqual({ issues: [{ path: 'a.0', message: 'bad' }] });
  });
});
