import { Deployment, type DeploymentArgs, type RestApi } from "@pulumi/aws/apigateway/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { type Transform, transformed } from "../../gateway/transform.ts";

/** A deployment's `triggers`, which say what it is a snapshot of. */
export type Triggers = pulumi.Output<Record<string, string>>;

/** A snapshot of an API. */
export interface SnapshotParts {
  readonly made: RestApi;
  /** What has imported its document. */
  readonly imported: pulumi.Resource;
  /** The API's id, once the snapshot may be made. */
  readonly restApi: pulumi.Output<string>;
  readonly triggers: Triggers;
}

/** A deployment, which is there before the stage moves, and goes after. */
export function snapshot(
  name: string,
  { imported, restApi, triggers }: SnapshotParts,
  options: pulumi.CustomResourceOptions,
  transform: Transform<DeploymentArgs> | undefined,
): Deployment {
  const [args, changedOptions] = transformed<DeploymentArgs>(
    transform,
    { restApi, triggers },
    // The snapshot is of what was imported by then.
    { ...options, dependsOn: imported },
    ["restApi", "triggers", "region"],
  );
  return new Deployment(name, args, {
    ...changedOptions,
    // The stage serves the old one until it has switched.
    deleteBeforeReplace: false,
  });
}
