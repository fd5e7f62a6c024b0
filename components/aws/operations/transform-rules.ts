import type { AccountArgs } from "@pulumi/aws/apigateway/index.js";
import type { RoleArgs, RolePolicyArgs } from "@pulumi/aws/iam/index.js";
import type { Transform, TransformRules } from "../../gateway/transform.ts";
import { rolePolicyRule, roleRule } from "../function/transform-rules.ts";

/** Changes to the arguments and options of `AwsApiGatewayLogging`'s resources. */
export interface AwsApiGatewayLoggingTransforms {
  readonly role?: Transform<RoleArgs>;
  readonly rolePolicy?: Transform<RolePolicyArgs>;
  readonly account?: Transform<AccountArgs>;
}

/** What transforms may change of an `AwsApiGatewayLogging`'s resources. */
export const loggingTransformRules: TransformRules<AwsApiGatewayLoggingTransforms> = {
  role: roleRule,
  rolePolicy: rolePolicyRule,
  account: { resource: "aws:apigateway/account:Account", properties: [], retain: true },
};
