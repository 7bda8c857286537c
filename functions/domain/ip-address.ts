/** An IP address as the number that it is. */
export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** All addresses that begin with the same bits. */
export interface Range {
  readonly start: bigint;
  /** Bits that may differ. */
  readonly free: bigint;
}

/** A network in the form `10.0.0.0/8`. Throws `TypeError` for anything else. */
export function rangeOf(network: string): Range {
  const slash = network.indexOf('/');
  const address = addressOf(network.slice(0, slash));
  if (address === undefined) throw new TypeError('not a network');
  const free = BigInt((address.family === 4 ? 32 : 128) - Number(network.slice(slash + 1)));
  return { start: address.value >> free, free };
}

/** Whether an address lies in one of some ranges of its own family. */
export const isIn = ({ value }: Address, ranges: readonly Range[]): boolean =>
  ranges.some(({ start, free }) => value >> free === start);

/** An IP address from its text; `undefined` for anything else. */
export function addressOf(text: string): Address | undefined {
  const family = text.includes(':') ? 6 : 4;
  const value = family === 6 ? value6(text) : value4(text);
  return value === undefined ? undefined : { family, value };
}

function value4(text: string): bigint | undefined {
  const parts = text.split('.');
  // Leading zeros are octal to some readers and decimal to others.
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

function value6(text: string): bigint | undefined {
  const whole = withoutDots(text);
  const gap = whole.indexOf('::');
  const first = groupsOf(gap < 0 ? whole : whole.slice(0, gap));
  const last = groupsOf(gap < 0 ? '' : whole.slice(gap + 2));
  const missing = 8 - first.length - last.length;
  if (gap < 0 ? missing !== 0 : missing < 1) return undefined;
  const all = [...first, ...Array<string>(missing).fill('0'), ...last];
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return all.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

const groupsOf = (part: string): string[] => (part === '' ? [] : part.split(':'));

/** An IPv4 address at the end, written as the two groups that it stands for; one that is none stays, and is no group. */
function withoutDots(text: string): string {
  return text.replace(/(?<=:)[\d.]+\.[\d.]+$/, (dotted) => {
    const value = value4(dotted);
    return value === undefined ? dotted : `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
  });
}
