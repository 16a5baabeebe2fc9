// Where the relay may connect to: by address, by every way to spell one, and by what a name turns out to be.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isPublicAddress } from '../../src/outgoing/address.ts';
import { createNetwork, type Lookup } from '../../src/outgoing.ts';
import { createReceiver, type Receiver } from './receiver.ts';

const inside = {
  'this network': ['0.0.0.0', '0.1.2.3'],
  loopback: ['127.0.0.1', '127.255.255.254', '::1'],
  private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12:3456::1'],
  'carrier NAT': ['100.64.0.1', '100.127.255.254', '100.100.100.200'],
  'link-local and metadata': ['169.254.169.254', '169.254.0.1', 'fe80::1', 'fd00:ec2::254', '168.63.129.16', '192.0.0.192'],
  multicast: ['224.0.0.1', '239.255.255.250', 'ff02::1'],
  'reserved and broadcast': ['240.0.0.1', '255.255.255.255', '192.88.99.1', '198.18.0.1', '100::1', '::', 'fec0::1', '5f00::1', '4000::1'],
  documentation: ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1'],
  'IPv4 in IPv6': [
    '::ffff:8.8.8.8',
    '::ffff:127.0.0.1',
    '::127.0.0.1',
    '::8.8.8.8',
    '::ffff:0:8.8.8.8',
    '64:ff9b::8.8.8.8',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2001::1',
  ],
};
const outside = [
  '8.8.8.8',
  '1.1.1.1',
  '93.184.216.34',
  '172.15.0.1',
  '172.32.0.1',
  '192.167.1.1',
  '100.63.0.1',
  '2606:4700::1111',
  '2a00:1450:4001::200e',
];

test.each(Object.entries(inside))('addresses of %s are not public', (_, addresses) => {
  expect(addresses.filter(isPublicAddress)).toEqual([]);
});

test('addresses of the internet are public', () => {
  expect(outside.filter((address) => !isPublicAddress(address))).toEqual([]);
});

describe('with a canary on loopback, and private addresses not allowed', () => {
  let canary: Receiver;
  beforeAll(async () => {
    canary = await createReceiver();
  });
  afterAll(async () => {
    expect(canary.connections()).toBe(0);
    await canary.close();
  });
  const guarded = (lookup?: Lookup) => createNetwork({ allowPrivate: false, timeoutMs: 5000, ...(lookup ? { lookup } : {}) });
  const refused = { reason: 'auth', code: 'outgoing.refused' };
  const answers =
    (...addresses: string[]): Lookup =>
    (_, __, done) =>
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );

  test.each([
    '127.0.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.0.0.1',
    '017700000001',
    '0177.0.0.01',
    '127.1',
    '127.0.1',
    '127.0.0.1.',
    '①②⑦.⓪.⓪.①',
    '１２７．０．０．１',
    '%31%32%37.0.0.1',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[0:0:0:0:0:ffff:127.0.0.1]',
    '[::127.0.0.1]',
    '[::1]',
    '[::]',
    '0',
    '0.0.0.0',
    'localhost',
    'LOCALHOST',
  ])('the spelling %s is refused by request, fetch and resolve', async (host) => {
    const net = guarded();
    const url = `http://${host}:${canary.port}/`;
    await expect(net.request(url, {})).rejects.toMatchObject(refused);
    await expect(net.fetch(url)).rejects.toMatchObject(refused);
    await expect(net.resolve(url)).rejects.toMatchObject(refused);
  });

  test('no way to write a private IPv4 address gets through', async () => {
    const net = guarded();
    const address = fc.oneof(
      fc.tuple(fc.constantFrom(10, 127, 0), fc.nat(255), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant(192), fc.constant(168), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant(169), fc.constant(254), fc.nat(255), fc.nat(255)),
    );
    const spell = fc.constantFrom(
      (octets: number[]) => octets.join('.'),
      (octets: number[]) => octets.map((octet) => `0${octet.toString(8)}`).join('.'),
      (octets: number[]) => octets.map((octet) => `0x${octet.toString(16)}`).join('.'),
      (octets: number[]) => String(octets.reduce((sum, octet) => sum * 256 + octet, 0)),
      (octets: number[]) => `${octets[0]}.${octets[1]}.${octets[2]! * 256 + octets[3]!}`,
      (octets: number[]) => `[::ffff:${octets.join('.')}]`,
      (octets: number[]) => `[64:ff9b::${octets.join('.')}]`,
    );
    await fc.assert(
      fc.asyncProperty(address, spell, async (octets, as) => {
        await expect(net.request(`http://${as(octets)}:${canary.port}/`, {})).rejects.toMatchObject(refused);
      }),
    );
  });

  test('a name with one private address among public ones is refused', async () => {
    const net = guarded(answers('93.184.216.34', '127.0.0.1'));
    const url = `http://mixed.example:${canary.port}/`;
    const error = await net.request(url, {}).catch((reason) => reason);
    expect(error).toMatchObject(refused);
    expect(error.message).toContain('mixed.example');
    expect(error.message).toContain('allow_private');
    await expect(net.resolve(url)).rejects.toMatchObject(refused);
  });

  test('a name that is public when checked and private when connected to is refused', async () => {
    let asked = 0;
    const net = guarded((host, how, done) => answers(asked++ === 0 ? '93.184.216.34' : '127.0.0.1')(host, how, done));
    const url = `http://rebound.example:${canary.port}/`;
    expect(await net.resolve(url)).toEqual(['93.184.216.34']);
    await expect(net.request(url, {})).rejects.toMatchObject(refused);
    expect(asked).toBe(2);
  });
});

test('what is connected to is the address that was checked, while Host stays the name', async () => {
  const receiver = await createReceiver();
  let asked = 0;
  const lookup: Lookup = (_, __, done) => {
    asked += 1;
    done(null, [{ address: '127.0.0.1', family: 4 }]);
  };
  const net = createNetwork({ allowPrivate: true, timeoutMs: 5000, lookup });
  await net.request(`http://hooks.example:${receiver.port}/`, {});
  expect(receiver.requests[0]?.headers.host).toBe(`hooks.example:${receiver.port}`);
  expect(asked).toBe(1);
  await net.close();
  await receiver.close();
});
