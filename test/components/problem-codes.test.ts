import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const options = { cwd: ROOT, exclude: ["**/node_modules", "**/dist"] };

/** Methods that take a code, by the number of the argument: of problem lists, readers and OpenAPI sources. */
const methods = new Map([
  ["refuse", 0],
  ["problem", 0],
  ["fault", 1],
]);

/** The functions of a file that take a code, by the number of the argument. */
function reportersIn(source: ts.SourceFile): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionDeclaration(node) || ts.isArrowFunction(node)) {
      const declared = ts.isFunctionDeclaration(node) ? node : node.parent;
      const position = node.parameters.findIndex(({ name }) => name.getText(source) === "code");
      if (ts.isFunctionDeclaration(declared) || ts.isVariableDeclaration(declared)) {
        if (position !== -1) found.set(declared.name?.getText(source) ?? "", position);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The codes of the problems that a file reports: of objects with a code, a rule and a remedy, and of what reports them. */
function codesIn(file: string): readonly string[] {
  const source = ts.createSourceFile(file, readFileSync(`${ROOT}${file}`, "utf8"), ts.ScriptTarget.Latest, true);
  const reporters = new Map([...methods, ...reportersIn(source)]);
  const found: string[] = [];
  const take = (node: ts.Expression | undefined): void => {
    if (node === undefined) return;
    if (ts.isStringLiteralLike(node)) found.push(node.text);
    else if (ts.isConditionalExpression(node)) for (const branch of [node.whenTrue, node.whenFalse]) take(branch);
    else if (ts.isTemplateExpression(node)) {
      const [span] = node.templateSpans;
      found.push(...parts(node, source).map((part) => `${node.head.text}${part}${span?.literal.text}`));
    }
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
    if (ts.isCallExpression(node)) {
      const position = reporters.get(node.expression.getText(source).split(".").at(-1)?.trim() ?? "");
      if (position !== undefined) take(node.arguments[position]);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** What stands in a template such as `empty-${what}`, where `what` is a parameter: the texts that the function is called with. */
function parts(template: ts.TemplateExpression, source: ts.SourceFile): readonly string[] {
  const name = template.templateSpans[0]?.expression.getText(source);
  let owner: ts.Node = template.parent;
  const position = (): number =>
    ts.isFunctionLike(owner) ? owner.parameters.findIndex((parameter) => parameter.name.getText(source) === name) : -1;
  while (position() === -1 && owner !== source) owner = owner.parent;
  const declared = ts.isFunctionDeclaration(owner) ? owner : owner.parent;
  if (declared === undefined || !(ts.isFunctionDeclaration(declared) || ts.isVariableDeclaration(declared))) return [];
  const called = declared.name?.getText(source);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const isCall = ts.isCallExpression(node) && node.expression.getText(source) === called;
    const text = isCall ? node.arguments[position()] : undefined;
    if (text !== undefined && ts.isStringLiteral(text)) found.push(text.text);
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
