import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A code example of the documentation. */
interface Example {
  /** The file that contains it, with a line or a number. */
  readonly place: string;
  readonly code: string;
}

/** The fenced blocks of a text. */
function blocks(place: string, text: string): readonly Example[] {
  return [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""], index) => ({
    place: `${place} #${index + 1}`,
    code,
  }));
}

/** The `@example` blocks of the doc comments in the source files. */
function documented(): readonly Example[] {
  const files = globSync(["components/**/*.ts", "sandbox/**/*.ts"], {
    cwd: ROOT,
    exclude: ["**/node_modules", "**/dist"],
  });
  return files.toSorted().flatMap((file) => {
    const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), "utf8"), ts.ScriptTarget.Latest, true);
    const found: Example[] = [];
    const visit = (node: ts.Node): void => {
      for (const tag of ts.getJSDocTags(node)) {
        if (tag.parent.parent !== node || tag.tagName.text !== "example") continue;
        const { line } = source.getLineAndCharacterOfPosition(tag.getStart());
        const text = ts.getTextOfJSDocComment(tag.comment) ?? "";
        assert.match(text, /```ts\n/, `${file}:${line + 1}: an example is a block of TypeScript`);
        found.push(...blocks(`${file}:${line + 1}`, text));
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  });
}

describe("the code examples", function () {
  this.timeout(180_000);

  it("in doc comments, README.md and the pages compile unchanged", () => {
    const pages = ["README.md", ...globSync("docs/*.md", { cwd: ROOT })];
    const examples = [
      ...documented(),
      ...pages.flatMap((page) => blocks(page, readFileSync(join(ROOT, page), "utf8"))),
    ];
    assert.ok(examples.length >= 8, `expected at least 8 examples, found ${examples.length}`);
    const config = ts.readConfigFile(join(ROOT, "tsconfig.json"), ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT);
    // Each example is a module beside the stacks, where "polygate" resolves as it does for a user.
    const virtual = new Map(
      examples.map(({ place, code }, index) => [join(ROOT, "stacks", `example-${index}.ts`), { place, code }]),
    );
    const host = ts.createCompilerHost(options);
    const { readFile, fileExists } = host;
    host.readFile = (file) => virtual.get(file)?.code ?? readFile(file);
    host.fileExists = (file) => virtual.has(file) || fileExists(file);
    const getSourceFile = host.getSourceFile.bind(host);
    host.getSourceFile = (file, language, ...rest) => {
      const example = virtual.get(file);
      return example === undefined
        ? getSourceFile(file, language, ...rest)
        : ts.createSourceFile(file, `${example.code}\nexport {};\n`, language, true);
    };
    host.getCurrentDirectory = () => ROOT;
    const lenient = { ...options, noUnusedLocals: false, noUnusedParameters: false };
    const program = ts.createProgram([...virtual.keys()], lenient, host);
    const wrong = [...virtual].flatMap(([file, { place }]) =>
      ts
        .getPreEmitDiagnostics(program, program.getSourceFile(file))
        .map(({ messageText }) => `${place}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`),
    );
    assert.deepEqual(wrong, []);
  });
});
