import { readFile, stat } from "node:fs/promises";
import { basename, extname, join, relative, resolve } from "node:path";
import { normalise } from "../../components/api/check/normalise.ts";
import type { Api } from "../../components/api/checked-api.ts";
import type { Vendor } from "../../components/api/problem.ts";
import type { VendorReport } from "../check-report.ts";
import { CommandError } from "../command-error.ts";
import type { NewFile } from "../write-files.ts";
import { isInstalled, nextCommands, sdks } from "./next-commands.ts";
import type { Settled } from "./settle.ts";
import { EXAMPLE_BACKEND, stackFiles } from "./stack-files.ts";

/** What a stack is written for. */
export interface StackRequest {
  /** The folder, as the user wrote it. */
  readonly folder: string;
  /** The vendors that the user named. */
  readonly vendors: readonly Vendor[] | undefined;
  readonly document: string;
  /** The overlay, if there is one. */
  readonly overlay: string | undefined;
  readonly servers: readonly string[];
}

/** The files of a stack, and how to go on with it. */
export interface StackPlan {
  readonly folder: string;
  readonly files: readonly NewFile[];
  /** The files that exist and are different. */
  readonly replaced: readonly string[];
  /** The commands to run next. */
  readonly next: readonly string[];
}

/** Files that a folder may have already, and that then stay. */
const kept = ["package.json", "tsconfig.json"];

/** A URL that a backend can be bound with. */
const PUBLIC_URL = /^https:\/\/[a-z0-9.-]+(?::\d{1,4})?(?:\/[\w.~/-]*)?$/i;

/**
 * Plans a stack for a settled document. Writes nothing.
 *
 * @throws {CommandError} if no stack can be written
 */
export async function planStack(
  request: StackRequest,
  { reading: { description, servers } }: Settled,
  reports: readonly VendorReport[],
): Promise<StackPlan> {
  const { folder, document, overlay } = request;
  const path = resolve(folder);
  if (description === undefined) throw new CommandError("problems are left");
  const api = normalise(description);
  checkBackends(api);
  const vendors = chosen(request, path, reports);
  const name = projectName(document);
  const from = (file: string): string => relativeUrl(path, file);
  const backends = backendUrls(api, request.servers, servers);
  const texts = stackFiles({
    name,
    api,
    document: from(document),
    overlay: overlay === undefined ? undefined : from(overlay),
    backends,
    vendors,
  });
  const files: NewFile[] = [];
  const replaced: string[] = [];
  for (const [file, text] of Object.entries(texts)) {
    const target = join(path, file);
    const before = await textOf(target);
    if (file === "package.json" && before !== undefined) checkManifest(target, before);
    if (before === text || (before !== undefined && kept.includes(file))) continue;
    if (before !== undefined) replaced.push(join(folder, file));
    files.push({ path: target, text });
  }
  const next = nextCommands({ folder, path, vendors: vendors.map(({ vendor }) => vendor), backends });
  return { folder, files, replaced, next };
}

/** The URL of each backend for the sandbox: that of its server in the document, if it is a public one. */
function backendUrls(
  { backends }: Api,
  ofDocument: readonly string[],
  own: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const publicOf = (urls: readonly string[]): string => urls.find((url) => PUBLIC_URL.test(url)) ?? EXAMPLE_BACKEND;
  return new Map(
    Object.keys(backends).map((name) => {
      const url = own.get(name);
      return [name, publicOf(url === undefined ? ofDocument : [url])];
    }),
  );
}

function checkBackends({ backends }: Api): void {
  const other = Object.entries(backends).find(([, { kind }]) => kind !== "http");
  if (other === undefined) return;
  throw new CommandError(
    `the backend "${other[0]}" is of the kind ${other[1].kind}, which init cannot bind; write the stack yourself, see docs/stacks.md`,
  );
}

/** The vendors to deploy to: those that the user named, or else those whose SDK is installed. */
function chosen({ vendors }: StackRequest, path: string, reports: readonly VendorReport[]): readonly VendorReport[] {
  const refused = reports.find(({ vendor, carried }) => vendors?.includes(vendor) && !carried);
  if (refused !== undefined) {
    throw new CommandError(`${refused.vendor} does not support the API`);
  }
  const carried = reports.filter(({ carried: isCarried }) => isCarried);
  if (carried.length === 0) throw new CommandError("no vendor supports the API");
  if (vendors !== undefined) return carried.filter(({ vendor }) => vendors.includes(vendor));
  const installed = carried.filter(({ vendor }) => isInstalled(sdks[vendor], path));
  return installed.length > 0 ? installed : carried.slice(0, 1);
}

/** A name that a project of Pulumi can have. */
function projectName(document: string): string {
  const name = basename(document, extname(document))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "")
    .slice(0, 30);
  return name === "" ? "api" : name;
}

/** A file as a URL relative to a folder. */
function relativeUrl(folder: string, file: string): string {
  const steps = relative(folder, file).replaceAll("\\", "/").split("/").map(encodeURIComponent);
  return steps[0] === ".." ? steps.join("/") : `./${steps.join("/")}`;
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    if ((await stat(file)).isDirectory()) throw new CommandError(`${file}: a folder has this name; remove it`);
    return await readFile(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    if (error instanceof CommandError) throw error;
    throw new CommandError(`${file}: cannot read the file (${code}); pass another folder with --stack`);
  }
}

/** The program is an ES module, so the package of its folder must be one. */
function checkManifest(file: string, text: string): void {
  let type: unknown;
  try {
    type = (JSON.parse(text) as { readonly type?: unknown }).type;
  } catch {
    throw new CommandError(`${file}: this is no JSON; correct it, or pass another folder with --stack`);
  }
  if (type === "module") return;
  throw new CommandError(
    `${file}: the package is not an ES module; pass another folder with --stack, or write "type": "module" in it`,
  );
}
