import type { AwsWebAcl } from "../../../data-plane/artefacts.ts";
import type { Properties } from "../../property-value.ts";
import { Kind, type Records } from "../../records.ts";

/** A web ACL as AWS WAF holds it, its parts as the provider names them. */
export interface WebAclRecord {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly lockToken: string;
  readonly capacity: number;
  /** The provider's arguments, without the tags. */
  readonly settings: Properties;
  readonly tags: Readonly<Record<string, string>>;
}

/** Which web ACL stands before a stage; a stage has one at most. */
export interface WebAclAssociationRecord {
  readonly webAclId: string;
}

export const webAcls = new Kind<WebAclRecord>("aws/wafv2/web-acl");
/** By region, API and stage. */
export const webAclAssociations = new Kind<WebAclAssociationRecord>("aws/wafv2/association");

/** What the data plane is to know of a web ACL. */
export function artefactOf({ id, settings }: Pick<WebAclRecord, "id" | "settings">): AwsWebAcl {
  const { rules, defaultAction, customResponseBodies } = settings;
  return {
    id,
    defaultAction,
    rules: Array.isArray(rules) ? rules : [],
    ...(Array.isArray(customResponseBodies) ? { customResponseBodies } : {}),
  };
}

/** The web ACL before a stage. */
export function webAclOfStage(
  records: Records,
  region: string,
  apiId: string,
  stage: string,
): WebAclRecord | undefined {
  const association = webAclAssociations.get(records, region, apiId, stage);
  return association && webAcls.get(records, region, association.webAclId);
}
