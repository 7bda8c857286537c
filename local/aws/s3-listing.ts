import { type Bucket, s3Namespace, xmlType } from './s3-objects.ts';
import type { StoredObject } from './s3-store.ts';
import { AwsError, type AwsResponse } from './service.ts';
import { element, textIn, textsIn, xmlDocument } from './xml.ts';

const pageLimit = 1000;

/** ListObjectsV2. A continuation token is the last key or common prefix of the page before, in base64url. */
export function listObjects(bucket: Bucket, query: URLSearchParams): AwsResponse {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const maxKeys = Math.min(pageLimit, Number(query.get('max-keys') ?? pageLimit));
  if (!Number.isInteger(maxKeys) || maxKeys < 0) {
    throw new AwsError('InvalidArgument', 'max-keys must be a whole number of at least 0');
  }
  const token = query.get('continuation-token');
  const after =
    token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString();

  const entries = groupByPrefix(bucket.store.list(prefix), prefix, delimiter).filter(
    ({ name }) => Buffer.compare(Buffer.from(name), Buffer.from(after)) > 0,
  );
  const page = entries.slice(0, maxKeys);
  const truncated = maxKeys > 0 && entries.length > page.length;
  const last = page.at(-1);
  const encode = (text: string) =>
    query.get('encoding-type') === 'url' ? encodeURIComponent(text).replaceAll('%2F', '/') : text;

  const body = xmlDocument('ListBucketResult', s3Namespace, [
    element('Name', bucket.name),
    element('Prefix', encode(prefix)),
    ...(delimiter ? [element('Delimiter', encode(delimiter))] : []),
    element('MaxKeys', maxKeys),
    element('KeyCount', page.length),
    element('IsTruncated', truncated),
    ...(query.has('encoding-type') ? [element('EncodingType', 'url')] : []),
    ...(truncated && last
      ? [element('NextContinuationToken', Buffer.from(last.name).toString('base64url'))]
      : []),
    ...page.map(({ name, object }) =>
      object ? contents(object, encode) : element('CommonPrefixes', [element('Prefix', encode(name))]),
    ),
  ]);
  return { status: 200, headers: xmlType, body };
}

interface Entry {
  /** A key, or a common prefix. */
  readonly name: string;
  readonly object?: StoredObject;
}

function groupByPrefix(objects: readonly StoredObject[], prefix: string, delimiter: string): Entry[] {
  const entries: Entry[] = [];
  for (const object of objects) {
    const cut = delimiter ? object.key.indexOf(delimiter, prefix.length) : -1;
    if (cut < 0) entries.push({ name: object.key, object });
    else {
      const name = object.key.slice(0, cut + delimiter.length);
      if (entries.at(-1)?.name !== name) entries.push({ name });
    }
  }
  return entries;
}

function contents(object: StoredObject, encode: (text: string) => string): string {
  return element('Contents', [
    element('Key', encode(object.key)),
    element('LastModified', new Date(object.lastModified).toISOString()),
    element('ETag', object.etag),
    element('Size', object.size),
    element('StorageClass', 'STANDARD'),
  ]);
}

/** DeleteObjects; a key that is not there counts as deleted. */
export function deleteMany(bucket: Bucket, xml: string): AwsResponse {
  const keys = textsIn(xml, 'Object').map((object) => textIn(object, 'Key') ?? '');
  if (keys.length === 0 || keys.length > pageLimit) {
    throw new AwsError('MalformedXML', 'The XML you provided was not well-formed or did not validate');
  }
  for (const key of keys) bucket.store.delete(key);
  const deleted = keys.map((key) => element('Deleted', [element('Key', key)]));
  const body = xmlDocument('DeleteResult', s3Namespace, textIn(xml, 'Quiet') === 'true' ? [] : deleted);
  return { status: 200, headers: xmlType, body };
}
