import { readFile, stat } from "node:fs/promises";
import { basename, dirname, extname, join, relative } from "node:path";
import { CommandError } from "../command-error.ts";

/** Where the overlay of a document is, unless the user names another file: `orders.polygate.yaml` for `orders.yaml`. */
export function overlayPathOf(document: string): string {
  return join(dirname(document), `${basename(document, extname(document))}.polygate.yaml`);
}

/** A document, as a reference from its overlay. */
export function referenceTo(document: string, overlay: string): string {
  const path = relative(dirname(overlay), document).replaceAll("\\", "/");
  const encoded = path.split("/").map(encodeURIComponent).join("/").replaceAll("%2B", "+").replaceAll("%40", "@");
  return encoded;
}

/** The text of an overlay. Undefined if there is no such file. */
export async function textOfOverlay(file: string, path: string): Promise<string | undefined> {
  try {
    if ((await stat(path)).isDirectory()) {
      throw new CommandError(`${file}: this is a folder; name another file with --overlay`);
    }
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new CommandError(`${file}: cannot read the file (${code}); check its permissions`);
  }
}
