import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Argument, Option } from "commander";
import type { Waivers } from "../components/api/capability/waivers.ts";
import { normalise } from "../components/api/check/normalise.ts";
import type { Api } from "../components/api/checked-api.ts";
import { readOpenApi } from "../components/api/openapi/from-openapi.ts";
import { PolygateError, type Problem } from "../components/api/problem.ts";
import { CommandError } from "./command-error.ts";
import { pairs } from "./option-values.ts";
import { noteLine } from "./output.ts";

/** The argument and options of `check` and `render` that name a description. */
export const fileArgument = new Argument("<file>", "an OpenAPI document, or a module that exports a description");
export const exportOption = new Option(
  "--export <name>",
  "the export to read, if the module exports several descriptions",
);
export const waiveOption = new Option(
  "--waive <feature=reason>",
  "a feature that may be missing if a vendor lacks it, and why that is safe, like `waive` of a gateway; may be repeated",
).argParser(pairs);

export const overlayOption = new Option(
  "--overlay <file>",
  "an OpenAPI Overlay that adds x-polygate to the OpenAPI document",
);

export interface DescriptionOptions {
  readonly export?: string;
  readonly overlay?: string;
  readonly waive?: Waivers;
}

/** The extensions of modules. Every other file is read as an OpenAPI document. */
const moduleExtensions = new Set([".ts", ".mts", ".cts", ".js", ".mjs", ".cjs"]);

export function isModule(path: string): boolean {
  return moduleExtensions.has(extname(path).toLowerCase());
}

/**
 * Reads FILE: an OpenAPI document, or a module that exports a description.
 *
 * @param options the export to read, by default the default export, or the only description that the module exports; and an overlay
 *   of the OpenAPI document
 * @throws {CommandError} if the file cannot be read, or is a module without a description.
 * @throws {PolygateError} with all problems of the description.
 */
export async function readApi(
  file: string,
  { export: name, overlay }: Pick<DescriptionOptions, "export" | "overlay">,
): Promise<Api> {
  const path = pathOf(file);
  await checkFile(file, path);
  if (isModule(path)) {
    if (overlay === undefined) return normalise(pick(await load(file, path), file, name));
    throw new CommandError(
      `${file}: --overlay is only valid for an OpenAPI document, but this is a module; pass it to fromOpenApi there`,
    );
  }
  if (name !== undefined)
    throw new CommandError(`${file}: --export is only valid for a module, but this is an OpenAPI document; remove it`);
  if (overlay !== undefined) await checkFile(overlay, pathOf(overlay));
  return normalise(readOpenApi(path, overlay === undefined ? {} : { overlay: pathOf(overlay) }, false));
}

/** The path of a file that a user names by its path or its URL. */
export function pathOf(file: string): string {
  return URL.parse(file)?.protocol === "file:" ? fileURLToPath(file) : resolve(file);
}

/** @throws {CommandError} for a path that is not that of a file that can be read */
export async function checkFile(file: string, path: string): Promise<void> {
  let status: Awaited<ReturnType<typeof stat>>;
  try {
    status = await stat(path);
    if (status.isFile()) await access(path, constants.R_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new CommandError(`${file}: no such file; pass an OpenAPI document or a module`);
    }
    throw new CommandError(`${file}: cannot read the file (${code}); check its permissions`);
  }
  if (status.isDirectory()) throw new CommandError(`${file}: this is a folder; pass the file in it`);
  if (!status.isFile()) throw new CommandError(`${file}: not a regular file; pass an OpenAPI document or a module`);
}

type Exports = Readonly<Record<string, unknown>>;

async function load(file: string, path: string): Promise<Exports> {
  // A module that ends the process, or that never finishes loading, must not result in the exit code 0.
  const onExit = (): void => {
    process.exitCode = 1;
    noteLine(`${file}: the module ends the process, or never finishes loading`);
  };
  process.once("exit", onExit);
  try {
    return exportsOf((await import(pathToFileURL(path).href)) as Exports);
  } catch (error) {
    if (isPolygateError(error)) throw new PolygateError(file, error.problems);
    const { message } = error instanceof Error ? error : new Error(String(error));
    throw new CommandError(`${file}: cannot load the module: ${message.replace(/\s*\n\s*/g, " ")}`, { cause: error });
  } finally {
    process.off("exit", onExit);
  }
}

/** A compiler that turns an ES module into CommonJS marks the module, and nests its default export in another one. */
function exportsOf(exports: Exports): Exports {
  const compiled = exports.default as Exports | null | undefined;
  return typeof compiled === "object" && compiled !== null && compiled.__esModule === true ? compiled : exports;
}

/** By name, since the module may have loaded another copy of the library. */
function isPolygateError(error: unknown): error is { readonly problems: readonly Problem[] } {
  return error instanceof Error && error.name === "PolygateError" && "problems" in error;
}

function pick(exports: Exports, file: string, name: string | undefined): unknown {
  if (name !== undefined) {
    if (Object.hasOwn(exports, name)) return exports[name];
    throw new CommandError(
      `${file}: the module does not export "${name}"; it exports ${quotedNames(Object.keys(exports))}`,
    );
  }
  if (isDescription(exports.default)) return exports.default;
  const descriptions = Object.entries(exports).filter(([, value]) => isDescription(value));
  const [first, ...more] = descriptions;
  if (first !== undefined && more.every(([, value]) => value === first[1])) return first[1];
  if (first !== undefined) {
    throw new CommandError(
      `${file}: the module exports several descriptions, ${quotedNames(descriptions.map(([key]) => key))}; select one with --export`,
    );
  }
  throw new CommandError(
    `${file}: the module exports no description, only ${quotedNames(Object.keys(exports))}; export the result of defineApi or fromOpenApi`,
  );
}

/** Whether a value is meant to be a description. Whether it is a valid one is checked later. */
function isDescription(value: unknown): boolean {
  return typeof value === "object" && value !== null && "routes" in value;
}

function quotedNames(names: readonly string[]): string {
  return names.length === 0 ? "nothing" : names.map((name) => `"${name}"`).join(", ");
}
