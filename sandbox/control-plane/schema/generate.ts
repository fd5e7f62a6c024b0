/**
 * Reads the types of resource arguments from the declarations of the Pulumi SDKs, so that the sandbox refuses what the
 * providers refuse. Run it after an update of an SDK: `node sandbox/control-plane/schema/generate.ts`.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import type { PropertySchema, PropertyType, ResourceSchema, SchemaFile } from "./resource-schema.ts";

/** The modules to read whole, and single resources of others: what is modelled, and what commonly stands around it. */
const selection: Readonly<Record<string, readonly string[]>> = {
  aws: [
    "acm/certificate",
    "acm/certificateValidation",
    "apigateway/*",
    "apigatewayv2/*",
    "alb/listener",
    "alb/listenerRule",
    "alb/loadBalancer",
    "alb/targetGroup",
    "alb/targetGroupAttachment",
    "cloudwatch/logGroup",
    "ec2/customerGateway",
    "ec2/routeTable",
    "ec2/securityGroup",
    "ec2/securityGroupRule",
    "ec2/subnet",
    "ec2/vpc",
    "ec2/vpcEndpoint",
    "ec2/vpnConnection",
    "ec2/vpnConnectionRoute",
    "ec2/vpnGateway",
    "ec2transitgateway/route",
    "ec2transitgateway/routeTable",
    "ec2transitgateway/routeTableAssociation",
    "ec2transitgateway/routeTablePropagation",
    "ec2transitgateway/transitGateway",
    "ec2transitgateway/vpcAttachment",
    "iam/accessKey",
    "iam/policy",
    "iam/role",
    "iam/rolePolicy",
    "iam/rolePolicyAttachment",
    "iam/user",
    "iam/userPolicy",
    "iam/userPolicyAttachment",
    "lambda/function",
    "lambda/permission",
    "lb/listener",
    "lb/listenerRule",
    "lb/loadBalancer",
    "lb/targetGroup",
    "lb/targetGroupAttachment",
    "servicediscovery/httpNamespace",
    "servicediscovery/instance",
    "servicediscovery/privateDnsNamespace",
    "servicediscovery/publicDnsNamespace",
    "servicediscovery/service",
    "vpc/securityGroupEgressRule",
    "vpc/securityGroupIngressRule",
    "route53/record",
    "route53/zone",
    "s3/bucketObjectv2",
    "wafv2/webAcl",
    "wafv2/webAclAssociation",
  ],
  "azure-native": [
    "apimanagement/api",
    "apimanagement/apiDiagnostic",
    "apimanagement/apiManagementService",
    "apimanagement/apiPolicy",
    "apimanagement/backend",
    "apimanagement/diagnostic",
    "apimanagement/logger",
    "apimanagement/namedValue",
    "apimanagement/policyFragment",
    "apimanagement/product",
    "apimanagement/productApi",
    "apimanagement/productPolicy",
    "apimanagement/subscription",
    "resources/resourceGroup",
  ],
  gcp: [
    "apigateway/api",
    "apigateway/apiConfig",
    "apigateway/gateway",
    "projects/apiKey",
    "projects/service",
    "serviceaccount/account",
  ],
};

const require = createRequire(import.meta.url);

/** Reads the installed SDKs. */
export function generateSchema(): SchemaFile {
  const packages: Record<string, string> = {};
  const resources: Record<string, ResourceSchema> = {};
  const types: Record<string, Record<string, PropertySchema>> = {};
  for (const [name, patterns] of Object.entries(selection)) {
    const root = dirname(require.resolve(`@pulumi/${name}/package.json`));
    packages[`@pulumi/${name}`] = (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Version).version;
    const reader = new SdkReader(name, root, types);
    for (const file of patterns.flatMap((pattern) => expand(root, pattern))) reader.resource(file, resources);
  }
  return { packages, resources: sorted(resources), types: sorted(types) };
}

interface Version {
  readonly version: string;
}

function expand(root: string, pattern: string): string[] {
  if (!pattern.endsWith("/*")) return [pattern];
  const module = pattern.slice(0, -2);
  return readdirSync(join(root, module))
    .filter((file) => file.endsWith(".d.ts") && !/^(?:get[A-Z]|list[A-Z]|index\.)/.test(file))
    .map((file) => `${module}/${file.slice(0, -".d.ts".length)}`)
    .sort();
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([left], [right]) => (left < right ? -1 : 1)));
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
}

class SdkReader {
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
        : `${this.#name}:${module}/${basename(file)}:${className}`;
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
        throw new Error(`${this.#name}: a type of an argument is of no known form (${ts.SyntaxKind[node.kind]})`);
    }
  }

  #union(node: ts.UnionTypeNode): PropertyType {
    const options = node.types
      .filter((option) => option.kind !== ts.SyntaxKind.UndefinedKeyword)
      .map((option) => this.#type(option));
    // `string | enums.X`: the provider takes any text and leaves the judgement to the service.
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
    throw new Error(`${this.#name}: no idea what ${path.join(".")} is`);
  }

  /** An argument typed as another resource takes its id or ARN (e.g. `string | Role`). */
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
    throw new Error(`${this.#name}: no idea what pulumi.${name} is`);
  }

  #object(path: readonly string[]): PropertyType {
    const name = path.join(".");
    const key = `${this.#name}:${name}`;
    if (this.#types[key] === undefined) {
      const declared = this.#inputs.get(name);
      if (declared === undefined) throw new Error(`${this.#name}: inputs.${name} is not declared`);
      // Entered before its members are read: a type may hold itself.
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

function outputsOf(declared: ts.ClassDeclaration): string[] {
  return declared.members
    .filter(ts.isPropertyDeclaration)
    .filter((member) => !member.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.StaticKeyword))
    .map((member) => nameOf(member.name))
    .sort();
}

function nameOf(name: ts.PropertyName): string {
  if (ts.isIdentifier(name) || ts.isStringLiteral(name)) return name.text;
  throw new Error("a property of an argument has no plain name");
}

function entityPath(name: ts.EntityName): string[] {
  return ts.isIdentifier(name) ? [name.text] : [...entityPath(name.left), name.right.text];
}

function interfacesByModule(source: ts.SourceFile): Map<string, ts.InterfaceDeclaration> {
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

function enumsOf(source: ts.SourceFile): Map<string, (string | number)[]> {
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL("schema.json", import.meta.url), `${JSON.stringify(generateSchema(), null, 2)}\n`);
}
