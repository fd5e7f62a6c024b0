import { Graphviz } from "@hpcc-js/wasm-graphviz";

/** The members of a resource in `pulumi stack export` that the picture uses. */
export interface DeployedResource {
  readonly urn: string;
  readonly type: string;
  readonly parent?: string;
  readonly dependencies?: readonly string[];
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** The members of a gateway's report that the picture uses. */
interface DrawnReport {
  readonly vendor: string;
  readonly routes: number;
  readonly open: readonly unknown[];
  readonly backends: readonly { readonly name: string; readonly kind: string; readonly routes: number }[];
}

const clouds: Readonly<Record<string, { readonly label: string; readonly colour: string }>> = {
  aws: { label: "AWS", colour: "#fbe3c4" },
  azure: { label: "Azure", colour: "#cfe3f7" },
  gcp: { label: "Google Cloud", colour: "#d9f0d4" },
};

/** What the picture shows of a component: a gateway or a link. */
interface Part {
  readonly urn: string;
  readonly cloud: string;
  readonly label: string;
  /** The URNs of the resources of other parts that its own resources depend on. */
  readonly needs: ReadonlySet<string>;
  /** The URNs of its own resources. */
  readonly own: ReadonlySet<string>;
  readonly report?: DrawnReport;
}

/**
 * A Graphviz graph of the way of a request through a stack: from callers through gateways and links to backends, and to the site on
 * premises. A gateway uses a link if one of its resources depends on one of the link's.
 */
export function graphOf(resources: readonly DeployedResource[]): string {
  // An engine lists resources in the order in which they finish, which varies.
  const parts = resources
    .filter(({ type }) => type.startsWith("polygate:"))
    .toSorted((a, b) => (a.urn < b.urn ? -1 : 1))
    .map((component) => partOf(component, resources));
  const gateways = parts.filter(({ report }) => report !== undefined);
  const links = parts.filter(({ label }) => label.includes("OnPremLink"));
  const backends = new Map(gateways.flatMap(({ report }) => report?.backends ?? []).map((one) => [one.name, one]));
  const private_ = [...backends.values()].filter(({ kind }) => kind === "onPrem");
  const site =
    links.length === 0 ? [] : [`    ${node("site", "the VPN device", "#eeeeee")}`, ...private_.map(backendNode)];
  return [
    "digraph stack {",
    '  graph [fontname="Helvetica", fontsize=12, style="rounded", color="#888888", rankdir=LR, labeljust=l, nodesep=0.3];',
    '  node [shape=box, style="filled,rounded", color="#888888", fontname="Helvetica", fontsize=11, margin="0.2,0.1"];',
    '  edge [color="#555555", arrowsize=0.7, fontname="Helvetica", fontsize=10];',
    ...(gateways.length === 0 ? [] : [`  ${node("callers", "callers", "#ffffff")}`]),
    ...Object.entries(clouds).flatMap(([cloud, { label, colour }]) =>
      box(
        `cluster_${cloud}`,
        label,
        [...gateways, ...links]
          .filter((part) => part.cloud === cloud)
          .map((part) => `    ${node(part.urn, part.label, colour)}`),
      ),
    ),
    ...box("cluster_site", "on premises", site),
    ...[...backends.values()].filter(({ kind }) => kind !== "onPrem").map(backendNode),
    ...gateways.map(({ urn }) => edge("callers", urn)),
    ...gateways.flatMap((gateway) => waysOf(gateway, links)),
    ...links.map(({ urn }) => edge(urn, "site", "VPN")),
    ...(links.length === 0 ? [] : private_.map(({ name }) => edge("site", `backend ${name}`))),
    "}",
    "",
  ].join("\n");
}

/** Draws a stack as SVG. */
export async function drawDeployment(resources: readonly DeployedResource[]): Promise<string> {
  const graphviz = await Graphviz.load();
  return graphviz.dot(graphOf(resources));
}

function partOf(component: DeployedResource, resources: readonly DeployedResource[]): Part {
  const own = resources.filter(({ parent }) => parent === component.urn);
  const report = component.outputs?.report as DrawnReport | undefined;
  const kind = last(component.type);
  const lines = [kind, last(component.urn)];
  if (report !== undefined) lines.push(`${report.routes} routes, ${report.open.length} open`);
  return {
    urn: component.urn,
    cloud: report?.vendor ?? kind.slice(0, kind.startsWith("Azure") ? 5 : 3).toLowerCase(),
    label: lines.join("\n"),
    needs: new Set(own.flatMap(({ dependencies = [] }) => dependencies)),
    own: new Set(own.map(({ urn }) => urn)),
    ...(report === undefined ? {} : { report }),
  };
}

/** The edges from a gateway to its backends, and to the links that lead to private ones. */
function waysOf({ urn, needs, report }: Part, links: readonly Part[]): readonly string[] {
  const used = links.filter(({ own }) => [...own].some((resource) => needs.has(resource)));
  return (report?.backends ?? []).flatMap(({ name, kind, routes }) =>
    (kind === "onPrem" ? used.map((link) => link.urn) : [`backend ${name}`]).map((to) =>
      edge(urn, to, routes === 1 ? "1 route" : `${routes} routes`, kind === "onPrem" ? 1 : 3),
    ),
  );
}

function backendNode({ name }: { readonly name: string }): string {
  return `  ${node(`backend ${name}`, name, "#ffffff")}`;
}

function box(name: string, label: string, nodes: readonly string[]): readonly string[] {
  return nodes.length === 0 ? [] : [`  subgraph ${name} {`, `    label=${quoted(label)};`, ...nodes, "  }"];
}

function node(name: string, label: string, colour: string): string {
  return `${quoted(name)} [label=${quoted(label)}, fillcolor=${quoted(colour)}];`;
}

/** @param length how many columns the target is to the right of the source, at least */
function edge(from: string, to: string, label = "", length = 1): string {
  return `  ${quoted(from)} -> ${quoted(to)} [label=${quoted(label)}, minlen=${length}];`;
}

/** The part after the last colon: `AwsHttpApi` for `polygate:index:AwsHttpApi`, `orders` for `urn:…::orders`. */
function last(name: string): string {
  return name.split(":").at(-1) ?? name;
}

function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}
