import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PAGES = globSync(["{*,docs/*,docs/{decisions,questions,stacks}/*,sandbox/*,bench/*,test/contract/*}.md"], {
  cwd: ROOT,
}).toSorted();
const MOST_LINES_OF_README = 200;

describe("the pages", () => {
  it(`are introduced by a README of at most ${MOST_LINES_OF_README} lines`, () => {
    const lines = textOf("README.md").trimEnd().split("\n").length;
    assert.ok(lines <= MOST_LINES_OF_README, `README.md has ${lines} lines: move a part of it to a page in docs/`);
  });

  for (const page of PAGES) {
    it(`${page} contains only relative links that lead to an existing file and heading`, () => {
      assert.deepEqual(
        linksOf(page).filter((link) => !leadsSomewhere(page, link)),
        [],
      );
    });

    it(`${page} contains no link in the syntax of doc comments`, () => {
      assert.doesNotMatch(textOf(page), /\{@link/);
    });
  }

  it("are all linked from the README, which is where readers start", () => {
    const linked = linksOf("README.md");
    const missing = globSync("docs/*.md", { cwd: ROOT }).filter((page) => !linked.includes(page));
    assert.deepEqual(missing, []);
  });
});

function textOf(page: string): string {
  return readFileSync(join(ROOT, page), "utf8");
}

function withoutCode(page: string): string {
  return textOf(page)
    .replace(/^```.*?^```/gms, "")
    .replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()<>]/g, ""));
}

/** The targets of the relative links and images of a page. */
function linksOf(page: string): readonly string[] {
  const text = withoutCode(page);
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g), ...text.matchAll(/href="([^"]+)"/g)].map(
    ([, target = ""]) => target,
  );
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path = "", heading] = link.split("#");
  const file = path === "" ? page : join(dirname(page), path);
  if (!existsSync(join(ROOT, file))) return false;
  return heading === undefined || headingsOf(file).has(heading);
}

/** The anchors of a page's headings, as GitHub forms them. */
function headingsOf(page: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  const text = textOf(page).replace(/^```.*?^```/gms, "");
  for (const [, title = ""] of text.matchAll(/^#+ (.+)$/gm)) {
    const anchor = title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
    let repeated = anchor;
    for (let count = 1; anchors.has(repeated); count += 1) repeated = `${anchor}-${count}`;
    anchors.add(repeated);
  }
  return anchors;
}
