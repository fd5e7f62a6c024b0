import { readFileSync, type Stats, statSync } from "node:fs";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { fail } from "./failure.ts";

/** A larger file is no description of an API; the largest public ones have about 10 MiB. */
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * The absolute path of a file.
 *
 * @throws {PolygateError} for any URL but a `file:` URL: nothing is downloaded
 */
export function pathOf(file: string | URL): string {
  if (typeof file === "string" && !/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(file)) return resolve(file);
  const url = URL.parse(String(file));
  if (url?.protocol !== "file:") {
    return fail(
      String(file),
      "not-a-file",
      "An OpenAPI document must be a file. Nothing is downloaded.",
      "Download it, review it, and commit it beside the stack.",
    );
  }
  try {
    return fileURLToPath(url);
  } catch (error) {
    const rule = `The URL names no file: ${(error as Error).message.replace(/\.$/, "")}.`;
    return fail(String(file), "not-a-file", rule, "Write file:///path.");
  }
}

/** The path as a user would write it: relative to the working directory, if the file is below it. */
export function nameOf(file: string): string {
  const name = relative(process.cwd(), file);
  return name === "" || name.startsWith("..") ? file : name;
}

/**
 * The text of a file.
 *
 * @throws {PolygateError} if there is no such file, or if it contains no text
 */
export function readText(file: string): string {
  const name = nameOf(file);
  const bytes = readBytes(file, name);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return fail(name, "not-text", "The file is not UTF-8 text.", "Name an OpenAPI file in YAML or JSON, in UTF-8.");
  }
  if (text.includes("\0")) return fail(name, "not-text", "The file contains binary data.", "Name an OpenAPI file.");
  if (text.trim() === "") {
    return fail(name, "empty-file", "The file is empty.", "Write an OpenAPI document.");
  }
  return text;
}

function readBytes(file: string, name: string): Uint8Array {
  const status = attempt(name, () => statSync(file));
  checkStatus(status, name);
  return attempt(name, () => readFileSync(file));
}

function checkStatus(status: Stats, name: string): void {
  if (status.isDirectory()) fail(name, "not-a-file", "The path is a folder.", "Name the OpenAPI file in it.");
  if (!status.isFile()) fail(name, "not-a-file", "The path is not a regular file.", "Name an OpenAPI file.");
  if (status.size > MOST_BYTES) {
    const rule = `The file has ${status.size} bytes; at most ${MOST_BYTES} are read.`;
    fail(name, "too-large", rule, "Split the API.");
  }
}

function attempt<T>(name: string, access: () => T): T {
  try {
    return access();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown";
    if (code === "ENOENT" || code === "ENOTDIR") {
      const remedy =
        "Correct the path. A path is relative to the working directory; new URL(..., import.meta.url) is relative to the module.";
      return fail(name, "no-such-file", "The file does not exist.", remedy);
    }
    return fail(name, "unreadable", `The file cannot be read (${code}).`, "Check its permissions.");
  }
}
