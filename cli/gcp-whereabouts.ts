import { CommandError } from "./command-error.ts";
import type { PendingCreate } from "./pending-creates.ts";
import { filled, requiredArgument, type Sought, type Whereabouts } from "./sought.ts";

/** How to find a resource on Google Cloud. In each text, `{argument}` is replaced by the argument of the resource. */
interface ListedResource {
  /** The command of gcloud. */
  readonly command: string;
  /** The condition that a candidate meets (gcloud topic filters). */
  readonly filter?: string;
  /** What is printed of a candidate (gcloud topic projections). */
  readonly value: string;
  /** The id of the import, if the arguments determine it. @default what is printed */
  readonly importId?: string;
  /** Whether the command prints the names of all parts of another resource. @default false */
  readonly isPart?: true;
}

/** A resource of Compute Engine, whose path is a part of its address. */
const compute = (collection: string): ListedResource => ({
  command: `compute ${collection} list`,
  filter: "name={name}",
  value: "selfLink.scope(v1)",
});

/** A part of a Cloud Router, which has no list of its own. */
const routerPart = (list: string): ListedResource => ({
  command: "compute routers describe {router} --region {region}",
  value: `${list}[].name`,
  importId: "{region}/{router}/{name}",
  isPart: true,
});

/**
 * The resource types that Polygate's components and stacks declare on Google Cloud, by module and type.
 *
 * Unverified: Google documents that an object is overwritten and that a binding may be added again.
 *
 * @see https://cloud.google.com/sdk/gcloud/reference for the commands
 * @see https://www.pulumi.com/registry/packages/gcp/ for the ids, under Import
 */
export const gcpResources: Readonly<Record<string, "same" | ListedResource>> = {
  "apigateway/api": { command: "api-gateway apis list", filter: "name~/{apiId}$", value: "name" },
  "apigateway/apiConfig": {
    command: "api-gateway api-configs list --api {api}",
    filter: "name~/{apiConfigIdPrefix}[^/]*$",
    value: "name",
  },
  "apigateway/gateway": {
    command: "api-gateway gateways list --location {region}",
    filter: "name~/{gatewayId}$",
    value: "name",
  },
  "cloudrunv2/service": {
    command: "run services list --region {location}",
    filter: "metadata.name={name}",
    value: "metadata.name",
    importId: "{location}/{name}",
  },
  "cloudrunv2/serviceIamMember": "same",
  "compute/externalVpnGateway": compute("external-vpn-gateways"),
  "compute/firewall": compute("firewall-rules"),
  "compute/haVpnGateway": compute("vpn-gateways"),
  "compute/network": compute("networks"),
  "compute/router": compute("routers"),
  "compute/routerInterface": routerPart("interfaces"),
  "compute/routerPeer": routerPart("bgpPeers"),
  "compute/subnetwork": compute("networks subnets"),
  "compute/vPNTunnel": compute("vpn-tunnels"),
  "dns/managedZone": { command: "dns managed-zones list", filter: "name={name}", value: "name", importId: "{name}" },
  "serviceaccount/account": {
    command: "iam service-accounts list",
    filter: "email~^{accountId}@",
    value: "name",
  },
  "storage/bucket": {
    command: "storage buckets list",
    filter: "name={name}",
    value: "name",
    importId: "{name}",
  },
  "storage/bucketIAMMember": "same",
  "storage/bucketObject": "same",
};

/** The whereabouts of a resource on Google Cloud; undefined for a type that Polygate does not declare there. */
export function gcpWhereaboutsOf(create: PendingCreate): Whereabouts | undefined {
  const type = /^gcp:([^:]+):/.exec(create.type)?.[1] ?? "";
  const entry = Object.hasOwn(gcpResources, type) ? gcpResources[type] : undefined;
  if (entry === undefined) return undefined;
  return entry === "same" ? { kind: "same" } : sought(create, entry);
}

function sought(create: PendingCreate, { command, filter, value, importId, isPart }: ListedResource): Sought {
  const argument = (name: string): string => plain(create, name, String(requiredArgument(create, name)));
  const { project } = create.inputs;
  const name = isPart === true ? argument("name") : undefined;
  return {
    kind: importId === undefined ? "numbered" : "named",
    program: "gcloud",
    look: [
      ...command.split(" ").map((word) => filled(word, argument)),
      ...(filter === undefined ? [] : [`--filter=${filled(filter, argument)}`]),
      `--format=value(${value})`,
      ...(typeof project === "string" ? [`--project=${plain(create, "project", project)}`] : []),
    ],
    read: (printed) =>
      printed
        .split(/[\s;]+/)
        .filter((found) => found !== "" && (name === undefined ? !create.known.includes(found) : found === name)),
    id: (found) => (importId === undefined ? found : filled(importId, argument)),
  };
}

/** A value in a filter, where other characters would have a meaning. Google's names have none of them. */
function plain({ name }: PendingCreate, argument: string, value: string): string {
  if (/^[A-Za-z0-9][\w.:-]*$/.test(value)) return value;
  throw new CommandError(
    `${name}: the ${argument} of its pending operation is no name of Google Cloud; look for the resource by hand`,
  );
}
