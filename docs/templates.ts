import { readdirSync, readFileSync } from "node:fs";

const root = new URL("..", import.meta.url);

/** What a template takes from `stacks/`. */
interface Source {
  /** The file that declares the project. */
  readonly project: string;
  /** The files of other folders in `stacks/` that its program imports. */
  readonly shared: readonly string[];
  /** The SDKs of the vendors. */
  readonly sdks: readonly string[];
  /** What `pulumi new` prints at its end. */
  readonly next: readonly string[];
}

const reader = ["configuration/read.ts", "configuration/settings.ts"];
const networks = [...reader, "configuration/ranges.ts"];
const secrets = [
  "Write your own settings into Pulumi.dev.yaml, and set the secrets:",
  "pulumi config set --secret azureVpnKey; pulumi config set --secret gcpVpnKey0; pulumi config set --secret gcpVpnKey1",
];
const sources: Readonly<Record<string, Source>> = {
  single: { project: "stacks/single/Pulumi.yaml", shared: reader, sdks: ["aws"], next: [] },
  network: {
    project: "stacks/network/Pulumi.yaml",
    shared: networks,
    sdks: ["aws", "azure-native", "gcp"],
    next: secrets,
  },
  hybrid: {
    project: "Pulumi.yaml",
    shared: [...networks, ...["aws-region.ts", "configuration.ts", "networks.ts"].map((file) => `network/${file}`)],
    sdks: ["aws", "azure-native", "gcp"],
    next: secrets,
  },
};

const tsconfig = `{
  "compilerOptions": {
    "target": "es2024",
    "module": "nodenext",
    "strict": true,
    "allowImportingTsExtensions": true,
    "erasableSyntaxOnly": true,
    "verbatimModuleSyntax": true,
    "skipLibCheck": true,
    "noEmit": true
  }
}
`;

/** The files of the templates for `pulumi new`, by their paths in the repository. Each template contains all that its program imports. */
export function templates(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(sources).flatMap(([stack, source]) => {
      const path = (file: string) => `templates/${stack}/${file}`;
      const own = filesOf(stack).filter((file) => file !== "Pulumi.yaml");
      return [
        [path("Pulumi.yaml"), projectOf(stack, source)],
        [path("package.json"), packageOf(source)],
        [path("tsconfig.json"), tsconfig],
        ...own.map((file) => [path(file), ownFile(stack, file)] as const),
        ...source.shared.map((file) => [path(file), text(`stacks/${file}`)] as const),
      ];
    }),
  );
}

/** The project, with the names that `pulumi new` fills in. The condition that leads to this repository's sources is left out. */
function projectOf(stack: string, { project, next }: Source): string {
  const [, description = ""] = /^description: (.*)$/m.exec(text(project)) ?? [];
  const config = text(project).slice(text(project).indexOf("config:\n"));
  const steps = ["Check the program without a cloud: npx polygate sandbox -- pulumi preview", ...next];
  return `name: \${PROJECT}
description: \${DESCRIPTION}
main: index.ts
runtime:
  name: nodejs
  options:
    # Node runs TypeScript by itself.
    typescript: false
${config}template:
  displayName: Polygate, ${stack}
  description: ${description}
  quickstart: |
${steps.map((step) => `    ${step}`).join("\n")}
`;
}

function packageOf({ sdks }: Source): string {
  const { version, devDependencies } = JSON.parse(text("package.json")) as {
    readonly version: string;
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  const taken = ["@pulumi/pulumi", ...sdks.map((sdk) => `@pulumi/${sdk}`), "zod"];
  const dependencies = {
    polygate: `^${version}`,
    ...Object.fromEntries(taken.map((name) => [name, devDependencies[name]])),
  };
  const content = {
    name: "${PROJECT}",
    private: true,
    type: "module",
    engines: { node: ">=22.18" },
    dependencies,
    devDependencies: { "polygate-sandbox": `^${version}` },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** A file of the stack's own folder. Its secrets are left out, because they open nothing, and a new project has a passphrase of its own. */
function ownFile(stack: string, file: string): string {
  const content = text(`stacks/${stack}/${file}`);
  return file.endsWith(".ts")
    ? content.replaceAll('from "../', 'from "./')
    : content
        .replace("# It names no real account, and its keys open nothing. The passphrase of the secrets is empty.\n", "")
        .replace("# It names no real account. The passphrase of secrets is empty, and there is none.\n", "")
        .replaceAll(/^ {2}polygate-\w+:\w+:\n {4}secure: .*\n/gm, "")
        .replace(/^encryptionsalt: .*\n/m, "")
        .replaceAll(`polygate-${stack}:`, "");
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(new URL(`stacks/${folder}/`, root)).toSorted();
}

function text(path: string): string {
  return readFileSync(new URL(path, root), "utf8");
}
