/** A machine with nothing on it: a folder for tools, a cache folder, and an environment that knows no others. */

import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Progress } from "../../setup/progress.js";
import { onPath } from "../../setup/tool.js";

export class BareMachine {
  readonly folder = mkdtempSync(join(tmpdir(), "polygate-machine-"));
  readonly bin = join(this.folder, "bin");
  /** What the set-up calls its cache: `polygate` in the user's. */
  readonly cache = join(this.folder, "cache", "polygate");
  readonly env: NodeJS.ProcessEnv = {
    HOME: this.folder,
    PATH: this.bin,
    XDG_CACHE_HOME: join(this.folder, "cache"),
  };
  /** Every line that the set-up told. */
  readonly told: string[] = [];
  readonly progress: Progress = {
    step: (text) => this.told.push(text),
    update: () => {},
    note: (text) => this.told.push(text),
  };

  constructor() {
    mkdirSync(this.bin);
  }

  /** Puts a shell script on PATH, or into another folder. Its own calls are written to `calls(name)`. */
  tool(name: string, script: string, folder = this.bin): string {
    const path = join(folder, name);
    mkdirSync(folder, { recursive: true });
    const log = join(this.folder, `${name}.calls`);
    writeFileSync(path, `#!/bin/sh\nPATH=/usr/bin:/bin\necho "$*" >> '${log}'\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  /** Puts a tool of this computer on PATH. */
  realTool(name: string): void {
    const [path] = onPath(name, process.env);
    if (path === undefined) throw new Error(`this test needs ${name} on PATH`);
    symlinkSync(path, join(this.bin, name));
  }

  /** The arguments of each call of a tool, so far. */
  calls(name: string): string[] {
    try {
      return readFileSync(join(this.folder, `${name}.calls`), "utf8")
        .trimEnd()
        .split("\n");
    } catch {
      return [];
    }
  }

  /** An engine that knows its version, with its language host beside it unless told otherwise. */
  pulumi(version: string, { folder = this.bin, languageHost = true } = {}): string {
    if (languageHost) this.tool("pulumi-language-nodejs", "exit 0", folder);
    return this.tool("pulumi", `echo v${version}`, folder);
  }

  /** A Go that "builds" an engine of the pinned version: scripts instead of binaries. */
  go(before = ""): void {
    this.tool(
      "go",
      `if [ "$1" = list ]; then echo a; echo b; exit 0; fi
${before}
while [ "$1" != -o ]; do shift; done
for name in pulumi pulumi-language-nodejs; do printf '#!/bin/sh\\necho built\\n' > "$2/$name"; chmod +x "$2/$name"; done`,
    );
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
