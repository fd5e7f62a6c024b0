import { readFileSync } from "node:fs";
import ts from "typescript";

/** What the generator reads from the SDKs' declaration files. */

export function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
}

/** The names of a resource class's outputs. */
export function outputsOf(declared: ts.ClassDeclaration): string[] {
  return declared.members
    .filter(ts.isPropertyDeclaration)
    .filter((member) => !member.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.StaticKeyword))
    .map((member) => nameOf(member.name))
    .sort();
}

export function nameOf(name: ts.PropertyName): string {
  if (ts.isIdentifier(name) || ts.isStringLiteral(name)) return name.text;
  throw new Error("a property of an argument has a computed name");
}

/** The parts of a dotted name. */
export function entityPath(name: ts.EntityName): string[] {
  return ts.isIdentifier(name) ? [name.text] : [...entityPath(name.left), name.right.text];
}

/** All interfaces of a declaration file by their dotted names. */
export function interfacesByModule(source: ts.SourceFile): Map<string, ts.InterfaceDeclaration> {
  const found = new Map<string, ts.InterfaceDeclaration>();
  const visit = (statements: readonly ts.Statement[], path: readonly string[]): void => {
    for (const statement of statements) {
      if (ts.isInterfaceDeclaration(statement)) found.set([...path, statement.name.text].join("."), statement);
      if (ts.isModuleDeclaration(statement) && statement.body !== undefined && ts.isModuleBlock(statement.body)) {
        visit(statement.body.statements, [...path, statement.name.text]);
      }
    }
  };
  visit(source.statements, []);
  return found;
}

/** The values of each enum that a declaration file declares as a constant object. */
export function enumsOf(source: ts.SourceFile): Map<string, (string | number)[]> {
  const found = new Map<string, (string | number)[]>();
  for (const statement of source.statements.filter(ts.isVariableStatement)) {
    for (const declared of statement.declarationList.declarations) {
      if (!ts.isIdentifier(declared.name) || declared.type === undefined || !ts.isTypeLiteralNode(declared.type))
        continue;
      found.set(declared.name.text, declared.type.members.filter(ts.isPropertySignature).flatMap(literalOf));
    }
  }
  return found;
}

function literalOf(member: ts.PropertySignature): (string | number)[] {
  if (member.type === undefined || !ts.isLiteralTypeNode(member.type)) return [];
  const { literal } = member.type;
  if (ts.isStringLiteral(literal)) return [literal.text];
  return ts.isNumericLiteral(literal) ? [Number(literal.text)] : [];
}

/** The record with its members in the order of their names. */
export function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([left], [right]) => (left < right ? -1 : 1)));
}
