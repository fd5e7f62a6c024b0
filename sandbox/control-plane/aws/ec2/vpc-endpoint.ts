import { allowsConnection } from "../../../data-plane/aws/shared/network/security-group.ts";
import { digest } from "../../identifier.ts";
import { text, texts } from "../../property-value.ts";
import type { Records } from "../../records.ts";
import { VendorError } from "../../resource-model.ts";
import { checkOneOf, refuseArguments, verifying } from "../argument-check.ts";
import { accountId, partitionOf } from "../region.ts";
import { sameSet } from "../same-set.ts";
import { allOf, type StoredRecord } from "../stored-resource.ts";
import { vpcEndpoints } from "./record.ts";
import { ec2Id, ec2Resource } from "./resource.ts";
import { rulesOf } from "./security-group-rule.ts";

/** The port of an endpoint for `execute-api`. */
const HTTPS = 443;

function isForApis({ arguments: inputs }: Pick<StoredRecord, "arguments">): boolean {
  return /\.execute-api$/.test(text(inputs, "serviceName") ?? "");
}

/**
 * `aws:ec2/vpcEndpoint:VpcEndpoint` (terraform-provider-aws, internal/service/ec2/vpc_endpoint.go). Endpoints for `execute-api` lead to
 * private APIs. The sandbox stores other endpoints without effect.
 */
export const vpcEndpoint = ec2Resource(
  vpcEndpoints,
  "vpce",
  "EC2 VPC Endpoint",
  {
    replaces: ["serviceName", "serviceRegion", "vpcEndpointType", "vpcId"],
    same: { routeTableIds: sameSet, securityGroupIds: sameSet, subnetIds: sameSet },
    verify: verifying((inputs, fail) => {
      const types = ["Gateway", "GatewayLoadBalancer", "Interface", "Resource", "ServiceNetwork"];
      checkOneOf(inputs, "vpcEndpointType", types, fail);
      // Without a known service, this may be an endpoint for APIs.
      if (text(inputs, "serviceName") === undefined || isForApis({ arguments: inputs })) {
        refuseArguments(inputs, ["policy"], "leave it out here, or run against the cloud", fail);
      }
    }),
    check(_call, region, inputs, operation) {
      if (!isForApis({ arguments: inputs })) return;
      const refuse = (reason: string): never => {
        throw new VendorError(`${operation}: ${reason}`);
      };
      const type = text(inputs, "vpcEndpointType") ?? "Gateway";
      const service = text(inputs, "serviceName") ?? "";
      const reversed = partitionOf(region).dnsSuffix.split(".").reverse().join(".");
      // Unverified: both texts, and which of the two prefixes a service has in China.
      if (![`com.amazonaws.${region}.execute-api`, `${reversed}.${region}.execute-api`].includes(service)) {
        refuse(`InvalidServiceName: The Vpc Endpoint Service '${service}' does not exist`);
      }
      if (type !== "Interface") {
        refuse(`InvalidParameter: Endpoint type (${type}) does not match available service types ([Interface]).`);
      }
    },
    outputs: (_records, { id, region, arguments: inputs }) => ({
      cidrBlocks: [],
      dnsEntries: [],
      ipAddressType: "ipv4",
      networkInterfaceIds: (texts(inputs.subnetIds) ?? []).map((subnet) => ec2Id("eni", `${id} in ${subnet}`)),
      ownerId: accountId,
      policy: "",
      prefixListId: "",
      privateDnsEnabled: false,
      requesterManaged: false,
      routeTableIds: [],
      securityGroupIds: [ec2Id("sg", text(inputs, "vpcId") ?? digest(region, 17))],
      serviceRegion: region,
      state: "available",
      subnetIds: [],
      vpcEndpointType: "Gateway",
    }),
  },
  "vpc-endpoint",
);

/** A VPC endpoint for `execute-api`, which leads to private APIs. */
export interface ApiEndpoint {
  readonly id: string;
  readonly vpcId: string;
}

/** Whether an endpoint for `execute-api` has this id. Its security groups do not matter. */
export function isApiEndpoint(records: Records, region: string, id: string): boolean {
  const found = vpcEndpoints.get(records, region, id);
  return found !== undefined && isForApis(found);
}

/** The endpoints for `execute-api` whose security groups allow HTTPS from any address or group. */
export function reachableApiEndpoints(records: Records, region: string): readonly ApiEndpoint[] {
  return allOf(vpcEndpoints, records, region)
    .filter((endpoint) => isForApis(endpoint) && isReachable(records, endpoint))
    .map(({ id, arguments: inputs }) => ({ id, vpcId: text(inputs, "vpcId") ?? "" }));
}

function isReachable(records: Records, { region, arguments: inputs }: StoredRecord): boolean {
  const ids = texts(inputs.securityGroupIds) ?? [];
  const groups = ids.flatMap((id) => {
    const rules = rulesOf(records, region, id);
    return rules === undefined ? [] : [[id, rules] as const];
  });
  return allowsConnection({ securityGroups: Object.fromEntries(groups) }, ids, "ingress", HTTPS, []);
}
