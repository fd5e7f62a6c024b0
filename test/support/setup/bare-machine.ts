/** A machine without tools: an empty folder on PATH, an empty cache folder, and an environment that names only these. */

import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Progress } from "../../../setup/progress.js";
import { onPath } from "../../../setup/tool.js";

export class BareMachine {
  readonly folder = mkdtempSync(join(tmpdir(), "polygate-machine-"));
  readonly bin = join(this.folder, "bin");
  /** The cache folder of the set-up: `polygate` in the user's cache folder. */
  readonly cache = join(this.folder, "cache", "polygate");
  readonly env: NodeJS.ProcessEnv = {
    HOME: this.folder,
    PATH: this.bin,
    XDG_CACHE_HOME: join(this.folder, "cache"),
  };
  /** Every line that the set-up printed. */
  readonly told: string[] = [];
  readonly progress: Progress = {
    step: (text) => this.told.push(text),
    update: () => {},
    note: (text) => this.told.push(text),
  };

  constructor() {
    mkdirSync(this.bin);
  }

  /** Writes a shell script to PATH or to another folder. `calls(name)` returns the arguments of its calls. */
  tool(name: string, script: string, folder = this.bin): string {
    const path = join(folder, name);
    mkdirSync(folder, { recursive: true });
    const log = join(this.folder, `${name}.calls`);
    writeFileSync(path, `#!/bin/sh\nPATH=/usr/bin:/bin\necho "$*" >> '${log}'\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  /** Writes a script to PATH whose interpreter is missing, so that it cannot be started. */
  brokenTool(name: string): string {
    const path = this.tool(name, "");
    writeFileSync(path, "#!/nowhere/interpreter\n");
    return path;
  }

  /** Links a tool of this computer to PATH. */
  realTool(name: string): void {
    const [path] = onPath(name, process.env);
    if (path === undefined) throw new Error(`This test requires ${name} on PATH.`);
    symlinkSync(path, join(this.bin, name));
  }

  /** The arguments of each call of a tool. */
  calls(name: string): string[] {
    try {
      return readFileSync(join(this.folder, `${name}.calls`), "utf8")
        .trimEnd()
        .split("\n");
    } catch {
      return [];
    }
  }

  /** Writes an engine that prints a version, with a language host beside it by default. */
  pulumi(version: string, { folder = this.bin, languageHost = true } = {}): string {
    if (languageHost) this.tool("pulumi-language-nodejs", "exit 0", folder);
    return this.tool("pulumi", `echo v${version}`, folder);
  }

  /** Writes a Go that "builds" the engine: it writes scripts instead of binaries. */
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
