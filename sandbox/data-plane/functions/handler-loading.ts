import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { takesCallbacks } from "./node-runtime.ts";

export type Handler = (...args: unknown[]) => unknown;

/**
 * Loads the handler `path/file.export` (or `file.a.b`) from a function's folder. The file is `file` itself or has the extension
 * `.js`, `.mjs` or `.cjs`; its name or the nearest `package.json` decides whether it is an ES module.
 *
 * @throws Error with the message of Lambda's own runtime, and whatever the module throws
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 */
export async function loadHandler(root: string, text: string): Promise<Handler> {
  if (text.includes("..")) {
    throw new Error(
      `'${text}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  }
  const last = basename(text);
  const [, file, path] = /^([^.]*)\.(.*)$/.exec(last) ?? [];
  if (file === undefined || path === undefined) throw new Error(`Bad handler '${text}'`);
  const folder = text.slice(0, text.indexOf(last));
  const loaded = await loadModule(root, folder, file);
  const handler = path
    .split(".")
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], loaded);
  if (handler === undefined || handler === null) throw new Error(`${text} is undefined or not exported`);
  if (typeof handler !== "function") throw new Error(`${text} is not a function`);
  return handler as Handler;
}

/** Why a runtime refuses a handler; undefined when it does not. Lambda recognises a handler with a callback by its third parameter. */
export function callbackHandlerProblem(handler: Handler, runtime: string): string | undefined {
  if (takesCallbacks(runtime) || handler.length < 3) return undefined;
  return `Runtime.CallbackHandlerDeprecated: ${runtime} takes no handlers with a callback; return a promise`;
}

async function loadModule(root: string, folder: string, name: string): Promise<unknown> {
  const stem = resolve(root, folder.replace(/^\/+/, ""), name);
  const found = ["", ".js", ".mjs", ".cjs"].map((extension) => stem + extension).find(isFile);
  const require = createRequire(join(root, "index.js"));
  try {
    // A name without a file in the package may be the name of a module.
    if (found === undefined) return require(name);
    return isEsModule(found) ? await import(pathToFileURL(found).href) : require(found);
  } catch (error) {
    if (error instanceof SyntaxError) throw new Error(`SyntaxError: ${error.message}`, { cause: error });
    if ((error as { readonly code?: unknown }).code === "MODULE_NOT_FOUND") {
      const [line] = (error as Error).message.split("\n", 1);
      throw new Error(`Error: ${line}`, { cause: error });
    }
    throw error;
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function isEsModule(file: string): boolean {
  if (file.endsWith(".mjs")) return true;
  if (!file.endsWith(".js")) return false;
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const description = join(folder, "package.json");
    if (existsSync(description)) return JSON.parse(readFileSync(description, "utf8")).type === "module";
  }
  return false;
}
