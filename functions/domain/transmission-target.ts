import { InvalidInput } from './errors.ts';

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
  if (address.length > addressLength || !URL.canParse(address)) return refuse('not-an-address');
  const url = new URL(address);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (reach === 'public-and-loopback' && isLoopback(host)) return { url, host };
  if (url.protocol !== 'https:') return refuse('not-https');
  if (url.username !== '' || url.password !== '') return refuse('address-with-login');
  if (url.port !== '') return refuse('port-not-allowed');
  if (host.length > hostLength) return refuse('not-an-address');
  const isPublic = isAddress(host) ? isPublicAddress(host) : isPublicName(host);
  return isPublic ? { url, host } : refuse('host-not-public');
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

interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

interface Range {
  readonly start: bigint;
  /** Bits that may differ. */
  readonly free: bigint;
}

function rangeOf(text: string): Range {
  const [network = '', prefix = ''] = text.split('/');
  const address = addressOf(network);
  if (address === undefined) throw new TypeError('not a network');
  const free = BigInt((address.family === 4 ? 32 : 128) - Number(prefix));
  return { start: address.value >> free, free };
}

const isIn = ({ value }: Address, ranges: readonly Range[]): boolean =>
  ranges.some(({ start, free }) => value >> free === start);

/** An IP address from its text; `undefined` for anything else. */
function addressOf(text: string): Address | undefined {
  const value = text.includes(':') ? value6(text) : value4(text);
  return value === undefined ? undefined : { family: text.includes(':') ? 6 : 4, value };
}

function value4(text: string): bigint | undefined {
  const parts = text.split('.');
  // Leading zeros are octal to some readers and decimal to others.
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

function value6(text: string): bigint | undefined {
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const low = tail ? value4(tail[2] ?? '') : undefined;
  if (tail && low === undefined) return undefined;
  const whole =
    low === undefined ? text : `${tail?.[1]}${(low >> 16n).toString(16)}:${(low & 0xffffn).toString(16)}`;
  const [before = '', after, ...more] = whole.split('::');
  if (more.length > 0) return undefined;
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const [first, last] = [groups(before), groups(after ?? '')];
  const missing = 8 - first.length - last.length;
  if (after === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...first, ...Array.from({ length: missing }, () => '0'), ...last];
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return all.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

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
