/** Runs the command `polygate` in a separate process, as users do. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The script to run instead of the repository's. */
  readonly script?: string;
}

/** A running command. */
export interface Running {
  readonly child: ChildProcess;
  /** Its standard output so far. */
  stdout(): string;
  /** Waits until standard output matches. Fails with all output if the command ends before. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  ended(): Promise<Ran>;
}

/** Starts the command in a new session, so that no Ctrl-C of a terminal reaches it. */
export function start(args: readonly string[], { cwd = ROOT, env, script }: RunOptions = {}): Running {
  const entry = script ?? join(ROOT, "cli/polygate.ts");
  const child = spawn(process.execPath, ["--conditions=polygate-source", entry, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    child.emit("said");
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const closed = once(child, "close").then(([code]): Ran => ({ code: code as number | null, stdout, stderr }));
  return {
    child,
    stdout: () => stdout,
    ended: () => closed,
    async said(pattern) {
      for (;;) {
        const match = pattern.exec(stdout);
        if (match !== null) return match;
        const end = await Promise.race([once(child, "said").then(() => undefined), closed]);
        if (end !== undefined && !pattern.test(stdout)) throw new Error(`ended with ${end.code}: ${end.stderr}`);
      }
    },
  };
}

export function run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return start(args, options).ended();
}

/** A temporary folder for the files of a test. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), "polygate-cli-"));

  at(name: string): string {
    return join(this.path, name);
  }

  write(name: string, text: string): string {
    writeFileSync(this.at(name), text);
    return this.at(name);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

const library = JSON.stringify(join(ROOT, "components/index.ts"));

/** The text of a module that exports descriptions. */
export function moduleText(body: string): string {
  return `import { defineApi, fromOpenApi, http, jwt, open } from ${library};\n${body}\n`;
}

/** A description that every vendor supports, as the text of an expression. */
export const plainApi = `defineApi({
  version: 1,
  title: "Shop",
  backends: { shop: http() },
  auth: { staff: jwt({ audiences: ["shop"] }), anyone: open("the shelves are public") },
  routes: { "GET /carts/{id}": { to: "shop", auth: "staff" }, "GET /shelves": { to: "shop", auth: "anyone" } },
})`;

/** A description with scopes and limits, as an OpenAPI document. */
export const orders = `openapi: 3.1.0
info: { title: Orders, version: "1" }
security: [{ staff: [] }]
paths:
  /orders:
    get: { responses: { "200": { description: ok } }, x-polygate: { limits: [{ requests: 60, per: minute, by: route }] } }
    post: { security: [{ staff: ["orders:write"] }], responses: { "201": { description: ok } } }
components:
  securitySchemes:
    staff:
      type: openIdConnect
      openIdConnectUrl: https://login.example.com/.well-known/openid-configuration
      x-polygate: { audiences: [orders] }
`;
