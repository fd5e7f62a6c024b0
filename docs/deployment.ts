import { Graphviz } from "@hpcc-js/wasm-graphviz";

/** The members of a resource in `pulumi stack export` that the picture uses. */
export interface DeployedResource {
  readonly urn: string;
  readonly type: string;
  readonly parent?: string;
  readonly dependencies?: readonly string[];
  readonly outputs?: Readonly<Record<string, unknown>>;
}

const colours: Readonly<Record<string, string>> = {
  aws: "#fbe3c4",
  "azure-native": "#cfe3f7",
  gcp: "#d9f0d4",
};

/** A Graphviz graph of a stack: its resources with their dependencies, and a box around the resources of each gateway. */
export function graphOf(resources: readonly DeployedResource[]): string {
  // An engine lists resources in the order in which they finish, which varies.
  const shown = resources
    .filter(({ type }) => !type.startsWith("pulumi:"))
    .toSorted((a, b) => (a.urn < b.urn ? -1 : 1));
  const gateways = shown.filter(({ type }) => type.startsWith("polygate:"));
  const inside = (gateway: string) => shown.filter(({ parent }) => parent === gateway);
  const boxes = gateways.map(
    (gateway, index) =>
      `  subgraph cluster_${index} {\n    label=${quoted(`${last(gateway.type)}\n${last(gateway.urn)}\n${routesOf(gateway)}`)};\n${inside(
        gateway.urn,
      )
        .map((resource) => `    ${node(resource)}`)
        .join("\n")}\n  }`,
  );
  const inGateways = new Set(gateways.flatMap(({ urn }) => inside(urn)));
  const others = shown.filter((resource) => !gateways.includes(resource) && !inGateways.has(resource));
  const shownUrns = new Set(shown.map(({ urn }) => urn));
  const edges = shown.flatMap(({ urn, dependencies = [] }) =>
    dependencies.filter((needed) => shownUrns.has(needed)).map((needed) => `  ${quoted(urn)} -> ${quoted(needed)};`),
  );
  return [
    "digraph stack {",
    '  graph [fontname="Helvetica", fontsize=12, style="rounded", color="#888888", rankdir=BT, nodesep=0.3];',
    '  node [shape=box, style="filled,rounded", color="#888888", fontname="Helvetica", fontsize=11, margin="0.2,0.1"];',
    '  edge [color="#555555", arrowsize=0.7];',
    ...boxes,
    ...others.map((resource) => `  ${node(resource)}`),
    ...[...new Set(edges)].toSorted(),
    "}",
    "",
  ].join("\n");
}

/** Draws a stack as SVG. */
export async function drawDeployment(resources: readonly DeployedResource[]): Promise<string> {
  const graphviz = await Graphviz.load();
  return graphviz.dot(graphOf(resources));
}

function node({ urn, type }: DeployedResource): string {
  const colour = colours[type.split(":")[0] ?? ""] ?? "#eeeeee";
  return `${quoted(urn)} [label=${quoted(`${last(urn)}\n${last(type)}`)}, fillcolor=${quoted(colour)}];`;
}

function routesOf({ outputs }: DeployedResource): string {
  const report = outputs?.report as { readonly routes: number; readonly open: readonly unknown[] } | undefined;
  return report === undefined ? "" : `${report.routes} routes, ${report.open.length} open`;
}

/** The part after the last colon: `AwsHttpApi` for `polygate:index:AwsHttpApi`, `orders` for `urn:…::orders`. */
function last(name: string): string {
  return name.split(":").at(-1) ?? name;
}

function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}
