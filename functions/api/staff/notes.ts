import type { Case } from '../../domain/case.ts';
import { act, actorOf, type Colleague, type StaffPorts, sealWords } from './cases.ts';

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
    const words = await sealWords(ports, current.row, 'note', { text, by });
    // Its place in the trail and a part of the commitment: two notes at once never stand under the same name.
    const note = `note-${current.row.version}-${words.commitment.slice(0, 12)}`;
    return [
      {
        type: 'note-added',
        by,
        at,
        data: { note, ...words },
        children: [{ kind: 'note', value: { id: note, at, by, sealed: words.words } }],
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
  return act(ports, id, expected, now, async ({ row }) => {
    const data = await sealWords(ports, row, 'authority', { how, by });
    return [{ type: 'authority-checked', by, at, data, set: { authorityCheckedBy: by } }];
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
