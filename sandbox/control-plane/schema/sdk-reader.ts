import { dirname, join } from "node:path";
import ts from "typescript";
import { entityPath, enumsOf, interfacesByModule, nameOf, outputsOf, parse, sorted } from "./declarations.ts";
import type { PropertySchema, PropertyType, ResourceSchema } from "./resource-schema.ts";

/** Reads the resources of one SDK, and the object types that their arguments use. */
export class SdkReader {
  readonly #name: string;
  readonly #root: string;
  readonly #types: Record<string, Record<string, PropertySchema>>;
  readonly #inputs: ReadonlyMap<string, ts.InterfaceDeclaration>;
  readonly #enums = new Map<string, ReadonlyMap<string, readonly (string | number)[]>>();

  constructor(name: string, root: string, types: Record<string, Record<string, PropertySchema>>) {
    this.#name = name;
    this.#root = root;
    this.#types = types;
    this.#inputs = interfacesByModule(parse(join(root, "types/input.d.ts")));
  }

  resource(file: string, resources: Record<string, ResourceSchema>): void {
    const source = parse(join(this.#root, `${file}.d.ts`));
    const declared = source.statements.filter(ts.isClassDeclaration).at(0);
    const className = declared?.name?.text;
    if (declared === undefined || className === undefined) throw new Error(`${file}.d.ts declares no resource`);
    const args = source.statements.find(
      (statement): statement is ts.InterfaceDeclaration =>
        ts.isInterfaceDeclaration(statement) && statement.name.text === `${className}Args`,
    );
    if (args === undefined) throw new Error(`${file}.d.ts declares no ${className}Args`);
    const module = dirname(file);
    const type =
      this.#name === "azure-native"
        ? `${this.#name}:${module}:${className}`
        : `${this.#name}:${module}/${className.charAt(0).toLowerCase()}${className.slice(1)}:${className}`;
    resources[type] = { inputs: this.#members(args), outputs: outputsOf(declared) };
  }

  #members(declared: ts.InterfaceDeclaration): Record<string, PropertySchema> {
    const members: Record<string, PropertySchema> = {};
    for (const member of declared.members) {
      if (!ts.isPropertySignature(member) || member.type === undefined) continue;
      const type = this.#type(member.type);
      members[nameOf(member.name)] = member.questionToken === undefined ? { type, required: true } : { type };
    }
    return sorted(members);
  }

  #type(node: ts.TypeNode): PropertyType {
    if (ts.isParenthesizedTypeNode(node)) return this.#type(node.type);
    if (ts.isUnionTypeNode(node)) return this.#union(node);
    if (ts.isArrayTypeNode(node)) return { list: this.#type(node.elementType) };
    if (ts.isTypeLiteralNode(node)) {
      const index = node.members.find(ts.isIndexSignatureDeclaration);
      return { map: index === undefined ? "any" : this.#type(index.type) };
    }
    if (ts.isLiteralTypeNode(node) && ts.isStringLiteral(node.literal)) return { enum: [node.literal.text] };
    if (ts.isTypeReferenceNode(node)) return this.#reference(node);
    switch (node.kind) {
      case ts.SyntaxKind.StringKeyword:
        return "string";
      case ts.SyntaxKind.NumberKeyword:
        return "number";
      case ts.SyntaxKind.BooleanKeyword:
        return "boolean";
      case ts.SyntaxKind.AnyKeyword:
        return "any";
      default:
        throw new Error(`${this.#name}: an argument has a type of an unknown form, ${ts.SyntaxKind[node.kind]}`);
    }
  }

  #union(node: ts.UnionTypeNode): PropertyType {
    const options = node.types
      .filter((option) => option.kind !== ts.SyntaxKind.UndefinedKeyword)
      .map((option) => this.#type(option));
    // `string | enums.X`: the provider accepts any string, and only the service checks it.
    const distinct = options.includes("string")
      ? options.filter((option) => typeof option === "string" || !("enum" in option))
      : options;
    const unique = [...new Map(distinct.map((option) => [JSON.stringify(option), option])).values()];
    const [only] = unique;
    return unique.length === 1 && only !== undefined ? only : { oneOf: unique };
  }

  #reference(node: ts.TypeReferenceNode): PropertyType {
    const path = entityPath(node.typeName);
    const [root, ...rest] = path;
    if (root === "pulumi") return this.#pulumiType(rest, node);
    if (root === "inputs") return this.#object(rest);
    if (root === "enums") return { enum: this.#enum(rest) };
    if (rest.length === 0 && root !== undefined && this.#isResourceClass(root)) return "string";
    throw new Error(`${this.#name}: unknown type ${path.join(".")}`);
  }

  /** Whether a name is a resource class. An argument of such a type (`string | Role`) accepts the resource's id or ARN. */
  #isResourceClass(name: string): boolean {
    return /^[A-Z]/.test(name);
  }

  #pulumiType(path: readonly string[], node: ts.TypeReferenceNode): PropertyType {
    const name = path.join(".");
    if (name === "Input") {
      const [argument] = node.typeArguments ?? [];
      if (argument === undefined) throw new Error(`${this.#name}: pulumi.Input without a type`);
      return this.#type(argument);
    }
    if (name.startsWith("asset.")) return "asset";
    if (/^[A-Z]/.test(path.at(-1) ?? "")) return "string";
    throw new Error(`${this.#name}: unknown type pulumi.${name}`);
  }

  #object(path: readonly string[]): PropertyType {
    const name = path.join(".");
    const key = `${this.#name}:${name}`;
    if (this.#types[key] === undefined) {
      const declared = this.#inputs.get(name);
      if (declared === undefined) throw new Error(`${this.#name}: inputs.${name} is not declared`);
      // Entered before its members are read, because a type may contain itself.
      this.#types[key] = {};
      this.#types[key] = this.#members(declared);
    }
    return { object: key };
  }

  #enum(path: readonly string[]): readonly (string | number)[] {
    const module = path.slice(0, -1).join("/");
    let values = this.#enums.get(module);
    if (values === undefined) {
      values = enumsOf(parse(join(this.#root, "types/enums", module, "index.d.ts")));
      this.#enums.set(module, values);
    }
    const found = values.get(path.at(-1) ?? "");
    if (found === undefined) throw new Error(`${this.#name}: enums.${path.join(".")} is not declared`);
    return found;
  }
}
