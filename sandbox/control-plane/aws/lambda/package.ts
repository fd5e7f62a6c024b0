import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, posix, resolve } from "node:path";
import { isObject, type PropertyValue, signatureKey, text } from "../../property-value.ts";
import { VendorError } from "../../resource-model.ts";
import { tooLarge, unzip } from "./zip.ts";

/** How the engine marks them: sdk/go/common/resource/sig. */
const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";

/** The sandbox keeps every function's files in its store, which is one file and in memory. */
const MOST_BYTES = 20 * 1024 * 1024;

/** A deployment package. */
export interface FunctionPackage {
  /** Base64 by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Base64 of a SHA-256 over paths and contents: the same files are the same package, however they came. */
  readonly sha256: string;
  /** Of the files together, in bytes. */
  readonly size: number;
}

/**
 * Unpacks what the program gave as `code`: an archive of assets, or one of this machine's files (a folder or a ZIP).
 * A relative path is one from where the sandbox runs, since the engine does not say where its program does.
 * @throws VendorError when it cannot be read, is too large, or is of a kind that the sandbox does not read
 */
export function unpack(code: PropertyValue): FunctionPackage {
  const files = new Map<string, Buffer>();
  let left = MOST_BYTES;
  addArchive(code, "", (path, content) => {
    const clean = posix.normalize(path);
    if (clean.startsWith("/") || clean === ".." || clean.startsWith("../")) {
      throw new VendorError(`the path ${path} leads out of the package`);
    }
    left -= content.length;
    if (left < 0) throw tooLarge(MOST_BYTES);
    files.set(clean, content);
  });
  if (files.size === 0) throw new VendorError("Uploaded file must be a non-empty zip");
  const sorted = [...files].sort(([one], [other]) => (one < other ? -1 : 1));
  const hash = createHash("sha256");
  for (const [path, content] of sorted) hash.update(JSON.stringify([path, digest(content)]));
  return {
    files: Object.fromEntries(sorted.map(([path, content]) => [path, content.toString("base64")])),
    sha256: hash.digest("base64"),
    size: MOST_BYTES - left,
  };
}

/** Whether two archives hold the same, by the hashes that the engine gives them. */
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
      const place = posix.join(under, name);
      if (isObject(entry) && entry[signatureKey] === ASSET) add(place, assetContent(entry, place));
      else addArchive(entry, place, add);
    }
  } else if (path !== undefined) {
    addFileArchive(path, text(archive, "hash"), under, add);
  } else {
    throw new VendorError(
      `the sandbox does not fetch archives${text(archive, "uri") === undefined ? "" : ` (${text(archive, "uri")})`}; ` +
        "give code as an AssetArchive or a FileArchive",
    );
  }
}

function addFileArchive(path: string, hash: string | undefined, under: string, add: Add): void {
  const place = resolve(path);
  if (found(place, path).isDirectory()) {
    addFolder(place, under, add);
    return;
  }
  const content = readFileSync(place);
  checkHash(content, hash, path);
  if (!/\.(?:zip|jar)$/i.test(path)) {
    throw new VendorError(`${path}: the sandbox reads folders and ZIP files as archives; give one of these as code`);
  }
  for (const [name, file] of unzip(content, MOST_BYTES)) add(posix.join(under, name), file);
}

function addFolder(folder: string, under: string, add: Add): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const place = join(folder, entry.name);
    if (entry.isDirectory()) addFolder(place, posix.join(under, entry.name), add);
    // A link to a folder is left out, as the engine leaves it out.
    else if (entry.isFile() || (entry.isSymbolicLink() && found(place, place).isFile())) {
      add(posix.join(under, entry.name), readFileSync(place));
    }
  }
}

/** An asset's bytes. */
export function assetContent(asset: { readonly [name: string]: PropertyValue }, place: string): Buffer {
  const path = text(asset, "path");
  if (text(asset, "uri") !== undefined) {
    throw new VendorError(`${place}: the sandbox does not fetch assets; give the file or its text`);
  }
  // The engine leaves an empty text out.
  if (path === undefined) return Buffer.from(text(asset, "text") ?? "", "utf8");
  const absolute = resolve(path);
  found(absolute, path);
  const content = readFileSync(absolute);
  checkHash(content, text(asset, "hash"), path);
  return content;
}

function found(place: string, given: string) {
  const stats = statSync(place, { throwIfNoEntry: false });
  if (stats !== undefined) return stats;
  throw new VendorError(
    `${given}: there is no such file for the sandbox (${place}); give an absolute path, or start the sandbox where the program is`,
  );
}

/** A relative path may lead to another file here than it does for the engine. */
function checkHash(content: Buffer, hash: string | undefined, path: string): void {
  if (hash === undefined || hash === digest(content)) return;
  throw new VendorError(
    `${path} is another file for the sandbox than for the engine; give an absolute path, or start the sandbox where the program is`,
  );
}

function digest(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
