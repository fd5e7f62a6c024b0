import { equal, isEmpty, isObject, type PropertyValue, text, texts } from "../../../property-value.ts";
import type { Records } from "../../../records.ts";
import { VendorError } from "../../../resource-model.ts";
import { checkOneOf, type Fail, within } from "../../argument-check.ts";
import { isApiEndpoint } from "../../ec2/vpc-endpoint.ts";
import { partitionOf } from "../../region.ts";
import { sameSet } from "../../same-set.ts";
import type { RestApiRecord } from "../record.ts";

/** The part of an API that its endpoint configuration sets. */
type Endpoint = Pick<RestApiRecord, "endpointType" | "ipAddressType" | "vpcEndpointIds">;

/**
 * The default host of an API.
 *
 * @param endpoint a VPC endpoint that the API is associated with, for the host that leads through it
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-test-invoke-url.html
 */
export function apiHost({ region, id }: Pick<RestApiRecord, "region" | "id">, endpoint?: string): string {
  return `${id}${endpoint === undefined ? "" : `-${endpoint}`}.${apiDomain(region)}`;
}

/** The parent domain of all default hosts of a Region. */
export function apiDomain(region: string): string {
  return `execute-api.${region}.${partitionOf(region).dnsSuffix}`;
}

/** The provider's check of an endpoint configuration at plan time. */
export function checkEndpoint(value: PropertyValue | undefined, fail: Fail): void {
  if (!isObject(value)) return;
  const inside = within("endpointConfiguration", fail);
  checkOneOf(value, "types", ["REGIONAL", "EDGE", "PRIVATE"], inside);
  checkOneOf(value, "ipAddressType", ["ipv4", "dualstack"], inside);
  if (value.types === "PRIVATE" && value.ipAddressType === "ipv4") {
    inside("ipAddressType", 'endpoint_configuration type "PRIVATE" requires ip_address_type "dualstack"');
  }
}

/**
 * The endpoint of an API. A private API is dualstack.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-ip-address-type.html
 */
export function endpointOf(value: PropertyValue | undefined): Endpoint {
  const configuration = isObject(value) ? value : {};
  const endpointType = text(configuration, "types") ?? "EDGE";
  const ids = texts(configuration.vpcEndpointIds) ?? [];
  return {
    endpointType,
    ipAddressType: text(configuration, "ipAddressType") ?? (endpointType === "PRIVATE" ? "dualstack" : "ipv4"),
    ...(ids.length === 0 ? {} : { vpcEndpointIds: ids }),
  };
}

/**
 * Whether an endpoint configuration matches the program's. The provider computes what the program omits, so that endpoints from an
 * import are no difference (TestAccAPIGatewayRestAPI_EndpointConfiguration_vpcEndpointIDsSetByBody).
 */
export function isWantedEndpoint(actual: PropertyValue, wanted: PropertyValue): boolean {
  if (!isObject(actual) || !isObject(wanted)) return actual === wanted;
  return Object.entries(wanted).every(([name, value]) => {
    const present = actual[name];
    if (name !== "vpcEndpointIds") return equal(present, value);
    return isEmpty(value) || (present !== undefined && sameSet(present, value));
  });
}

/**
 * Checks the VPC endpoints of an API. AWS accepts endpoints of other accounts; the sandbox cannot know those.
 *
 * Unverified: the text about an endpoint that does not exist.
 *
 * @throws VendorError for an API that is not private (hashicorp/terraform-provider-aws#14269), and for an endpoint that does not exist
 */
export function checkVpcEndpoints(
  records: Records,
  { endpointType, region }: Pick<RestApiRecord, "endpointType" | "region">,
  ids: readonly string[],
): void {
  if (ids.length > 0 && endpointType !== "PRIVATE") {
    throw new VendorError("BadRequestException: VPCEndpoints can only be specified with PRIVATE apis.");
  }
  const missing = ids.find((id) => !isApiEndpoint(records, region, id));
  if (missing !== undefined) {
    throw new VendorError(
      `BadRequestException: the VPC endpoint ${missing} does not exist, or is not an endpoint for execute-api; the sandbox knows only ` +
        "endpoints that a stack declares (aws.ec2.VpcEndpoint)",
    );
  }
}
