import { type Api, tokenOf } from "../../components/api/checked-api.ts";
import type { Vendor } from "../../components/api/problem.ts";
import type { VendorReport } from "../check-report.ts";
import { SANDBOX_STACK } from "./next-commands.ts";

/** What a stack is made from. */
export interface StackSource {
  /** The name of the project. */
  readonly name: string;
  readonly api: Api;
  /** The document and its overlay, relative to the stack's folder. */
  readonly document: string;
  readonly overlay: string | undefined;
  /** The URL of each backend for the sandbox. */
  readonly backends: ReadonlyMap<string, string>;
  /** The vendors to deploy to, each with the class that supports the API. */
  readonly vendors: readonly VendorReport[];
}

/** The issuer of the sandbox's tokens, unless `polygate sandbox --issuer` names another. */
const SANDBOX_ISSUER = "https://login.example.com";
/** The URL of a backend without a public server in the document. */
export const EXAMPLE_BACKEND = "https://backend.example.com";

interface VendorPart {
  readonly imports: readonly string[];
  /** Statements before the gateway. */
  readonly resources: readonly string[];
  /** Arguments that only this vendor's gateway has. */
  readonly args: readonly string[];
  /** The settings of the stack for the sandbox. */
  readonly config: Readonly<Record<string, string>>;
}

const parts: Readonly<Record<Vendor, (report: VendorReport, project: string) => VendorPart>> = {
  aws: () => ({ imports: [], resources: [], args: [], config: { "aws:region": "eu-central-1" } }),
  azure: ({ tier = "Developer" }, project) => ({
    imports: ['import { apimanagement, resources } from "@pulumi/azure-native";'],
    resources: [
      `const group = new resources.ResourceGroup(${text(project)});`,
      `const service = new apimanagement.ApiManagementService(${text(project)}, {`,
      "  resourceGroupName: group.name,",
      "  location: group.location,",
      '  publisherName: config.require("publisherName"),',
      '  publisherEmail: config.require("publisherEmail"),',
      `  sku: { name: ${text(tier)}, capacity: ${tier === "Consumption" ? 0 : 1} },`,
      "});",
    ],
    args: [
      "service: {",
      "  resourceGroupName: group.name,",
      "  serviceName: service.name,",
      "  gatewayUrl: service.gatewayUrl,",
      "  location: service.location,",
      `  sku: ${text(tier)},`,
      "},",
    ],
    config: {
      "azure-native:location": "westeurope",
      [`${project}:publisherName`]: project,
      [`${project}:publisherEmail`]: "api@example.com",
    },
  }),
  gcp: ({ form }, project) => ({
    imports: [],
    resources: [],
    args: [
      'region: config.require("gcpRegion"),',
      ...(form === undefined ? [] : ["companion: { instances: { minimum: 1, maximum: 1 } },"]),
    ],
    config: { "gcp:project": `${project}-dev`, [`${project}:gcpRegion`]: "europe-west1" },
  }),
};

/** The files of a stack, by name. */
export function stackFiles(source: StackSource): Readonly<Record<string, string>> {
  const { name } = source;
  const vendorParts = source.vendors.map((report) => ({ report, part: parts[report.vendor](report, name) }));
  const bindings = bindingsOf(source);
  const config = Object.assign(
    Object.fromEntries(bindings.flatMap((each) => each.config.map(([key, value]) => [`${name}:${key}`, value]))),
    ...vendorParts.map(({ part }) => part.config),
  ) as Readonly<Record<string, string>>;
  return {
    "Pulumi.yaml": [
      `name: ${name}`,
      `description: ${text(`The gateway of ${source.document}`)}`,
      "main: index.ts",
      "runtime:",
      "  name: nodejs",
      "  options:",
      "    # Node runs TypeScript by itself.",
      "    typescript: false",
      "",
    ].join("\n"),
    [`Pulumi.${SANDBOX_STACK}.yaml`]: [
      "# The stack for the sandbox. Its values name no real account. For a real cloud, make a stack with values of your own.",
      "config:",
      ...Object.entries(config).map(([key, value]) => `  ${key}: ${text(value)}`),
      "",
    ].join("\n"),
    "package.json": `${JSON.stringify({ name, private: true, type: "module" }, null, 2)}\n`,
    "tsconfig.json": `${JSON.stringify(
      {
        compilerOptions: {
          strict: true,
          target: "es2022",
          module: "nodenext",
          types: ["node"],
          skipLibCheck: true,
          noEmit: true,
        },
        files: ["index.ts"],
      },
      null,
      2,
    )}\n`,
    "index.ts": program(source, vendorParts, bindings),
  };
}

interface Binding {
  readonly member: "backends" | "auth";
  /** The name of the backend or auth. */
  readonly name: string;
  readonly value: string;
  /** Settings, with the values for the sandbox. */
  readonly config: readonly (readonly [key: string, value: string])[];
}

/** What every gateway of an API binds. Names may contain what a setting may not. */
function bindingsOf({ api, backends: urls, vendors }: StackSource): readonly Binding[] {
  // Only a companion must know where the keys are, and every class may.
  const bindsKeys = vendors.some(({ form }) => form !== undefined);
  const backends = Object.keys(api.backends).map((name): Binding => {
    const key = `${name}Url`;
    const config = [[key, urls.get(name) ?? EXAMPLE_BACKEND]] as const;
    return { member: "backends", name, value: `{ url: config.require(${text(key)}) }`, config };
  });
  const auths = Object.entries(api.auth).flatMap(([name, auth]): readonly Binding[] => {
    if (tokenOf(auth) === undefined) return [];
    const [issuer, keys] = [`${name}Issuer`, `${name}Keys`];
    const members = [
      `issuer: config.require(${text(issuer)})`,
      ...(bindsKeys ? [`jwksUri: config.require(${text(keys)})`] : []),
    ];
    const config = [
      [issuer, SANDBOX_ISSUER] as const,
      ...(bindsKeys ? [[keys, `${SANDBOX_ISSUER}/jwks`] as const] : []),
    ];
    return [{ member: "auth", name, value: `{ ${members.join(", ")} }`, config }];
  });
  return [...backends, ...auths];
}

type Part = { readonly report: VendorReport; readonly part: VendorPart };

function program(source: StackSource, vendorParts: readonly Part[], bindings: readonly Binding[]): string {
  const { document, overlay, name } = source;
  const bound = (member: Binding["member"]): readonly string[] => {
    const entries = bindings.filter((each) => each.member === member);
    return entries.length === 0
      ? []
      : [`  ${member}: {`, ...entries.map((each) => `    ${text(each.name)}: ${each.value},`), "  },"];
  };
  const read =
    overlay === undefined
      ? `const api = fromOpenApi(new URL(${text(document)}, import.meta.url));`
      : `const api = fromOpenApi(new URL(${text(document)}, import.meta.url), {\n  overlay: new URL(${text(overlay)}, import.meta.url),\n});`;
  return [
    `/** The gateway of an OpenAPI document. "polygate init" has written this program; it is yours. */`,
    "",
    ...vendorParts.flatMap(({ part }) => part.imports),
    'import { Config } from "@pulumi/pulumi";',
    'import { fromOpenApi } from "polygate";',
    ...vendorParts.map(({ report }) => `import { ${report.className} } from "polygate/${report.vendor}";`),
    "",
    read,
    "const config = new Config();",
    "const place = {",
    "  api,",
    ...bound("backends"),
    ...bound("auth"),
    "};",
    ...vendorParts.flatMap(({ report, part }) => [
      "",
      ...part.resources,
      `const ${report.vendor} = new ${report.className}(${text(`${name}-${report.vendor}`)}, {`,
      "  ...place,",
      ...part.args.map((line) => `  ${line}`),
      "});",
    ]),
    "",
    "/** Where each gateway answers, by vendor. */",
    `export const urls = { ${vendorParts.map(({ report }) => `${report.vendor}: ${report.vendor}.url`).join(", ")} };`,
    "",
  ].join("\n");
}

/** A string in JSON, which is also YAML and JavaScript, without characters that either of them reads in another way. */
function text(value: string): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
