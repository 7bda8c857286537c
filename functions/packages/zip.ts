import { crc32 } from 'node:zlib';
import { deflateSync } from 'fflate';
import { PermanentError } from '../domain/errors.ts';

/**
 * The zip format (APPNOTE 6.3.9) as far as packages need it: whole entries that can be written apart and joined later, because an archive
 * is its entries one after another with a directory at the end. Times are fixed and the compressor is JavaScript, so that the same
 * content gives the same bytes on every machine.
 */
export interface ZipEntry {
  readonly name: string;
  readonly crc: number;
  /** Bytes as stored and as they were. */
  readonly packed: number;
  readonly size: number;
  readonly method: 0 | 8;
  /** Where the entry begins, in bytes from the start of what it was written into. */
  readonly offset: number;
}

/** 1 January 1980, 00:00: the first moment that the format can say. */
const dosTime = 0;
const dosDate = (1 << 5) | 1;
/** File names are UTF-8. */
const flags = 1 << 11;
const version = 20;
/** Without the 64-bit extension, which not every unpacker reads. */
const mostBytes = 0xff_ff_ff_00;
const mostEntries = 0xff_f0;
/** Compressing less than this gains nothing. */
const leastToDeflate = 64;

/** Only letters, digits, dots, dashes, and slashes between plain names: nothing that leaves the folder it is unpacked into. */
const safeName = /^(?!.*\.\.)[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*){0,4}$/i;

/** One entry with its header. Throws `PermanentError` for a name that is not our own kind or an entry beyond the format. */
export function zipEntry(
  name: string,
  content: Uint8Array,
  offset: number,
): { readonly bytes: Uint8Array; readonly entry: ZipEntry } {
  if (!safeName.test(name) || name.length > 200) throw new PermanentError('zip-name');
  if (content.byteLength > mostBytes) throw new PermanentError('zip-entry-too-large');
  const deflated = content.byteLength < leastToDeflate ? content : deflateSync(content, { level: 6 });
  const method = deflated.byteLength < content.byteLength ? 8 : 0;
  const body = method === 8 ? deflated : content;
  const entry: ZipEntry = {
    name,
    crc: crc32(content),
    packed: body.byteLength,
    size: content.byteLength,
    method,
    offset,
  };
  const encoded = Buffer.from(name, 'utf8');
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(version, 4);
  writeCommon(header, 6, entry, encoded.byteLength);
  return { bytes: Buffer.concat([header, encoded, body]), entry };
}

/** The directory that ends an archive; `at` is where it begins. */
export function zipDirectory(entries: readonly ZipEntry[], at: number): Uint8Array {
  if (entries.length > mostEntries) throw new PermanentError('zip-too-many-entries');
  if (at > mostBytes) throw new PermanentError('zip-too-large');
  const records = entries.map((entry) => {
    const encoded = Buffer.from(entry.name, 'utf8');
    const record = Buffer.alloc(46);
    record.writeUInt32LE(0x02014b50, 0);
    record.writeUInt16LE(version, 4);
    record.writeUInt16LE(version, 6);
    writeCommon(record, 8, entry, encoded.byteLength);
    record.writeUInt32LE(entry.offset, 42);
    return Buffer.concat([record, encoded]);
  });
  const directory = Buffer.concat(records);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.byteLength, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([directory, end]);
}

/** The fields that local and directory headers share, from the flags on. */
function writeCommon(header: Buffer, at: number, entry: ZipEntry, nameBytes: number): void {
  header.writeUInt16LE(flags, at);
  header.writeUInt16LE(entry.method, at + 2);
  header.writeUInt16LE(dosTime, at + 4);
  header.writeUInt16LE(dosDate, at + 6);
  header.writeUInt32LE(entry.crc, at + 8);
  header.writeUInt32LE(entry.packed, at + 12);
  header.writeUInt32LE(entry.size, at + 16);
  header.writeUInt16LE(nameBytes, at + 20);
}
