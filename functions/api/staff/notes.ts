import { sha256 } from '../../domain/audit.ts';
import type { Case } from '../../domain/case.ts';
import { act, actorOf, type Colleague, type StaffPorts } from './cases.ts';

/** A note for colleagues; the words are sealed, the trail says that one was written. */
export function addNote(
  ports: StaffPorts,
  id: string,
  colleague: Colleague,
  text: string,
  now: number,
): Promise<Case> {
  const at = new Date(now).toISOString();
  const by = actorOf(colleague);
  return act(ports, id, 'any', now, async (current) => {
    // The words are part of the name, so that two notes at once never stand under the same one.
    const name = `note-${current.row.version}-${sha256(`${by}\n${text}`).slice(0, 12)}`;
    await ports.vault.put(id, `note.${name}`, { text, by });
    return [
      {
        type: 'note-added',
        by,
        at,
        data: { note: name },
        children: [{ kind: 'note', value: { id: name, at, by, sealed: `note.${name}` } }],
      },
    ];
  });
}

/** How a representative's authority, or identity itself, was checked; "checked" is noted and no copy is kept (EDPB 01/2022 §79). */
export function recordAuthority(
  ports: StaffPorts,
  id: string,
  expected: number | 'any',
  colleague: Colleague,
  how: string,
  now: number,
): Promise<Case> {
  const at = new Date(now).toISOString();
  const by = actorOf(colleague);
  return act(ports, id, expected, now, async () => {
    await ports.vault.put(id, 'authority', { how, by });
    return [{ type: 'authority-checked', by, at, set: { authorityCheckedBy: by } }];
  });
}

export function setHold(
  ports: StaffPorts,
  id: string,
  expected: number | 'any',
  colleague: Colleague,
  hold: boolean,
  now: number,
): Promise<Case> {
  const at = new Date(now).toISOString();
  return act(ports, id, expected, now, () => [
    { type: hold ? 'hold-set' : 'hold-lifted', by: actorOf(colleague), at, set: { hold } },
  ]);
}
