import type { Lie } from './faults.ts';

/** The mailbox that a lying vendor names instead of the subject's; nobody has it. */
export const strangersMailbox = 'somebody.else@example.org';

/** Twists an honest body into one of the lies that are told in the answer alone; other lies leave it as it is. */
export function twistBody(lie: Lie, body: string): string {
  if (lie === 'wrong-subject')
    return body.replace(/[A-Za-z0-9._+-]+(@|%40)[A-Za-z0-9.-]+/g, strangersMailbox);
  if (lie === 'cut-body') return body.slice(0, Math.floor(body.length / 2));
  if (lie === 'prototype-keys') return body.replace(/^\s*\{/, '{"__proto__":{"polluted":true},');
  if (lie !== 'partial-page') return body;
  try {
    return JSON.stringify(halveLists(JSON.parse(body)));
  } catch {
    return body;
  }
}

/** Halves the page's own lists; what hangs inside a record is not paged and stays. */
function halveLists(node: unknown): unknown {
  if (Array.isArray(node)) return node.slice(0, Math.floor(node.length / 2));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, halveLists(value)]));
}

/** One place in a JSON document and what stood there before; undefined where nothing did. */
export interface Change {
  readonly path: readonly string[];
  readonly before: unknown;
}

type JsonObject = Record<string, unknown>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What one call changed, took away or added, so that exactly that can be undone later while everything since then stays. */
export function changesBetween(before: unknown, after: unknown, path: readonly string[] = []): Change[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (!isObject(before) || !isObject(after)) return [{ path, before }];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => changesBetween(before[key], after[key], [...path, key]));
}

/** Puts the changed places back as they were; gives the new document. */
export function restoreChanges<Data>(data: Data, changes: readonly Change[]): Data {
  const restored = structuredClone(data);
  for (const { path, before } of changes) putBack(restored, path, before);
  return restored;
}

function putBack(root: unknown, path: readonly string[], value: unknown): void {
  let node = root;
  for (const key of path.slice(0, -1)) {
    if (!isObject(node)) return;
    node[key] ??= {};
    node = node[key];
  }
  const last = path.at(-1);
  if (!isObject(node) || last === undefined) return;
  if (value === undefined) delete node[last];
  else node[last] = value;
}
