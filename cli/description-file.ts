import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Argument, Option } from "commander";
import type { Waivers } from "../components/api/capability/waivers.ts";
import { normalise } from "../components/api/check/normalise.ts";
import type { Api } from "../components/api/checked-api.ts";
import { fromOpenApi } from "../components/api/openapi/from-openapi.ts";
import { PolygateError, type Problem } from "../components/api/problem.ts";
import { CommandError } from "./command-error.ts";
import { pairs } from "./option-values.ts";
import { note } from "./output.ts";

/** FILE, and what may be said beside it, as `check` and `render` take them. */
export const fileArgument = new Argument("<file>", "an OpenAPI document, or a module that exports a description");
export const exportOption = new Option("--export <name>", "which export of a module, when it has several descriptions");
export const waiveOption = new Option(
  "--waive <feature=reason>",
  "what may be missing where a vendor lacks it, as `waive` of a gateway; may be repeated",
).argParser(pairs);

export interface DescriptionOptions {
  readonly export?: string;
  readonly waive?: Waivers;
}

/** What is loaded as a module; every other file is read as an OpenAPI document. */
const moduleExtensions = new Set([".ts", ".mts", ".cts", ".js", ".mjs", ".cjs"]);

/**
 * Reads FILE: an OpenAPI document, or a module that exports a description.
 *
 * @param name which export of a module; default: the default one, or the only one that is a description
 * @throws {CommandError} when it is no file, or a module without a description to take.
 * @throws {PolygateError} with all that is wrong with the description.
 */
export async function readApi(file: string, name: string | undefined): Promise<Api> {
  const path = pathOf(file);
  await checkFile(file, path);
  if (moduleExtensions.has(extname(path).toLowerCase())) return normalise(pick(await load(file, path), file, name));
  if (name !== undefined) throw new CommandError(`${file}: --export is for modules, and this is read as OpenAPI`);
  return normalise(fromOpenApi(path));
}

function pathOf(file: string): string {
  return URL.parse(file)?.protocol === "file:" ? fileURLToPath(file) : resolve(file);
}

async function checkFile(file: string, path: string): Promise<void> {
  let status: Awaited<ReturnType<typeof stat>>;
  try {
    status = await stat(path);
    if (status.isFile()) await access(path, constants.R_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new CommandError(`${file}: there is no such file; name an OpenAPI document or a module`);
    }
    throw new CommandError(`${file}: this file cannot be read (${code}); check its rights`);
  }
  if (status.isDirectory()) throw new CommandError(`${file}: this is a folder; name the file in it`);
  if (!status.isFile())
    throw new CommandError(`${file}: this is no regular file; name an OpenAPI document or a module`);
}

type Exports = Readonly<Record<string, unknown>>;

async function load(file: string, path: string): Promise<Exports> {
  // A module may end the process, or wait for what never comes; neither may pass for "fine".
  const ended = (): void => {
    process.exitCode = 1;
    note(`${file}: the module ends the process, or waits for ever, while it is loaded`);
  };
  process.once("exit", ended);
  try {
    return exportsOf((await import(pathToFileURL(path).href)) as Exports);
  } catch (error) {
    if (isPolygateError(error)) throw new PolygateError(file, error.problems);
    const { message } = error instanceof Error ? error : new Error(String(error));
    throw new CommandError(`${file}: this module cannot be loaded: ${message}`, { cause: error });
  } finally {
    process.off("exit", ended);
  }
}

/** A compiler that turns an ES module into CommonJS marks it so; then its default export stands below the default one. */
function exportsOf(exports: Exports): Exports {
  const compiled = exports.default as Exports | null | undefined;
  return typeof compiled === "object" && compiled !== null && compiled.__esModule === true ? compiled : exports;
}

/** The module may have loaded another copy of the library. */
function isPolygateError(error: unknown): error is { readonly problems: readonly Problem[] } {
  return error instanceof Error && error.name === "PolygateError" && "problems" in error;
}

function pick(exports: Exports, file: string, name: string | undefined): unknown {
  if (name !== undefined) {
    if (Object.hasOwn(exports, name)) return exports[name];
    throw new CommandError(`${file}: it does not export "${name}"; it exports ${listed(Object.keys(exports))}`);
  }
  if (isDescription(exports.default)) return exports.default;
  const found = Object.entries(exports).filter(([, value]) => isDescription(value));
  const [first, ...more] = found;
  if (first !== undefined && more.every(([, value]) => value === first[1])) return first[1];
  if (first !== undefined) {
    throw new CommandError(
      `${file}: it exports several descriptions, ${listed(found.map(([key]) => key))}; name one with --export`,
    );
  }
  throw new CommandError(
    `${file}: it exports no description, but ${listed(Object.keys(exports))}; export what defineApi or fromOpenApi returns`,
  );
}

/** Whether someone meant this to be a description; whether it is one is checked with everything else. */
function isDescription(value: unknown): boolean {
  return typeof value === "object" && value !== null && "routes" in value;
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "nothing" : names.map((name) => `"${name}"`).join(", ");
}
