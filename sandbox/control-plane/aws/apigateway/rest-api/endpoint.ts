import { equal, isEmpty, isObject, type PropertyValue, text, texts } from "../../../property-value.ts";
import type { Records } from "../../../records.ts";
import { VendorError } from "../../../resource-model.ts";
import { checkOneOf, type Fail, within } from "../../argument-check.ts";
import { isApiEndpoint } from "../../ec2/vpc-endpoint.ts";
import { partitionOf } from "../../region.ts";
import { sameSet } from "../../stored-resource.ts";
import type { RestApiRecord } from "../record.ts";

/** What an API's endpoint configuration makes of it. */
type Endpoint = Pick<RestApiRecord, "endpointType" | "ipAddressType" | "vpcEndpointIds">;

/**
 * What AWS's own host of an API is called.
 *
 * @param endpoint the VPC endpoint of the name, where the API is associated with it
 *   (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-test-invoke-url.html)
 */
export function apiHost({ region, id }: Pick<RestApiRecord, "region" | "id">, endpoint?: string): string {
  return `${id}${endpoint === undefined ? "" : `-${endpoint}`}.${apiDomain(region)}`;
}

/** The domain that all of them are in. */
export function apiDomain(region: string): string {
  return `execute-api.${region}.${partitionOf(region).dnsSuffix}`;
}

/** What the provider finds at plan time. */
export function checkEndpoint(value: PropertyValue | undefined, fail: Fail): void {
  if (!isObject(value)) return;
  const inside = within("endpointConfiguration", fail);
  checkOneOf(value, "types", ["REGIONAL", "EDGE", "PRIVATE"], inside);
  checkOneOf(value, "ipAddressType", ["ipv4", "dualstack"], inside);
  if (value.types === "PRIVATE" && value.ipAddressType === "ipv4") {
    inside("ipAddressType", 'endpoint_configuration type "PRIVATE" requires ip_address_type "dualstack"');
  }
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-ip-address-type.html: a private API is dualstack. */
export function endpointOf(value: PropertyValue | undefined): Endpoint {
  const given = isObject(value) ? value : {};
  const endpointType = text(given, "types") ?? "EDGE";
  const usual = endpointType === "PRIVATE" ? "dualstack" : "ipv4";
  const ids = texts(given.vpcEndpointIds) ?? [];
  return {
    endpointType,
    ipAddressType: text(given, "ipAddressType") ?? usual,
    ...(ids.length === 0 ? {} : { vpcEndpointIds: ids }),
  };
}

/**
 * Whether an endpoint configuration is as a program wants it. What the program leaves out is computed, so that endpoints which an
 * import has set are no difference (TestAccAPIGatewayRestAPI_EndpointConfiguration_vpcEndpointIDsSetByBody).
 */
export function isWantedEndpoint(actual: PropertyValue, wanted: PropertyValue): boolean {
  if (!isObject(actual) || !isObject(wanted)) return actual === wanted;
  return Object.entries(wanted).every(([name, value]) => {
    const held = actual[name];
    if (name !== "vpcEndpointIds") return equal(held, value);
    return isEmpty(value) || (held !== undefined && sameSet(held, value));
  });
}

/**
 * Refuses endpoints of an API that is not private (hashicorp/terraform-provider-aws#14269), and those that are not there. AWS takes
 * endpoints of other accounts, of which nothing is known here.
 *
 * @throws VendorError
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
  // U: the words.
  if (missing !== undefined) {
    throw new VendorError(
      `BadRequestException: the VPC endpoint ${missing} does not exist, or is none for execute-api; the sandbox knows those alone ` +
        "that a stack declares (aws.ec2.VpcEndpoint)",
    );
  }
}
