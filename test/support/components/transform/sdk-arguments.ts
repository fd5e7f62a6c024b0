import { existsSync, readFileSync } from "node:fs";
import ts from "typescript";

const found = new Map<string, readonly string[]>();

/** The arguments of a resource in the declarations of its SDK. */
export function argumentsOf(resource: string): readonly string[] {
  const known = found.get(resource) ?? readArguments(resource);
  found.set(resource, known);
  return known;
}

function readArguments(resource: string): readonly string[] {
  const [sdk = "", module = "", name = ""] = resource.split(":");
  const path = module.includes("/") ? module : `${module}/${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  const source = ts.createSourceFile(path, readFileSync(declarationOf(sdk, path), "utf8"), ts.ScriptTarget.Latest);
  const args = source.statements.find((each) => ts.isInterfaceDeclaration(each) && each.name.text === `${name}Args`);
  if (args === undefined || !ts.isInterfaceDeclaration(args)) throw new RangeError(`no arguments of ${resource}`);
  return args.members.map((member) => (member.name as ts.Identifier).text);
}

/** The file of a resource. The case of its name may differ: `compute/vPNTunnel` is in `compute/vpntunnel.d.ts`. */
function declarationOf(sdk: string, path: string): URL {
  const file = new URL(`../../../../node_modules/@pulumi/${sdk}/${path}.d.ts`, import.meta.url);
  return existsSync(file) ? file : new URL(file.href.toLowerCase().slice(file.href.lastIndexOf("/") + 1), file);
}
