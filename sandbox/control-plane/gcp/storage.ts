import { hex, withAutomaticName } from "../automatic-name.ts";
import type { ResourceModel } from "../resource-model.ts";
import { gcpEcho } from "./echo.ts";
import type { GcpSettings } from "./project.ts";

/** `gcp:storage/bucketObject:BucketObject`: stored with its content, which a container of Cloud Run reads. */
export const bucketObject: ResourceModel<GcpSettings> = {
  ...gcpEcho,
  replaces: ["bucket", "name"],
  complete: (inputs, call) => withAutomaticName(inputs, "name", call, (seed) => `-${hex(seed, 7)}`),
};

/** `gcp:storage/bucket:Bucket`. Its id is its name. */
export const bucket: ResourceModel<GcpSettings> = {
  ...gcpEcho,
  replaces: ["location", "name", "project"],
  complete: (inputs, call) => withAutomaticName(inputs, "name", call, (seed) => `-${hex(seed, 7)}`),
};
