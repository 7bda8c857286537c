import type { Correction } from './contract.ts';

/**
 * The asked-for corrections under a vendor's own field names. Undefined when one of them is not the vendor's to change: correcting a
 * part and calling it done would leave the rest wrong without anybody knowing.
 * @param fields our field name in lower case → the vendor's
 */
export function vendorFields(
  corrections: readonly Correction[],
  fields: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> | undefined {
  const changes: Record<string, string> = {};
  for (const { field, value } of corrections) {
    const ours = field.trim().toLowerCase();
    const theirs = Object.hasOwn(fields, ours) ? fields[ours] : undefined;
    if (theirs === undefined) return undefined;
    changes[theirs] = value;
  }
  return Object.keys(changes).length > 0 ? changes : undefined;
}
