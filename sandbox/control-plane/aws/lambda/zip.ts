import { inflateRawSync } from "node:zlib";
import { VendorError } from "../../resource-model.ts";

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;

/**
 * The files of a ZIP archive by path (PKWARE's APPNOTE.TXT, without ZIP64).
 * @param maxBytes the limit of the unpacked size of all files
 * @throws VendorError for an invalid archive, and for one over the limit
 */
export function unzip(archive: Buffer, maxBytes: number): ReadonlyMap<string, Buffer> {
  try {
    return read(archive, maxBytes);
  } catch (error) {
    if (error instanceof VendorError) throw error;
    // A length beyond the end of the archive, or data that does not inflate.
    throw new VendorError(
      `Could not unzip uploaded file. Please check your file, then try to upload again. (${error})`,
    );
  }
}

function read(archive: Buffer, maxBytes: number): ReadonlyMap<string, Buffer> {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || archive.readUInt32LE(end) !== END) throw new RangeError("no end of central directory");
  const files = new Map<string, Buffer>();
  let at = archive.readUInt32LE(end + 16);
  let left = maxBytes;
  for (let entry = archive.readUInt16LE(end + 10); entry > 0; entry--) {
    if (archive.readUInt32LE(at) !== ENTRY) throw new RangeError("no entry where one is announced");
    const [flags, method] = [archive.readUInt16LE(at + 8), archive.readUInt16LE(at + 10)];
    const [packed, unpacked] = [archive.readUInt32LE(at + 20), archive.readUInt32LE(at + 24)];
    const nameBytes = archive.readUInt16LE(at + 28);
    const name = archive.toString("utf8", at + 46, at + 46 + nameBytes);
    const local = archive.readUInt32LE(at + 42);
    at += 46 + nameBytes + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
    if (name.endsWith("/")) continue;
    if ((flags & ENCRYPTED) !== 0) throw new RangeError(`${name} is encrypted`);
    if (method !== STORED && method !== DEFLATED) throw new RangeError(`${name} has the compression method ${method}`);
    if (archive.readUInt32LE(local) !== LOCAL) throw new RangeError(`${name} is not where it is announced`);
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    left -= unpacked;
    if (left < 0) throw tooLarge(maxBytes);
    const data = archive.subarray(start, start + packed);
    // The archive may understate its unpacked size in order to fill the memory, so inflating stops at the declared size.
    const content = method === STORED ? Buffer.from(data) : inflateRawSync(data, { maxOutputLength: unpacked || 1 });
    if (content.length !== unpacked) throw new RangeError(`${name} is not as long as it is announced`);
    files.set(name, content);
  }
  return files;
}

/** The error for a package over the limit of the sandbox. */
export function tooLarge(maxBytes: number): VendorError {
  return new VendorError(
    `the package is over ${maxBytes / 1024 / 1024} MiB unpacked, the limit of the sandbox for one function ` +
      "(Lambda itself accepts 250 MiB); leave out what the function does not load",
  );
}
