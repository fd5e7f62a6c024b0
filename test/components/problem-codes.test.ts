import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const options = { cwd: ROOT, exclude: ["**/node_modules", "**/dist"] };

/** Functions of other files that take a code, by the position of that argument: those of problem lists, readers and sources. */
const reporters = new Map([
  ["refuse", 0],
  ["problem", 0],
  ["fault", 1],
  ["fail", 1],
]);

function parsed(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(`${ROOT}${file}`, "utf8"), ts.ScriptTarget.Latest, true);
}

/** The name of a function: its own, or that of the variable that it is assigned to. */
function nameOf(node: ts.SignatureDeclaration): string | undefined {
  const declared = ts.isArrowFunction(node) ? node.parent : node;
  if (ts.isVariableDeclaration(declared)) return declared.name.getText();
  return ts.isFunctionDeclaration(declared) || ts.isMethodDeclaration(declared) ? declared.name?.getText() : undefined;
}

/** The function that an expression calls, without the object that it is a method of. */
function calleeOf(node: ts.CallExpression): string {
  return node.expression.getText().split(".").at(-1)?.trim() ?? "";
}

/** The functions of a file that have a parameter called code, by its position. */
function reportersIn(source: ts.SourceFile): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionDeclaration(node) || ts.isArrowFunction(node) || ts.isMethodDeclaration(node)) {
      const position = node.parameters.findIndex(({ name }) => name.getText() === "code");
      const name = nameOf(node);
      if (position !== -1 && name !== undefined) found.set(name, position);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The codes in a file: of objects with a code, a rule and a remedy, of calls that report one, and of defaults of parameters. */
function codesIn(source: ts.SourceFile, sources: readonly ts.SourceFile[]): readonly string[] {
  const positions = new Map([...reporters, ...reportersIn(source)]);
  const found: string[] = [];
  const take = (node: ts.Expression | undefined): void => {
    if (node === undefined) return;
    if (ts.isStringLiteralLike(node)) found.push(node.text);
    else if (ts.isConditionalExpression(node)) for (const branch of [node.whenTrue, node.whenFalse]) take(branch);
    else if (ts.isTemplateExpression(node)) {
      const [span] = node.templateSpans;
      found.push(...parts(node, sources).map((part) => `${node.head.text}${part}${span?.literal.text}`));
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node)) {
      const members = new Map(
        node.properties.flatMap((member): readonly (readonly [string, ts.Expression])[] =>
          ts.isPropertyAssignment(member) && ts.isIdentifier(member.name)
            ? [[member.name.text, member.initializer]]
            : ts.isShorthandPropertyAssignment(member)
              ? [[member.name.text, member.name]]
              : [],
        ),
      );
      if (members.has("rule") && members.has("remedy")) take(members.get("code"));
    }
    if (ts.isCallExpression(node)) {
      const position = positions.get(calleeOf(node));
      if (position !== undefined) take(node.arguments[position]);
    }
    if (ts.isParameter(node) && node.name.getText() === "code") take(node.initializer);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The texts in place of `what` in a template such as `empty-${what}`, where `what` is a parameter: the arguments of all calls. */
function parts(template: ts.TemplateExpression, sources: readonly ts.SourceFile[]): readonly string[] {
  const name = template.templateSpans[0]?.expression.getText();
  let owner: ts.Node = template.parent;
  const position = (): number =>
    ts.isFunctionLike(owner) ? owner.parameters.findIndex((parameter) => parameter.name.getText() === name) : -1;
  while (position() === -1 && !ts.isSourceFile(owner)) owner = owner.parent;
  const called = ts.isFunctionLike(owner) ? nameOf(owner) : undefined;
  if (called === undefined) return [];
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const argument = ts.isCallExpression(node) && calleeOf(node) === called ? node.arguments[position()] : undefined;
    if (argument !== undefined && ts.isStringLiteral(argument)) found.push(argument.text);
    ts.forEachChild(node, visit);
  };
  for (const source of sources) visit(source);
  return found;
}

describe("the codes of problems", () => {
  const files = globSync("components/**/*.ts", options).map((file) => file.replaceAll("\\", "/"));
  const sources = files.toSorted().map(parsed);
  const codes = new Map<string, string>();
  for (const source of sources) for (const code of codesIn(source, sources)) codes.set(code, source.fileName);

  it("are in kebab-case", () => {
    assert.ok(codes.size > 50, `${codes.size} codes`);
    for (const code of codes.keys()) assert.match(code, /^[a-z]+(-[a-z]+)*$/);
  });

  it("are each covered by a test", () => {
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
