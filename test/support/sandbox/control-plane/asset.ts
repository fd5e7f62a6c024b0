/** Assets and archives as the engine sends them (sdk/go/common/resource/asset and archive). */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import { type PropertyValue, signatureKey } from "../../../../sandbox/control-plane/property-value.ts";

const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";

export function hashOf(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** An empty text is left out. */
export function stringAsset(text: string): PropertyValue {
  return { [signatureKey]: ASSET, hash: hashOf(text), ...(text === "" ? {} : { text }) };
}

export function fileAsset(path: string, hash: string = hashOf(readFileSync(path))): PropertyValue {
  return { [signatureKey]: ASSET, hash, path };
}

export function assetArchive(assets: Readonly<Record<string, PropertyValue>>): PropertyValue {
  return { [signatureKey]: ARCHIVE, hash: hashOf(JSON.stringify(assets)), assets };
}

export function fileArchive(path: string, hash = "of a tar that the engine makes of a folder"): PropertyValue {
  return { [signatureKey]: ARCHIVE, hash, path };
}

export function remoteArchive(uri: string): PropertyValue {
  return { [signatureKey]: ARCHIVE, hash: "", uri };
}

/** Files by path, as an archive of texts. */
export function code(files: Readonly<Record<string, string>>): PropertyValue {
  return assetArchive(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, stringAsset(text)])));
}

/** A ZIP file: entries that end in a slash are folders, the first file is stored, all others are deflated. */
export function zip(files: Readonly<Record<string, string>>, unpackedBytes?: number): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [index, [path, text]] of Object.entries(files).entries()) {
    const [name, content] = [Buffer.from(path), Buffer.from(text)];
    const method = index === 0 ? 0 : 8;
    const data = method === 0 ? content : deflateRawSync(content);
    const unpacked = unpackedBytes ?? content.length;
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(method, 8);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt32LE(unpacked, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    parts.push(local, name, data);
    directory.push(entry, name);
    at += local.length + name.length + data.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(directory.length / 2, 10);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, ...directory, end]);
}
