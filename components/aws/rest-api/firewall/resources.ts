import type { Stage } from "@pulumi/aws/apigateway/index.js";
import type { WebAclArgs } from "@pulumi/aws/wafv2/index.js";
import { WebAcl } from "@pulumi/aws/wafv2/webAcl.js";
import { WebAclAssociation } from "@pulumi/aws/wafv2/webAclAssociation.js";
import type * as pulumi from "@pulumi/pulumi";
import { resourceName } from "../../resource-name.ts";
import type { RestApiOwner } from "../owner.ts";
import type { WebAclSettings } from "./web-acl.ts";

/** https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateWebACL.html */
const longestName = 128;

/** Returns the resource name of a gateway's web ACL. */
export function webAclName(name: string): string {
  return resourceName(`${name}-web-acl`, longestName);
}

/**
 * Declares a gateway's web ACL.
 *
 * @param after must succeed before the rules of the web ACL change
 */
export function declareWebAcl(
  { name, parent, transform }: RestApiOwner,
  settings: WebAclSettings,
  after?: pulumi.Output<unknown>,
): WebAcl {
  const resource = webAclName(name);
  const rules = settings.rules as unknown as NonNullable<WebAclArgs["rules"]>;
  return transform.webAcl.declare(
    WebAcl,
    resource,
    {
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      rules: after === undefined ? rules : (after.apply(() => rules) as WebAclArgs["rules"]),
      customResponseBodies: [...settings.customResponseBodies],
      visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: resource, sampledRequestsEnabled: false },
    },
    { parent },
  );
}

/** Declares the association of a web ACL with the stage. A domain is mapped to the stage only after that. */
export function declareWebAclAssociation(
  { name, parent, transform }: RestApiOwner,
  stage: Stage,
  webAclArn: pulumi.Input<string>,
): WebAclAssociation {
  return transform.webAclAssociation.declare(
    WebAclAssociation,
    `${name}-web-acl-association`,
    { resourceArn: stage.arn, webAclArn },
    // A stage has one web ACL. If the new association existed first, deleting the old one would remove both.
    { parent, deleteBeforeReplace: true },
  );
}
