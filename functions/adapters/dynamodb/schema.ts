/**
 * The one table. Names are short because every item pays for them. Both indexes are sparse: `shelf` is on rows of requests only, `watch` on rows
 * that the sweep still has to look after.
 */
export const tableSchema = {
  partitionKey: 'pk',
  sortKey: 'sk',
  timeToLive: 'expiresAt',
  indexes: [
    /** The queue: open requests by planned day, and closed ones by the instant of closing. */
    { name: 'queue', partitionKey: 'shelf', sortKey: 'due', projection: 'ALL' },
    /** The sweep's list: what must be looked at, by when. */
    { name: 'look', partitionKey: 'watch', sortKey: 'lookAt', projection: 'ALL' },
  ],
} as const;

export type IndexName = (typeof tableSchema.indexes)[number]['name'];
