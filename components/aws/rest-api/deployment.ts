import { Deployment } from "@pulumi/aws/apigateway/deployment.js";
import type { RestApi, RestApiArgs } from "@pulumi/aws/apigateway/index.js";
import * as pulumi from "@pulumi/pulumi";
import { triggersOf } from "../state/last-import.ts";
import type { RestApiOwner } from "./owner.ts";

/** A deployment's `triggers`: a hash for each thing that it is a snapshot of. */
export type Triggers = pulumi.Output<Record<string, string>>;

/** What a deployment is a snapshot of. */
export interface SnapshotSource {
  readonly restApi: RestApi;
  /** The resource that imports the document. */
  readonly imported: pulumi.Resource;
  /** The API's id, known once the snapshot may be created. */
  readonly restApiId: pulumi.Output<string>;
  readonly triggers: Triggers;
}

/**
 * Declares a deployment. It is created before the stage moves to it, and deleted after the stage has left it.
 *
 * @param part the part of the resource's name after the gateway's
 */
export function declareDeployment(
  { name, parent, transform }: RestApiOwner,
  part: "deployment" | "canary-deployment",
  { imported, restApiId, triggers }: SnapshotSource,
): Deployment {
  return transform.deployment.declare(
    Deployment,
    `${name}-${part}`,
    { restApi: restApiId, triggers },
    // A deployment is a snapshot of what was imported before it. The stage serves the old deployment until it moves.
    { parent, dependsOn: imported, deleteBeforeReplace: false },
  );
}

/**
 * The triggers of a deployment: the document, and the arguments of the API outside the document that are part of a snapshot and that a
 * transform can set.
 */
export function snapshotTriggers(
  document: pulumi.Output<string>,
  mark: pulumi.Output<string | undefined>,
  { policy, minimumCompressionSize }: RestApiArgs,
): Triggers {
  return pulumi
    .all([triggersOf(document, mark), pulumi.jsonStringify({ policy, minimumCompressionSize })])
    .apply(([triggers, settings]): Record<string, string> => ({ ...triggers, settings }));
}
