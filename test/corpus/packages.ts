import { createHash } from "node:crypto";
import { cpSync, globSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, provideFolder } from "../../setup/cache.js";
import { runNpm } from "../../setup/npm.js";
import { progressOn } from "../../setup/progress.js";

/** A package of npm that contains OpenAPI documents. */
interface Package {
  readonly version: string;
  readonly integrity: string;
  /** The files and folders that are kept. */
  readonly keeps: readonly string[];
}

/**
 * Packages whose documents are read and whose code is not. They are no dependencies of this repository, because npm would install
 * theirs as well, several hundred packages. Their licences are MIT, Apache-2.0 or ISC.
 */
const packages: Readonly<Record<string, Package>> = {
  "@blockfrost/openapi": {
    version: "0.1.93",
    integrity: "sha512-gC0NOZk+9MSa5aK846gbcU12VqbZwzVpZmgO6314e9ExJo9g3QsMmniplewOhI5fJQVHR0A7lgCVqk/pbK1iKA==",
    keeps: ["openapi.yaml"],
  },
  "@dcl/catalyst-api-specs": {
    version: "3.8.0",
    integrity: "sha512-l0h3Q6O76bMH679FKeeIN3UWix+2D1tC2zSJAx7ROPZ42nZY3m4EGJIr5OI9aJAiYq0T/vTFNp7ypOnUOeBXiA==",
    keeps: ["lib/api.yaml"],
  },
  "@digdir/dialogporten-schema": {
    version: "1.118.6",
    integrity: "sha512-lRlFqAF59sK7U1cm4taIZkXatS2/u12cQ6wgg4lmlS/roTtHCEfvLtNO5oCcfnEy8XeC2ZDEWdbXLRKMDOzc5Q==",
    keeps: ["swagger.verified.json"],
  },
  "@dopplerhq/mcp-server": {
    version: "1.0.5",
    integrity: "sha512-q0h8w3DWwFJwjNElNMOIqRP2D5jV7vpTbowvLeB9EQJnrJ6VEkDyUAkNfSHupe86xZDUZX2TDsftmJaws1wZAw==",
    keeps: ["doppler-openapi.json"],
  },
  "@interledger/open-payments": {
    version: "7.4.0",
    integrity: "sha512-VLnHdvQ0J76/72yzJQwvNno9EJG42iAvkHQZmgunIW35DxZrB6QVgShV9fz4k5DH68Mg8KYQR6+60mwmnG/gJg==",
    keeps: ["dist/openapi/specs"],
  },
  "@netlify/open-api": {
    version: "2.60.0",
    integrity: "sha512-zNwSsLoFF8G0EGXFsADg99a+e3zAObOFdm8/dTG2btfxmZ7vlqfbNgryie2vD6hTlUbt3kCZN66OE79PQWt/5w==",
    keeps: ["dist/swagger.json"],
  },
  "@notionhq/notion-mcp-server": {
    version: "2.5.2",
    integrity: "sha512-5nPSwHMnugSGAhSJS5vVIlMao+iTJO9HoWGpCnT8lJNrPy3rZMqs1V/CPiN4MuxF+5EBgRE/f/Tirl6Wfi75Mg==",
    keeps: ["scripts/notion-openapi.json"],
  },
  "@okta/openapi": {
    version: "2.15.0",
    integrity: "sha512-twwPLKMJ5HlEZvdL6n0TiOIYqJVihM7g3UI1oSKBm9mPb0Fv9BIFKVOOrloJ3LiEnhTOzkR8w16BdCxbPTVcjg==",
    keeps: ["dist/spec.yaml"],
  },
  "@shipengine/connect-fulfillment-provider-api": {
    version: "4.6.0",
    integrity: "sha512-gXKSVyqh0iJXnrf2Ma8LvG0QXco6d3DcAHdyhhmlCPBdTLAVYi+1sJe64M846KUXFiGa/DC8n1+GgItTP8HPQA==",
    keeps: ["spec.yaml"],
  },
  "@twilio-alpha/mcp": {
    version: "0.7.0",
    integrity: "sha512-YsUde1pMXwqHm8Cvq9JdtsyvclVCC/f/V+FmxTNN04u5Qt5aapkbQgcfqBYQ0xcmvATBNswgPDo3MPVaCtZK8Q==",
    keeps: ["twilio-oai/spec/json"],
  },
  "rclone-openapi": {
    version: "1.75.0",
    integrity: "sha512-qkuPnhiFFS0cu5jAcG3TXWKZrkw54KYFCDPL5PDFY5Q3CZcooP4EXuMmcoQKWpmglohk12b65OW31QDVadsjRw==",
    keeps: ["openapi.yaml"],
  },
  "shipengine-openapi": {
    version: "1.4.0",
    integrity: "sha512-OPyPYD6FQfyx5h9IxCFnUflqS+qkpZkB78uw4KVkFtFY/inaXi0bPcXJz8eaxc3edEvRcxI47bwPZ6Dnu1R7pw==",
    keeps: ["openapi.yaml", "openapi.json"],
  },
};

/** The space that the packages need while they are installed. */
const BYTES = 120 * 2 ** 20;

/** Changes with the list, so that a clone with another list has a folder of its own. */
const identity = createHash("sha256").update(JSON.stringify(packages)).digest("hex").slice(0, 16);
const folder = join(cacheFolder(), `corpus-${identity}`);

/** A lock file without the packages' own dependencies, so that npm installs none. */
function lock(): string {
  const dependencies = Object.fromEntries(Object.entries(packages).map(([name, { version }]) => [name, version]));
  const entries = Object.entries(packages).map(([name, { version, integrity }]) => [
    `node_modules/${name}`,
    { version, integrity },
  ]);
  const root = { name: "corpus", dependencies };
  return JSON.stringify({
    name: "corpus",
    lockfileVersion: 3,
    requires: true,
    packages: { "": root, ...Object.fromEntries(entries) },
  });
}

async function install(partial: string): Promise<{ files: string[]; about: Record<string, string> }> {
  const download = join(partial, "download");
  mkdirSync(download);
  writeFileSync(join(download, "package-lock.json"), lock());
  const { packages: all } = JSON.parse(lock()) as { readonly packages: { readonly "": object } };
  writeFileSync(join(download, "package.json"), JSON.stringify({ ...all[""], private: true }));
  const what = "installing the OpenAPI documents of the corpus";
  await runNpm(["ci", "--ignore-scripts"], { cwd: download, node: process.execPath, env: process.env, what });
  for (const [name, { keeps }] of Object.entries(packages)) {
    for (const kept of ["package.json", ...keeps]) {
      cpSync(join(download, "node_modules", name, kept), join(partial, name, kept), { recursive: true });
    }
  }
  rmSync(download, { recursive: true });
  return { files: globSync("**/*.{json,yaml}", { cwd: partial }), about: {} };
}

/**
 * The folder with the documents of the packages that are no dependencies. Installs them into the cache, where all clones of the
 * repository share them.
 */
export async function documentsOfPackages(): Promise<string> {
  mkdirSync(cacheFolder(), { recursive: true });
  const progress = progressOn(process.stderr);
  await provideFolder(folder, { what: "the corpus", bytes: BYTES, progress, fill: install });
  return folder;
}
