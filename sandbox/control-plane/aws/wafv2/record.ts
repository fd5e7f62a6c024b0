import type { AwsWebAcl } from "../../../data-plane/aws/artefacts/web-acl.ts";
import type { Properties } from "../../property-value.ts";
import { Kind, type Records } from "../../records.ts";

/** A web ACL as AWS WAF stores it, with the property names of the provider. */
export interface WebAclRecord {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly lockToken: string;
  readonly capacity: number;
  /** The arguments of the resource without its name and tags. */
  readonly settings: Properties;
  readonly tags: Readonly<Record<string, string>>;
}

/** The web ACL of a stage, which has at most one. */
export interface WebAclAssociationRecord {
  readonly webAclId: string;
}

export const webAcls = new Kind<WebAclRecord>("aws/wafv2/web-acl");
/** By Region, API and stage. */
export const webAclAssociations = new Kind<WebAclAssociationRecord>("aws/wafv2/association");

/** A web ACL as the data plane takes it. */
export function artefactOf({ id, settings }: Pick<WebAclRecord, "id" | "settings">): AwsWebAcl {
  const { rules, defaultAction, customResponseBodies } = settings;
  return {
    id,
    defaultAction,
    rules: Array.isArray(rules) ? rules : [],
    ...(Array.isArray(customResponseBodies) ? { customResponseBodies } : {}),
  };
}

/** The web ACL of a stage. */
export function webAclOfStage(
  records: Records,
  region: string,
  apiId: string,
  stage: string,
): WebAclRecord | undefined {
  const association = webAclAssociations.get(records, region, apiId, stage);
  return association && webAcls.get(records, region, association.webAclId);
}
