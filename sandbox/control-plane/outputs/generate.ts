/**
 * Generates `aws.json`, `azure-native.json` and `gcp.json`: the outputs that each SDK types as present. Run it after an update of an SDK:
 * `node sandbox/control-plane/outputs/generate.ts`.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { interfacesOf, type Member, type Members, membersOf } from "./declarations.ts";
import type { OutputFile } from "./output-types.ts";

const require = createRequire(import.meta.url);

export const sdks = ["aws", "azure-native", "gcp"] as const;

/** Reads one installed SDK. */
export function generateOutputs(sdk: (typeof sdks)[number]): OutputFile {
  const root = dirname(require.resolve(`@pulumi/${sdk}/package.json`));
  const types = new TypesInUse(root);
  const resources: Record<string, string> = {};
  for (const module of modulesOf(root)) {
    for (const file of readdirSync(join(root, module)).sort()) {
      if (!/^(?!get[A-Z]|list[A-Z]).*\.d\.ts$/.test(file)) continue;
      const source = readFileSync(join(root, module, file), "utf8");
      const [, className] = /^export declare class (\w+) extends pulumi\.CustomResource/m.exec(source) ?? [];
      if (className === undefined) continue;
      const inputs = membersOf(source, `export interface ${className}Args {`);
      const written = types.written(membersOf(source, `export declare class ${className} `), inputs, inputs);
      if (written === "") continue;
      resources[tokenIn(join(root, module, file.replace(/\.d\.ts$/, ".js")))] = written;
    }
  }
  return { resources, types: types.all() };
}

/** The token of the resource that a file of an SDK implements, without the package. */
function tokenIn(file: string): string {
  const [, token] = /__pulumiType = '[^:']+:([^']+)'/.exec(readFileSync(file, "utf8")) ?? [];
  if (token === undefined) throw new Error(`${file} implements no resource`);
  return token;
}

function modulesOf(root: string): readonly string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "types" && entry.name !== "config")
    .map(({ name }) => name)
    .sort();
}

const none: Members = new Map();

/** The object types of an SDK that outputs refer to. */
class TypesInUse {
  readonly #outputs: ReadonlyMap<string, Members>;
  readonly #inputs: ReadonlyMap<string, Members>;
  readonly #used = new Map<string, string>();

  constructor(root: string) {
    this.#outputs = interfacesOf(readFileSync(join(root, "types/output.d.ts"), "utf8"));
    this.#inputs = interfacesOf(readFileSync(join(root, "types/input.d.ts"), "utf8"));
  }

  all(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#used].sort(([left], [right]) => (left < right ? -1 : 1)));
  }

  /**
   * The members that a provider computes, as text. A member that the program may leave out is marked with `=`, and one that is present
   * only if the program passes it, but has computed members of its own, with `?`.
   *
   * @param inputs the members that the program passes
   * @param passed those of them that are never computed, because the program must pass them
   */
  written(outputs: Members, inputs: Members, passed: Members): string {
    const written: string[] = [];
    for (const [name, output] of [...outputs].sort(([left], [right]) => (left < right ? -1 : 1))) {
      const input = inputs.get(name);
      const isComputed = !output.optional && passed.get(name)?.optional !== false;
      if (!isComputed && !this.#hasComputed(output, input, new Set())) continue;
      const mark = isComputed ? (input === undefined ? "" : "=") : "?";
      written.push(`${name}${mark}${this.#code(output.type, input?.type)}`);
    }
    return written.join(" ");
  }

  /** Whether a value of the program's gets computed members. */
  #hasComputed(output: Member, input: Member | undefined, seen: Set<string>): boolean {
    const name = referred(output.type, "outputs");
    if (name === undefined || input === undefined || seen.has(name)) return false;
    seen.add(name);
    const declared = this.#inputs.get(referred(input.type, "inputs") ?? "");
    return [...(this.#outputs.get(name) ?? [])].some(([member, type]) => {
      const same = declared?.get(member);
      return (!type.optional && (same === undefined || same.optional)) || this.#hasComputed(type, same, seen);
    });
  }

  /** `:s` is left out, since most outputs are strings. */
  #code(type: string, input: string | undefined): string {
    if (/^\{/.test(type)) return ":m";
    const name = referred(type, "outputs");
    if (name !== undefined) {
      this.#use(name, referred(input ?? "", "inputs"));
      return `${type.endsWith("[]") ? ":l" : ":o"}@${name}`;
    }
    if (type.endsWith("[]")) return ":l";
    if (type === "number") return ":n";
    if (type === "boolean") return ":b";
    return type === "any" ? ":a" : "";
  }

  /** An object may be computed in one place and passed in another, so that all of its members count as computed. */
  #use(name: string, input: string | undefined): void {
    if (this.#used.has(name)) return;
    // Entered before its members are read, because a type may contain itself.
    this.#used.set(name, "");
    this.#used.set(name, this.written(this.#outputs.get(name) ?? none, this.#inputs.get(input ?? "") ?? none, none));
  }
}

/** The object type that a type refers to, alone or in a list. */
function referred(type: string, root: "inputs" | "outputs"): string | undefined {
  return new RegExp(`\\b${root}\\.([\\w.]+)`).exec(type)?.[1];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const sdk of sdks) {
    const file = new URL(`${sdk}.json`, import.meta.url);
    writeFileSync(file, `${JSON.stringify(generateOutputs(sdk), null, 2)}\n`);
  }
}
