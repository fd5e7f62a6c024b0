import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const options = { cwd: ROOT, exclude: ["**/node_modules", "**/dist"] };

/** The codes of the problems that a file reports: of objects with a code, a rule and a remedy, and of calls of `problem`. */
function codesIn(file: string): readonly string[] {
  const source = ts.createSourceFile(file, readFileSync(`${ROOT}${file}`, "utf8"), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const take = (node: ts.Expression | undefined): void => {
    if (node === undefined) return;
    if (ts.isStringLiteralLike(node)) found.push(node.text);
    else if (ts.isConditionalExpression(node)) for (const branch of [node.whenTrue, node.whenFalse]) take(branch);
    // One code for each thing that a list can be empty of.
    else if (ts.isTemplateExpression(node)) found.push(...emptied(source).map((what) => `${node.head.text}${what}`));
  };
  const visit = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node)) {
      const named = new Map(
        node.properties.flatMap((member) =>
          ts.isPropertyAssignment(member) && ts.isIdentifier(member.name)
            ? [[member.name.text, member.initializer]]
            : [],
        ),
      );
      if (named.has("rule") && named.has("remedy")) take(named.get("code"));
    }
    if (ts.isCallExpression(node) && /(^|\.)problem$/.test(node.expression.getText(source).replace(/\s/g, ""))) {
      take(node.arguments[0]);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** What the calls of `nonEmpty` speak of. */
function emptied(source: ts.SourceFile): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const second = ts.isCallExpression(node) && node.expression.getText(source) === "nonEmpty" && node.arguments[1];
    if (second && ts.isStringLiteral(second)) found.push(second.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

describe("the codes of problems", () => {
  const files = globSync("components/**/*.ts", options).map((file) => file.replaceAll("\\", "/"));
  const codes = new Map<string, string>();
  for (const file of files.toSorted()) for (const code of codesIn(file)) codes.set(code, file);

  it("are in kebab-case, and stay what they are: a script may look for them", () => {
    assert.ok(codes.size > 50, `${codes.size} codes`);
    for (const code of codes.keys()) assert.match(code, /^[a-z]+(-[a-z]+)*$/);
  });

  it("are each named by a test", () => {
    const self = fileURLToPath(import.meta.url);
    const tests = globSync("test/**/*.ts", options)
      .map((file) => `${ROOT}${file}`)
      .filter((file) => file !== self)
      .map((file) => readFileSync(file, "utf8"))
      .join("\n");
    const untried = [...codes].filter(([code]) => !new RegExp(`["'\`: ]${code}(?![\\w-])`).test(tests));
    assert.deepEqual(untried, []);
  });
});
