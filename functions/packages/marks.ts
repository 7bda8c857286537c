import * as v from 'valibot';
import { PermanentError } from '../domain/errors.ts';
import type { HandFile } from '../domain/package.ts';
import { handFilesPrefix } from '../domain/package-files.ts';
import type { Files, Vault } from '../domain/ports.ts';
import { type Redaction, redaction } from '../domain/redaction.ts';

/** Sealed, because a mark may quote the text that it leaves out. */
const sealedAs = 'redactions';

export async function readRedactions(vault: Pick<Vault, 'get'>, id: string): Promise<readonly Redaction[]> {
  const value = await vault.get(id, sealedAs);
  if (value === undefined) return [];
  const parsed = v.safeParse(v.array(redaction), value);
  if (!parsed.success) throw new PermanentError('redactions-not-readable');
  return parsed.output;
}

export const saveRedactions = (
  vault: Pick<Vault, 'put'>,
  id: string,
  redactions: readonly Redaction[],
): Promise<void> => vault.put(id, sealedAs, redactions);

/** What staff have added by hand, in a fixed order. */
export async function readHandFiles(files: Pick<Files, 'list'>, id: string): Promise<readonly HandFile[]> {
  const prefix = handFilesPrefix(id);
  const found = await files.list(prefix);
  return found
    .flatMap(({ key, bytes }): HandFile[] => {
      const [processor, name] = key.slice(prefix.length).split('/');
      return processor && name ? [{ processor, name, bytes }] : [];
    })
    .sort((a, b) => (`${a.processor}/${a.name}` < `${b.processor}/${b.name}` ? -1 : 1));
}
