import { createWriteStream, mkdirSync, type WriteStream } from "node:fs";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import type { AccessLogLine } from "./data-plane/interpreter.ts";

const folder = "access-logs";

/**
 * Writes the vendors' access logs, a file for each log group: `access-logs/NAME.log` in the sandbox's folder, with `%2F` for each slash of
 * the name. As in the cloud, requests do not wait for their lines.
 */
export class AccessLogFiles {
  readonly #folder: string;
  readonly #warn: (message: string) => void;
  readonly #files = new Map<string, WriteStream>();
  #warned = false;

  constructor(directory: string, warn: (message: string) => void) {
    this.#folder = join(directory, folder);
    this.#warn = warn;
  }

  write({ logGroup, message }: AccessLogLine): void {
    this.#file(logGroup).write(`${message}\n`);
  }

  /** Closes the files after all lines are written. */
  async close(): Promise<void> {
    const files = [...this.#files.values()];
    this.#files.clear();
    for (const file of files) file.end();
    await Promise.allSettled(files.map((file) => finished(file)));
  }

  #file(logGroup: string): WriteStream {
    const open = this.#files.get(logGroup);
    if (open !== undefined && !open.destroyed) return open;
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const file = createWriteStream(join(this.#folder, `${encodeURIComponent(logGroup)}.log`), {
      flags: "a",
      mode: 0o600,
    });
    file.on("error", (error) => this.#warnOnce(error));
    this.#files.set(logGroup, file);
    return file;
  }

  /** Warns once: with a full disk, every request would warn. */
  #warnOnce({ message }: Error): void {
    if (this.#warned) return;
    this.#warned = true;
    this.#warn(`access logs cannot be written, and their lines are lost: ${message}`);
  }
}
