import { createHash } from "node:crypto";
import { readdirSync, readFileSync, type Stats, statSync } from "node:fs";
import { join, posix, resolve } from "node:path";
import { isObject, type PropertyValue, signatureKey, text } from "../../property-value.ts";
import { VendorError } from "../../resource-model.ts";
import { tooLarge, unzip } from "./zip.ts";

/** The engine's signatures of assets and archives (sdk/go/common/resource/sig). */
const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";

/** The limit of the sandbox, which stores the files of all functions in one file and in memory. */
const MAX_BYTES = 20 * 1024 * 1024;

/** An unpacked deployment package. */
export interface FunctionPackage {
  /** The files in base64, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** The SHA-256 of paths and contents, in base64. The same files have the same hash, whatever the form of the archive. */
  readonly sha256: string;
  /** The size of all files in bytes. */
  readonly size: number;
}

/**
 * Unpacks the `code` of a function: an archive of assets, or a folder or ZIP file of this machine. A relative path starts at the working
 * directory of the sandbox, because the engine does not tell the program's.
 * @throws VendorError for a package that is unreadable, too large, or of a kind that the sandbox does not read
 */
export function unpack(code: PropertyValue): FunctionPackage {
  const files = new Map<string, Buffer>();
  let left = MAX_BYTES;
  addArchive(code, "", (path, content) => {
    const clean = posix.normalize(path);
    if (clean.startsWith("/") || clean === ".." || clean.startsWith("../")) {
      throw new VendorError(`the path ${path} leads out of the package`);
    }
    left -= content.length;
    if (left < 0) throw tooLarge(MAX_BYTES);
    files.set(clean, content);
  });
  if (files.size === 0) throw new VendorError("Uploaded file must be a non-empty zip");
  const sorted = [...files].sort(([one], [other]) => (one < other ? -1 : 1));
  const hash = createHash("sha256");
  for (const [path, content] of sorted) hash.update(JSON.stringify([path, digest(content)]));
  return {
    files: Object.fromEntries(sorted.map(([path, content]) => [path, content.toString("base64")])),
    sha256: hash.digest("base64"),
    size: MAX_BYTES - left,
  };
}

/** Whether two archives have the same content, by the engine's hashes. */
export function samePackage(left: PropertyValue, right: PropertyValue): boolean {
  if (!isObject(left) || !isObject(right)) return false;
  return text(left, "hash") !== undefined && left.hash === right.hash;
}

type Add = (path: string, content: Buffer) => void;

function addArchive(archive: PropertyValue, under: string, add: Add): void {
  if (!isObject(archive) || archive[signatureKey] !== ARCHIVE) {
    throw new VendorError("code must be an archive: an AssetArchive, or a FileArchive of a folder or a ZIP file");
  }
  const path = text(archive, "path");
  if (isObject(archive.assets)) {
    for (const [name, entry] of Object.entries(archive.assets)) {
      const path = posix.join(under, name);
      if (isObject(entry) && entry[signatureKey] === ASSET) add(path, assetContent(entry, path));
      else addArchive(entry, path, add);
    }
  } else if (path !== undefined) {
    addFileArchive(path, text(archive, "hash"), under, add);
  } else {
    throw new VendorError(
      `the sandbox does not fetch archives${text(archive, "uri") === undefined ? "" : ` (${text(archive, "uri")})`}; ` +
        "pass code as an AssetArchive or a FileArchive",
    );
  }
}

function addFileArchive(path: string, hash: string | undefined, under: string, add: Add): void {
  const absolute = resolve(path);
  if (statsOf(absolute, path).isDirectory()) {
    addFolder(absolute, under, add);
    return;
  }
  const content = readFileSync(absolute);
  checkHash(content, hash, path);
  if (!/\.(?:zip|jar)$/i.test(path)) {
    throw new VendorError(`${path}: the sandbox reads folders and ZIP files as archives; pass one of these as code`);
  }
  for (const [name, file] of unzip(content, MAX_BYTES)) add(posix.join(under, name), file);
}

function addFolder(folder: string, under: string, add: Add): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) addFolder(path, posix.join(under, entry.name), add);
    // The engine ignores a link to a folder too.
    else if (entry.isFile() || (entry.isSymbolicLink() && statsOf(path, path).isFile())) {
      add(posix.join(under, entry.name), readFileSync(path));
    }
  }
}

/**
 * The bytes of an asset.
 * @param place where the program passes the asset, for errors
 */
export function assetContent(asset: { readonly [name: string]: PropertyValue }, place: string): Buffer {
  const path = text(asset, "path");
  if (text(asset, "uri") !== undefined) {
    throw new VendorError(`${place}: the sandbox does not fetch assets; pass the file or its text`);
  }
  // The engine omits an empty text.
  if (path === undefined) return Buffer.from(text(asset, "text") ?? "", "utf8");
  const absolute = resolve(path);
  statsOf(absolute, path);
  const content = readFileSync(absolute);
  checkHash(content, text(asset, "hash"), path);
  return content;
}

/** @param path the path as the program writes it, for errors */
function statsOf(absolute: string, path: string): Stats {
  const stats = statSync(absolute, { throwIfNoEntry: false });
  if (stats !== undefined) return stats;
  throw new VendorError(
    `${path}: the sandbox finds no such file (${absolute}); pass an absolute path, or start the sandbox in the program's working directory`,
  );
}

/** Refuses a file that is not the engine's. A relative path may lead to another file here. */
function checkHash(content: Buffer, hash: string | undefined, path: string): void {
  if (hash === undefined || hash === digest(content)) return;
  throw new VendorError(
    `${path} is another file for the sandbox than for the engine; pass an absolute path, or start the sandbox in the program's working directory`,
  );
}

function digest(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
