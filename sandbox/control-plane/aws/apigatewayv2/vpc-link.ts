import { identifier } from "../../identifier.ts";
import { texts } from "../../property-value.ts";
import { VendorError } from "../../resource-model.ts";
import { checkLength, verifying } from "../argument-check.ts";
import { completeName } from "../automatic-name.ts";
import { areInOneVpc } from "../ec2/record.ts";
import { arn } from "../region.ts";
import { sameSet } from "../same-set.ts";
import { allOf, storedResource } from "../stored-resource.ts";
import { vpcLinks } from "./record.ts";
import { linkUsers } from "./vpc-link-users.ts";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html; AWS raises the number of links on request. */
const MAX_LINKS = 10;
const MAX_SUBNETS = 10;

/**
 * `aws:apigatewayv2/vpcLink:VpcLink`, a VPC link V2 (terraform-provider-aws, internal/service/apigatewayv2/vpc_link.go). Subnets and
 * security groups cannot change. The link is available at once, because the provider waits until it is.
 *
 * Unverified: the texts about subnets and quotas.
 */
export const vpcLink = storedResource(vpcLinks, {
  title: "API Gateway v2 VPC Link",
  replaces: ["securityGroupIds", "subnetIds"],
  same: { securityGroupIds: sameSet, subnetIds: sameSet },

  complete: completeName,

  verify: verifying((inputs, fail) => {
    checkLength(inputs, "name", 1, 128, fail);
  }),

  id: (call, region, _inputs, taken) => identifier(6, [call.urn, region], taken),

  check(call, region, inputs, operation, before) {
    const subnets = texts(inputs.subnetIds) ?? [];
    const refuse = (reason: string) => {
      throw new VendorError(`${operation}: ${reason}`);
    };
    if (subnets.length === 0) refuse("BadRequestException: at least one subnet must be specified");
    if (subnets.length > MAX_SUBNETS) {
      refuse(`LimitExceededException: a VPC link has at most ${MAX_SUBNETS} subnets`);
    }
    if (before === undefined && allOf(vpcLinks, call.records, region).length >= MAX_LINKS) {
      refuse(`LimitExceededException: there are ${MAX_LINKS} VPC links already, the quota of the Region`);
    }
    if (!areInOneVpc(call.records, region, subnets))
      refuse("BadRequestException: all subnets must belong to the same VPC");
  },

  outputs: (_records, { id, region }) => ({ arn: arn("apigateway", region, `/vpclinks/${id}`, false) }),

  beforeDelete(call, { id, region }, operation) {
    const { http, rest } = linkUsers(call.records, region, id);
    const refuse = (users: readonly string[], form: string) => {
      if (users.length === 0) return;
      throw new VendorError(
        `${operation}: BadRequestException: Cannot delete vpc link. Vpc link '${id}', is referenced in ` +
          `[${users.join(", ")}] in format of [${form}].`,
      );
    };
    // The texts are from hashicorp/terraform-provider-aws#12195 (HTTP APIs) and klothoplatform/klotho#202 (REST APIs).
    refuse(http, "Method:Resource");
    refuse(rest, "RESTApiId:Method:Resource:Stage");
  },
});
