/** The size and the completeness of the repository: what no linter checks. */

import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "../bench/median.ts";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const MOST_FILES_A_FOLDER = 25;
const MOST_LINES_A_FILE = 400;
const MEDIAN_LINES = 120;

/** The source files below a folder, relative to the repository. */
function sourcesIn(folder: string): readonly string[] {
  return globSync(`${folder}/**/*.ts`, { cwd: ROOT, exclude: ["**/node_modules/**", "**/dist/**"] });
}

function linesOf(path: string): number {
  return readFileSync(join(ROOT, path), "utf8").trimEnd().split("\n").length;
}

for (const folder of ["components", "sandbox"]) {
  describe(`the source files in ${folder}`, () => {
    const files = sourcesIn(folder);

    it(`are at most ${MOST_FILES_A_FOLDER} in a folder`, () => {
      const folders = Map.groupBy(files, (path) => dirname(path));
      const large = [...folders].filter(([, inside]) => inside.length > MOST_FILES_A_FOLDER);
      assert.deepEqual(
        large.map(([path, inside]) => `${path}: ${inside.length}`),
        [],
      );
    });

    it(`have at most ${MOST_LINES_A_FILE} lines each`, () => {
      const long = files
        .map((path) => ({ path, lines: linesOf(path) }))
        .filter(({ lines }) => lines > MOST_LINES_A_FILE);
      assert.deepEqual(
        long.map(({ path, lines }) => `${path}: ${lines}`),
        [],
      );
    });

    it(`have fewer than ${MEDIAN_LINES} lines in the median`, () => {
      const middle = median(files.map(linesOf));
      assert.ok(middle < MEDIAN_LINES, `the median is ${middle}`);
    });
  });
}

it(`The tests have at most ${MOST_LINES_A_FILE} lines in a file`, () => {
  const long = sourcesIn("test").map((path) => ({ path, lines: linesOf(path) }));
  assert.deepEqual(
    long.filter(({ lines }) => lines > MOST_LINES_A_FILE).map(({ path, lines }) => `${path}: ${lines}`),
    [],
  );
});

it("The helpers of the tests are in test/support, in the folders of the tests that use them", () => {
  // The contract and the corpus are suites with their own parts. The others are programs that tests start, and the runner.
  const elsewhere =
    /^test\/(?:support|contract|corpus|oas-examples|e2e\/programs|sandbox\/stack)\/|^test\/\w+\.ts$|\.(?:test|fixture)\.ts$/;
  assert.deepEqual(
    sourcesIn("test").filter((path) => !elsewhere.test(path)),
    [],
  );
});

describe("package-lock.json", () => {
  interface LockedPackage {
    readonly resolved?: string;
    readonly link?: boolean;
    readonly optionalDependencies?: Readonly<Record<string, string>>;
  }
  const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, LockedPackage>>;
  };

  /** Whether a package that is installed at a path finds another one, as Node looks for it. */
  function resolves(path: string, name: string): boolean {
    for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
      if (`${folder === "" ? "" : `${folder}/`}node_modules/${name}` in packages) return true;
      if (folder === "") return false;
    }
  }

  it("locks the optional packages of every platform, without which `npm ci` fails", () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies)
        .filter((name) => !resolves(path, name))
        .map((name) => `${path || "the repository"} needs ${name}`),
    );
    assert.deepEqual(missing, [], "run: npm install --package-lock-only --omit-lockfile-registry-resolved");
  });

  it("names no registry, so that every registry can serve it", () => {
    const resolved = Object.entries(packages).filter(([, { resolved, link }]) => resolved !== undefined && !link);
    assert.deepEqual(
      resolved.map(([path]) => path),
      [],
      "run: npm install --package-lock-only --omit-lockfile-registry-resolved",
    );
  });
});
