import { randomUUID } from "node:crypto";
import { mkdir, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { CommandError } from "./command-error.ts";

/** A file that is written. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
}

/** Thrown before any file is renamed: a rename that fails would leave some files new and some old. */
const isFolder = Object.assign(new Error("a folder has this name"), { code: "EISDIR" });

/**
 * Writes all of the files or none, so that nobody reads a partial file or a mixture of old and new files. Creates their folders.
 *
 * @param instead what to write elsewhere with, e.g. `pass another folder with --out`
 * @throws {CommandError} if a file cannot be written
 */
export async function writeFiles(files: readonly NewFile[], instead: string): Promise<void> {
  const suffix = `.${randomUUID()}`;
  const written: { readonly path: string; readonly temporary: string }[] = [];
  let current = "";
  try {
    for (const { path, text } of files) {
      current = dirname(path);
      await mkdir(current, { recursive: true });
      current = path;
      // A link stays, and the file that it refers to is replaced.
      const target = await realpath(path).catch(() => path);
      const before = await stat(target).catch(() => undefined);
      if (before?.isDirectory()) throw isFolder;
      written.push({ path: target, temporary: `${target}${suffix}` });
      await writeNew(`${target}${suffix}`, text, before?.mode);
    }
    for (const { path, temporary } of written) {
      current = path;
      await rename(temporary, path);
    }
  } catch (error) {
    for (const { temporary } of written) await rm(temporary, { force: true }).catch(() => {});
    const reason = reasonOf(error as NodeJS.ErrnoException, instead);
    throw new CommandError(`cannot write ${current}: ${reason}`, { cause: error });
  }
}

/** Writes a file that reaches the disk before it gets its name. */
async function writeNew(path: string, text: string, mode: number | undefined): Promise<void> {
  const file = await open(path, "wx", mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

function reasonOf({ code = "unknown", message }: NodeJS.ErrnoException, instead: string): string {
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
    case "EFBIG":
      return `no space is left (${code}); free some, or ${instead}`;
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return `permission denied (${code}); ${instead}`;
    case "EEXIST":
    case "ENOTDIR":
      return `a file has this name (${code}); ${instead}`;
    case "EISDIR":
      return `a folder has this name (${code}); remove it, or ${instead}`;
    default:
      return message;
  }
}
