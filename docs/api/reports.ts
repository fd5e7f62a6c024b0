import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  CompilerState,
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  type IConfigFile,
} from "@microsoft/api-extractor";
import { runTool } from "../../setup/tool.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const { resolve: resolveModule } = createRequire(import.meta.url);

/** The entries of the package, by the name of the report on their public types. */
const ENTRIES = {
  polygate: "index",
  "polygate-aws": "aws/index",
  "polygate-azure": "azure/index",
  "polygate-gcp": "gcp/index",
};

/** Options for reading the declarations, which are already checked. */
const COMPILER_OPTIONS = {
  target: "es2024",
  lib: ["es2025"],
  module: "nodenext",
  strict: true,
  types: ["node"],
  skipLibCheck: true,
};

/**
 * The report on the public types of each entry, by its path in the repository. A pull request that changes the public
 * types changes a report.
 */
export async function apiReports(): Promise<Readonly<Record<string, string>>> {
  // The declarations are below the repository, so that they find its node_modules.
  mkdirSync(join(ROOT, ".polygate"), { recursive: true });
  const folder = mkdtempSync(join(ROOT, ".polygate", "api-"));
  try {
    await writeDeclarations(folder);
    return extract(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function writeDeclarations(folder: string): Promise<void> {
  const project = join(folder, "tsconfig.json");
  const compilerOptions = {
    rootDir: ROOT,
    outDir: folder,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
  };
  const files = Object.values(ENTRIES).map((entry) => join(ROOT, "components", `${entry}.ts`));
  const extended = { extends: join(ROOT, "tsconfig.json"), include: [], files };
  writeFileSync(project, JSON.stringify({ ...extended, compilerOptions: { ...compilerOptions, types: ["node"] } }));
  const { code, output } = await runTool(process.execPath, [resolveModule("typescript/bin/tsc"), "-p", project]);
  if (code !== 0) throw new Error(output);
}

function extract(folder: string): Record<string, string> {
  const configs = Object.entries(ENTRIES).map(([name, entry]) => configOf(folder, name, entry));
  const [first, ...others] = configs;
  if (first === undefined) throw new Error("The package has no entry.");
  const additionalEntryPoints = others.map(({ mainEntryPointFilePath }) => mainEntryPointFilePath);
  const compilerState = CompilerState.create(first, { additionalEntryPoints });
  for (const config of configs) {
    const { succeeded } = Extractor.invoke(config, { compilerState, localBuild: true, messageCallback: onlyErrors });
    if (!succeeded) throw new Error(`API Extractor failed for ${config.mainEntryPointFilePath}.`);
  }
  const reports = configs.map(({ reportFilePath }) => readFileSync(reportFilePath, "utf8"));
  return Object.fromEntries(
    Object.keys(ENTRIES).map((name, index) => [`docs/api/${name}.api.md`, reports[index] ?? ""]),
  );
}

function configOf(folder: string, name: string, entry: string): ExtractorConfig {
  const mainEntryPointFilePath = join(folder, "components", `${entry}.d.ts`);
  const configObject: IConfigFile = {
    projectFolder: folder,
    mainEntryPointFilePath,
    newlineKind: "lf",
    compiler: { overrideTsconfig: { compilerOptions: COMPILER_OPTIONS, files: [mainEntryPointFilePath] } },
    apiReport: {
      enabled: true,
      reportFileName: `${name}.api.md`,
      reportFolder: folder,
      reportTempFolder: join(folder, "temporary"),
      // Types that no entry exports are public as soon as a public type uses them.
      includeForgottenExports: true,
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    // The reports record types. Whether the comments are complete is for the reader of a change to judge.
    messages: {
      extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
    },
  };
  const packageJsonFullPath = join(ROOT, "package.json");
  return ExtractorConfig.prepare({ configObject, configObjectFullPath: undefined, packageJsonFullPath });
}

/** API Extractor notes each new report on the console; only errors are of interest here. */
function onlyErrors(message: { logLevel: string; handled: boolean }): void {
  message.handled = message.logLevel !== "error";
}
