import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { choicesOf } from "../../cli/init/answer-forms.ts";
import { questionKinds } from "../../cli/init/question-kinds.ts";
import { fromOpenApi } from "../../components/api/openapi/from-openapi.ts";
import { PolygateError } from "../../components/api/problem.ts";
import { vendors } from "../contract/vendors/vendors.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const guide = readFileSync(`${ROOT}docs/openapi.md`, "utf8");
const pages = new Map(
  globSync("docs/questions/*.md", { cwd: ROOT }).map((page) => [page, readFileSync(`${ROOT}${page}`, "utf8")]),
);

/** The page that a row of the guide links for an option. */
function pageOf(flag: string): string | undefined {
  const [, link] = new RegExp(`\\]\\((questions/[a-z-]+\\.md)\\) \\| \`${flag} `).exec(guide) ?? [];
  return link === undefined ? undefined : pages.get(`docs/${link}`);
}

/** The problems of the `x-polygate` in a page's example, but for names that belong to the user's own document. */
function faultsOf(page: string): readonly string[] {
  const [, example = ""] = /```yaml\n(.*?)```/s.exec(page) ?? [];
  const operation = { security: [{ staff: [] }], responses: {} };
  const document = {
    openapi: "3.1.0",
    info: { title: "Shop", version: "1" },
    paths: { "/a": { get: operation } },
    components: { securitySchemes: { staff: { type: "http", scheme: "bearer" } } },
    "x-polygate": parse(example) as object,
  };
  try {
    fromOpenApi(document);
    return [];
  } catch (error) {
    assert.ok(error instanceof PolygateError);
    const ofDocument = ["unknown-operation", "unknown-security-scheme", "unused-ignore", "plans-without-key"];
    return error.problems
      .map(({ code }) => code)
      .filter((code) => !ofDocument.includes(code) && code !== "unused-answer");
  }
}

describe("the pages about the questions of polygate init", () => {
  it("are one for each question, linked from the guide", () => {
    assert.equal(pages.size, questionKinds.length);
    assert.equal(new Set(questionKinds.map(({ flag }) => pageOf(flag))).size, questionKinds.length);
  });

  for (const { at, flag, isNamed, ask } of questionKinds) {
    it(`contain what init asks, every answer and every class, and an example that is read: ${flag}`, () => {
      const page = pageOf(flag) ?? "";
      assert.ok(page.includes(`\`\`\`text\n${ask("NAME")}\n\`\`\``), ask("NAME"));
      assert.ok(page.includes(`Option: \`${flag} `));
      const kinds = choicesOf(isNamed ? [...at, "NAME"] : at).flatMap(({ kind }) => kind ?? []);
      for (const kind of kinds) assert.match(page, new RegExp(`^\\| [^|]*\`${kind}(?:[:\`])`, "m"), kind);
      for (const { capabilities } of vendors) assert.ok(page.includes(`\`${capabilities.className}\``));
      assert.deepEqual(faultsOf(page), []);
    });
  }
});
