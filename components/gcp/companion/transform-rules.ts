import type { TransformRules } from "../../gateway/transform.ts";
import type { GcpCompanionTransforms } from "./transforms.ts";

const project = "Set project.";
const description = "Change the description of the API.";
/** SDKs from 9.0 on do not all declare it. */
const tags = "tags" as never;
const account = {
  resource: "gcp:serviceaccount/account:Account",
  properties: ["accountId", "description", "displayName"],
  retain: true,
  instead: { project },
} as const;

/**
 * What transforms may change of a companion's resources. What remains decides who may call the companion, or what it answers.
 */
export const companionTransformRules: TransformRules<GcpCompanionTransforms> = {
  caller: account,
  companionAccount: account,
  configuration: {
    resource: "gcp:storage/bucket:Bucket",
    properties: ["encryption", "forceDestroy", "labels", "logging", "name", "softDeletePolicy", "versioning"],
    retain: true,
    instead: { location: "Set region.", project },
  },
  configurationObject: {
    resource: "gcp:storage/bucketObject:BucketObject",
    properties: ["metadata"],
    retain: true,
    instead: { content: description },
  },
  configurationReader: { resource: "gcp:storage/bucketIAMMember:BucketIAMMember", properties: [], retain: true },
  companion: {
    resource: "gcp:cloudrunv2/service:Service",
    properties: ["annotations", "description", "labels", tags],
    retain: true,
    instead: { location: "Set region.", project, template: "Set a member of companion." },
  },
  secretReader: {
    resource: "gcp:secretmanager/secretIamMember:SecretIamMember",
    properties: [],
    instead: { secretId: "Set proof of the backend in backends." },
  },
  invoker: { resource: "gcp:cloudrunv2/serviceIamMember:ServiceIamMember", properties: [], instead: { project } },
};
