import type { Stage } from "@pulumi/aws/apigateway/index.js";
import { WebAcl, type WebAclArgs, WebAclAssociation, type WebAclAssociationArgs } from "@pulumi/aws/wafv2/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { type Transform, transformed } from "../../../gateway/transform.ts";
import { resourceName } from "../../resource-name.ts";
import type { WebAclSettings } from "./web-acl.ts";

/** A REST API's name, what its resources are children of, and what a user changes of them. */
export interface FirewallParts {
  readonly name: string;
  readonly parent: pulumi.Resource;
  readonly transform: {
    readonly webAcl?: Transform<WebAclArgs>;
    readonly webAclAssociation?: Transform<WebAclAssociationArgs>;
  };
}

/** https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateWebACL.html */
const longestName = 128;

/** The name of a gateway's web ACL as a resource. */
export function webAclName(name: string): string {
  return resourceName(`${name}-web-acl`, longestName);
}

/**
 * The web ACL, which is there before the stage switches to what it counts.
 *
 * @param after what must have come to an end, and well, before its rules change. Default: nothing
 */
export function webAcl(
  { name, parent, transform }: FirewallParts,
  settings: WebAclSettings,
  after?: pulumi.Output<unknown>,
): WebAcl {
  const resource = webAclName(name);
  const rules = settings.rules as unknown as NonNullable<WebAclArgs["rules"]>;
  const [args, options] = transformed<WebAclArgs>(
    transform.webAcl,
    {
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      rules: after === undefined ? rules : (after.apply(() => rules) as WebAclArgs["rules"]),
      customResponseBodies: [...settings.customResponseBodies],
      visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: resource, sampledRequestsEnabled: false },
    },
    { parent },
    ["scope", "defaultAction", "rules", "customResponseBodies", "region"],
  );
  return new WebAcl(resource, args, options);
}

/** Puts a web ACL before the stage, which a domain leads to only after that. */
export function protect(
  { name, parent, transform }: FirewallParts,
  stage: Stage,
  webAclArn: pulumi.Input<string>,
): WebAclAssociation {
  const [args, options] = transformed<WebAclAssociationArgs>(
    transform.webAclAssociation,
    { resourceArn: stage.arn, webAclArn },
    // A stage has one web ACL. Were the new one there first, taking the old one away would take both.
    { parent, deleteBeforeReplace: true },
    ["resourceArn", "webAclArn", "region"],
  );
  return new WebAclAssociation(`${name}-web-acl-association`, args, options);
}
