/**
 * Generates `schema.json`, the types of resource arguments, from the declarations of the Pulumi SDKs, so that the sandbox rejects what the
 * providers reject. Run it after an update of an SDK: `node sandbox/control-plane/schema/generate.ts`.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { sorted } from "./declarations.ts";
import type { PropertySchema, ResourceSchema, SchemaFile } from "./resource-schema.ts";
import { SdkReader } from "./sdk-reader.ts";
import { selection } from "./selection.ts";

const require = createRequire(import.meta.url);

/** Reads the installed SDKs. */
export function generateSchema(): SchemaFile {
  const packages: Record<string, string> = {};
  const resources: Record<string, ResourceSchema> = {};
  const types: Record<string, Record<string, PropertySchema>> = {};
  for (const [name, patterns] of Object.entries(selection)) {
    const root = dirname(require.resolve(`@pulumi/${name}/package.json`));
    packages[`@pulumi/${name}`] = (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Version).version;
    const reader = new SdkReader(name, root, types);
    for (const file of patterns.flatMap((pattern) => expand(root, pattern))) reader.resource(file, resources);
  }
  return { packages, resources: sorted(resources), types: sorted(types) };
}

interface Version {
  readonly version: string;
}

function expand(root: string, pattern: string): string[] {
  if (!pattern.endsWith("/*")) return [pattern];
  const module = pattern.slice(0, -2);
  return readdirSync(join(root, module))
    .filter((file) => file.endsWith(".d.ts") && !/^(?:get[A-Z]|list[A-Z]|index\.)/.test(file))
    .map((file) => `${module}/${file.slice(0, -".d.ts".length)}`)
    .sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL("schema.json", import.meta.url), `${JSON.stringify(generateSchema(), null, 2)}\n`);
}
