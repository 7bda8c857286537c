import { InvalidInput } from './errors.ts';
import { addressOf, isIn, rangeOf } from './ip-address.ts';

/** What a transmission may reach. `public-and-loopback` is for this machine's edition, where another controller can only be on loopback. */
export const reaches = ['public', 'public-and-loopback'] as const;
export type Reach = (typeof reaches)[number];

export interface Target {
  readonly url: URL;
  /** As it is shown to people and stands in the trail: ASCII, without port, path or query, because those may be secrets. */
  readonly host: string;
}

/** Characters of an upload address; signed ones carry a token of a few thousand at most. */
const addressLength = 4096;
/** Characters of a host name in all (RFC 1035). */
const hostLength = 253;

/**
 * The upload address that a subject was given, if it may be used: https on the usual port, no name and password in it, no address inside
 * anybody's network. Names are looked at again when they are resolved. Throws `InvalidInput` with `url` as its field.
 */
export function targetOf(address: string, reach: Reach): Target {
  const refuse = (code: string): never => {
    throw new InvalidInput(code, 'url');
  };
  const url = address.length > addressLength ? undefined : urlOf(address);
  if (url === undefined) return refuse('not-an-address');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (reach === 'public-and-loopback' && isLoopback(host)) return { url, host };
  if (url.protocol !== 'https:') return refuse('not-https');
  if (url.username !== '' || url.password !== '') return refuse('address-with-login');
  if (url.port !== '') return refuse('port-not-allowed');
  if (host.length > hostLength) return refuse('not-an-address');
  const isPublic = isAddress(host) ? isPublicAddress(host) : isPublicName(host);
  return isPublic ? { url, host } : refuse('host-not-public');
}

/** A text as URL, where it is one. Not by `URL.canParse`: once it is compiled, Node 20's says no to every address that is not plain ASCII. */
export function urlOf(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function isPublicName(host: string): boolean {
  const name = host.replace(/\.$/, '');
  return (
    name.includes('.') && !/\.(?:localhost|local|internal|home\.arpa|lan|intranet|test|invalid)$/.test(name)
  );
}

const isLoopback = (host: string): boolean => host === '127.0.0.1' || host === '::1';

/** IPv4 that is not the public internet: the IANA special-purpose registry, and one cloud's service address that is formally public. */
const closed = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
].map(rangeOf);

/** IPv6 is the other way round: only what is given out worldwide is open, and in it not the ranges that carry or stand for others. */
const open6 = ['2000::/3'].map(rangeOf);
const closed6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'].map(rangeOf);

/** Whether a text is an IP address, of either family. */
export const isAddress = (text: string): boolean => addressOf(text) !== undefined;

/** Whether an IP address (as text) lies on the public internet; anything that is no address does not. */
export function isPublicAddress(text: string): boolean {
  const address = addressOf(text);
  if (address === undefined) return false;
  if (address.family === 4) return !isIn(address, closed);
  return isIn(address, open6) && !isIn(address, closed6);
}

/** Whether a connection to an address may be made under a reach. */
export const mayReach = (address: string, reach: Reach): boolean =>
  isPublicAddress(address) || (reach === 'public-and-loopback' && isLoopback(address));
