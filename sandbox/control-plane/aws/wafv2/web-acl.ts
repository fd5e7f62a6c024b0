import { WebAcl } from "../../../data-plane/aws/waf/web-acl.ts";
import { UnsupportedArtefact } from "../../../data-plane/interpreter.ts";
import { digest } from "../../identifier.ts";
import { type Properties, text, withoutUndefined } from "../../property-value.ts";
import { type ResourceModel, VendorError } from "../../resource-model.ts";
import { checkLength, checkMatch, checkOneOf, refuseArguments, verifying } from "../argument-check.ts";
import { completeName } from "../automatic-name.ts";
import { type AwsSettings, arn, regionOf } from "../region.ts";
import { tagOutputs, tagsOf } from "../tags.ts";
import { artefactOf, type WebAclRecord, webAclAssociations, webAcls } from "./record.ts";

/** The arguments that are neither identity nor tags. */
const SETTINGS = ["customResponseBodies", "defaultAction", "description", "rules", "visibilityConfig"] as const;

/** Arguments that change what a web ACL does, and that the sandbox does not serve. */
const UNSERVED = [
  "associationConfig",
  "captchaConfig",
  "challengeConfig",
  "dataProtectionConfig",
  "ruleJson",
  "tokenDomains",
];

/** `aws:wafv2/webAcl:WebAcl` (terraform-provider-aws, internal/service/wafv2/web_acl.go). */
export const webAcl: ResourceModel<AwsSettings> = {
  replaces: ["region", "name", "scope"],
  cleared: ["customResponseBodies", "description", "rules", "tags"],
  recomputed: { tags: ["tagsAll"], rules: ["capacity", "lockToken"] },

  complete: completeName,

  verify: verifying((inputs, fail) => {
    checkOneOf(inputs, "scope", ["CLOUDFRONT", "REGIONAL"], fail);
    checkLength(inputs, "name", 1, 128, fail);
    checkMatch(inputs, "name", /^[0-9A-Za-z_-]+$/, "letters, digits, _ and -", fail);
    checkLength(inputs, "description", 1, 256, fail);
    if (text(inputs, "scope") === "CLOUDFRONT") {
      fail("scope", "the sandbox does not serve CloudFront; write REGIONAL, or run against the cloud");
    }
    refuseArguments(inputs, UNSERVED, "leave it out here, or run against the cloud", fail);
  }),

  create(call, inputs) {
    const name = text(inputs, "name") ?? "";
    const operation = `creating WAFv2 WebACL (${name})`;
    const region = regionOf(call.settings, inputs);
    if (webAcls.list(call.records, region).some(([, acl]) => acl.name === name)) {
      throw new VendorError(
        `${operation}: WAFDuplicateItemException: AWS WAF couldn’t perform the operation because some resource in your request is a duplicate of an existing one.`,
      );
    }
    const id = uuid(digest(JSON.stringify([call.urn, region, name]), 32));
    const acl = recordOf(id, region, inputs, operation);
    webAcls.put(call.records, acl, region, id);
    return { id, outputs: read(acl) };
  },

  read(call, id, state) {
    // An import id is ID/NAME/SCOPE.
    const [aclId = id] = id.split("/");
    const acl = webAcls.get(call.records, regionOf(call.settings, state), aclId);
    return acl && { id: aclId, outputs: read(acl) };
  },

  update(call, id, { inputs }) {
    const region = regionOf(call.settings, inputs);
    const operation = `updating WAFv2 WebACL (${id})`;
    if (webAcls.get(call.records, region, id) === undefined) {
      throw new VendorError(
        `${operation}: WAFNonexistentItemException: AWS WAF couldn’t perform the operation because your resource doesn’t exist.`,
      );
    }
    const after = recordOf(id, region, inputs, operation);
    webAcls.put(call.records, after, region, id);
    return read(after);
  },

  delete(call, id, state) {
    const region = regionOf(call.settings, state);
    if (webAclAssociations.list(call.records, region).some(([, { webAclId }]) => webAclId === id)) {
      throw new VendorError(
        `deleting WAFv2 WebACL (${id}): WAFAssociatedItemException: AWS WAF couldn’t perform the operation because your resource is being used by another resource or it’s associated with another resource.`,
      );
    }
    webAcls.delete(call.records, region, id);
  },
};

function recordOf(id: string, region: string, inputs: Properties, operation: string): WebAclRecord {
  const settings = withoutUndefined(Object.fromEntries(SETTINGS.map((name) => [name, inputs[name]])));
  return {
    id,
    name: text(inputs, "name") ?? "",
    region,
    lockToken: uuid(digest(JSON.stringify(settings), 32)),
    capacity: capacityOf({ id, settings }, operation),
    settings,
    tags: tagsOf(inputs),
  };
}

/**
 * The capacity units that a web ACL uses.
 * @throws VendorError for rules that AWS WAF refuses, or that the sandbox does not serve
 */
function capacityOf(acl: Pick<WebAclRecord, "id" | "settings">, operation: string): number {
  try {
    return new WebAcl(artefactOf(acl), "").units;
  } catch (error) {
    if (!(error instanceof UnsupportedArtefact)) throw error;
    throw new VendorError(`${operation}: WAFInvalidParameterException: ${error.message}`);
  }
}

/** Formats 32 hexadecimal digits as a UUID. */
function uuid(digits: string): string {
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export function webAclArn({ region, name, id }: Pick<WebAclRecord, "region" | "name" | "id">): string {
  return arn("wafv2", region, `regional/webacl/${name}/${id}`, true);
}

function read(acl: WebAclRecord): Properties {
  const { customResponseBodies, defaultAction, description, rules, visibilityConfig } = acl.settings;
  return withoutUndefined({
    arn: webAclArn(acl),
    capacity: acl.capacity,
    customResponseBodies,
    defaultAction,
    description,
    lockToken: acl.lockToken,
    name: acl.name,
    region: acl.region,
    rules,
    scope: "REGIONAL",
    ...tagOutputs(acl.tags),
    visibilityConfig,
  });
}
