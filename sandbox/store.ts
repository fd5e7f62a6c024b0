import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { PropertyValue } from "./control-plane/property-value.ts";
import type { Records } from "./control-plane/records.ts";
import type { PortBook } from "./port-book.ts";
import { createPrivateFolder } from "./private-files.ts";

/** The version of the tables, increased by changes that an older sandbox cannot read. */
const storeVersion = 1;

/** A problem with the store, and what to do about it. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}

export interface StoreOptions {
  /** The largest size of the file, in bytes. @default the space on the disk */
  readonly maximumBytes?: number;
  /** The process id of another sandbox that uses the folder, if it is known. */
  readonly owner?: () => number | undefined;
}

/**
 * Everything that outlives the process, in one SQLite file. Each change is on the disk before it is confirmed (write-ahead log,
 * `synchronous=FULL`), so a killed process loses no confirmed change.
 */
export class Store implements Records, PortBook {
  readonly #database: DatabaseSync;
  readonly #path: string;
  // One process owns the file (see `#prepare`), so memory and disk are the same.
  readonly #records = new Map<string, PropertyValue>();
  /** The number of records created so far, by which records are ordered. */
  #created = 0;

  constructor(directory: string, options: StoreOptions = {}) {
    this.#path = join(directory, "sandbox.db");
    try {
      createPrivateFolder(directory);
      this.#database = new DatabaseSync(this.#path);
    } catch (error) {
      throw new StoreError(
        `the sandbox cannot open its store ${this.#path} (${(error as Error).message}); ` +
          "use a folder that can be written to",
      );
    }
    try {
      this.#prepare(options.maximumBytes);
    } catch (error) {
      this.#database.close();
      throw error instanceof StoreError ? error : this.#explain(error, options.owner?.());
    }
  }

  #prepare(maximumBytes: number | undefined): void {
    // The operating system's lock ends with the process, however it ends: no lock is ever stale, and no two sandboxes share a folder.
    this.#database.exec(
      "PRAGMA busy_timeout = 2000; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;",
    );
    if (maximumBytes !== undefined) {
      const { page_size } = this.#database.prepare("PRAGMA page_size").get() as { page_size: number };
      this.#database.exec(`PRAGMA max_page_count = ${Math.floor(maximumBytes / page_size)}`);
    }
    const version = (this.#database.prepare("PRAGMA user_version").get() as { user_version: number }).user_version;
    if (version !== 0 && version !== storeVersion) {
      throw new StoreError(
        `${this.#path} was written by another version of the sandbox (store version ${version}, this one reads ` +
          `${storeVersion}); use that version, or delete the folder to start empty`,
      );
    }
    this.#database.exec(`
      BEGIN IMMEDIATE;
      CREATE TABLE IF NOT EXISTS records (key TEXT PRIMARY KEY, value TEXT NOT NULL, made INTEGER NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS ports (key TEXT PRIMARY KEY, port INTEGER NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS hosts (origin TEXT PRIMARY KEY, target TEXT NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
      PRAGMA user_version = ${storeVersion};
      COMMIT;
    `);
    for (const row of this.#database.prepare("SELECT key, value, made FROM records ORDER BY made").all()) {
      this.#created = Number(row.made);
      this.#records.set(String(row.key), JSON.parse(String(row.value)) as PropertyValue);
    }
  }

  get(key: string): PropertyValue | undefined {
    return this.#records.get(key);
  }

  list(prefix: string): readonly (readonly [string, PropertyValue])[] {
    return [...this.#records].filter(([key]) => key.startsWith(prefix));
  }

  /** Writes all of the changes, or throws and writes none. */
  commit(changes: ReadonlyMap<string, PropertyValue | undefined>): void {
    if (changes.size === 0) return;
    this.#write(() => {
      const put = this.#database.prepare(
        "INSERT INTO records (key, value, made) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      );
      const remove = this.#database.prepare("DELETE FROM records WHERE key = ?");
      for (const [key, value] of changes) {
        if (value === undefined) remove.run(key);
        else put.run(key, JSON.stringify(value), ++this.#created);
      }
    });
    for (const [key, value] of changes) {
      if (value === undefined) this.#records.delete(key);
      else this.#records.set(key, value);
    }
  }

  portOf(key: string): number | undefined {
    const row = this.#database.prepare("SELECT port FROM ports WHERE key = ?").get(key);
    return row === undefined ? undefined : Number(row.port);
  }

  remember(key: string, port: number): void {
    this.#write(() => {
      this.#database
        .prepare("INSERT INTO ports (key, port) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET port = excluded.port")
        .run(key, port);
    });
  }

  /** The host map's entries: origin -> loopback origin. */
  hosts(): ReadonlyMap<string, string> {
    const rows = this.#database.prepare("SELECT origin, target FROM hosts").all();
    return new Map(rows.map((row) => [String(row.origin), String(row.target)]));
  }

  mapHost(origin: string, target: string): void {
    this.#write(() => {
      this.#database
        .prepare(
          "INSERT INTO hosts (origin, target) VALUES (?, ?) ON CONFLICT (origin) DO UPDATE SET target = excluded.target",
        )
        .run(origin, target);
    });
  }

  /** A stored secret, such as the issuer's key. */
  secret(name: string): string | undefined {
    const row = this.#database.prepare("SELECT value FROM secrets WHERE name = ?").get(name);
    return row === undefined ? undefined : String(row.value);
  }

  keepSecret(name: string, value: string): void {
    this.#write(() => {
      this.#database.prepare("INSERT INTO secrets (name, value) VALUES (?, ?)").run(name, value);
    });
  }

  close(): void {
    this.#database.close();
  }

  #write(change: () => void): void {
    try {
      this.#database.exec("BEGIN IMMEDIATE");
      change();
      this.#database.exec("COMMIT");
    } catch (error) {
      // After some errors, such as a full disk, SQLite has already rolled back.
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw this.#explain(error);
    }
  }

  #explain(error: unknown, owner?: number): StoreError {
    const { errcode, message } = error as Error & { readonly errcode?: number };
    // Primary result codes (https://www.sqlite.org/rescode.html): 13 SQLITE_FULL, 10 SQLITE_IOERR, 8 SQLITE_READONLY.
    const primary = errcode === undefined ? undefined : errcode & 0xff;
    if (primary === 13) {
      return new StoreError(
        `no space left for the sandbox's store ${this.#path}; nothing was changed. Free some space and run the command again`,
      );
    }
    // 5 SQLITE_BUSY
    if (primary === 5) {
      return new StoreError(
        `another sandbox${owner === undefined ? "" : ` (process ${owner})`} uses the folder of ${this.#path}; ` +
          "stop it, or use another folder for this one",
      );
    }
    // 26 SQLITE_NOTADB, 11 SQLITE_CORRUPT
    if (primary === 26 || primary === 11) {
      return new StoreError(
        `the sandbox's store ${this.#path} is damaged (${message}); delete its folder to start empty`,
      );
    }
    return new StoreError(`the sandbox's store ${this.#path} cannot be written (${message}); nothing was changed`);
  }
}
