import type { ServiceArgs, ServiceIamMemberArgs } from "@pulumi/gcp/cloudrunv2/index.js";
import type { SecretIamMemberArgs } from "@pulumi/gcp/secretmanager/index.js";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/index.js";
import type { BucketArgs, BucketIAMMemberArgs, BucketObjectArgs } from "@pulumi/gcp/storage/index.js";
import type { Transform } from "../../gateway/transform.ts";

/** Changes to the arguments and options of the companion's seven resources. A transform cannot change Envoy's configuration. */
export interface GcpCompanionTransforms {
  /** The service account with which the gateway calls the companion. */
  readonly caller?: Transform<AccountArgs>;
  /** The service account of the companion itself. */
  readonly companionAccount?: Transform<AccountArgs>;
  /** The bucket of the configuration. */
  readonly configuration?: Transform<BucketArgs>;
  readonly configurationObject?: Transform<BucketObjectArgs>;
  readonly configurationReader?: Transform<BucketIAMMemberArgs>;
  /** The Cloud Run service. */
  readonly companion?: Transform<ServiceArgs>;
  readonly invoker?: Transform<ServiceIamMemberArgs>;
  /** The right of the companion to read each secret that proves it to a backend. */
  readonly secretReader?: Transform<SecretIamMemberArgs>;
}
