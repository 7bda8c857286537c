/**
 * The one table. Names are short because every item pays for them. Both indexes are sparse: `shelf` is on rows of requests only, `watch` on rows
 * that the sweep still has to look after.
 * They hold keys only: an index that carries the row is written again with every change of it, while a page of rows is read by their keys.
 */
export const tableSchema = {
  partitionKey: 'pk',
  sortKey: 'sk',
  timeToLive: 'expiresAt',
  indexes: [
    /** The queue: open requests by planned day, and closed ones by the instant of closing. */
    { name: 'queue', partitionKey: 'shelf', sortKey: 'due', projection: 'KEYS_ONLY' },
    /** The sweep's list: what must be looked at, by when. */
    { name: 'look', partitionKey: 'watch', sortKey: 'lookAt', projection: 'KEYS_ONLY' },
  ],
} as const;

export type IndexName = (typeof tableSchema.indexes)[number]['name'];
