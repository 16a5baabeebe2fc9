// What a URL and an IP address say about where a request would go. outgoing.ts refuses by it, before a single packet is sent.
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { PermanentError } from '../plugin.ts';

export type Address = {
  origin: string;
  path: string;
  /** Name or IP, without brackets. */
  host: string;
  /** `host:port`: all that a message may say of a URL, for paths and queries hold secrets. */
  label: string;
};

export function parseAddress(url: string): Address {
  const parsed = URL.parse(url);
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol))
    throw new PermanentError('the address is not a URL that begins with https:// or http://');
  if (parsed.username || parsed.password)
    throw new PermanentError(`the address of ${parsed.host} holds a user or password; put them into an authorization header`);
  return {
    origin: parsed.origin,
    path: `${parsed.pathname}${parsed.search}`,
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    label: parsed.port ? parsed.host : `${parsed.host}:${parsed.protocol === 'https:' ? 443 : 80}`,
  };
}

/** Whether anybody on the internet may have this address; everything that is set aside for another purpose is not public. */
export function isPublicAddress(address: string): boolean {
  const parsed = ipaddr.parse(address);
  // Azure answers for every machine at this one, although it lies in a public range.
  if (parsed instanceof ipaddr.IPv4) return parsed.range() === 'unicast' && address !== '168.63.129.16';
  // Only 2000::/3 is given out; below it lie the ways to write an IPv4 address (::a.b.c.d, ::ffff:a.b.c.d, 64:ff9b::a.b.c.d).
  return parsed.range() === 'unicast' && ((parsed as ipaddr.IPv6).parts[0] ?? 0) >> 13 === 1;
}

/** For requests through a proxy, where only the URL is known. */
export const saysPrivate = (host: string): boolean =>
  isIP(host) ? !isPublicAddress(host) : /(^|\.)(localhost|local|internal)\.?$/i.test(host);
