import type { Deployment, StageArgs } from "@pulumi/aws/apigateway/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { declareDeployment, snapshotTriggers } from "../deployment.ts";
import type { DeclaredApi } from "../exposure/exposure.ts";
import type { RestApiOwner } from "../owner.ts";
import type { CanaryRelease } from "./release.ts";

interface DeploymentsSource {
  readonly declared: DeclaredApi;
  /** The imported document. */
  readonly document: pulumi.Output<string>;
  /** The mark of the import, see `last-import.ts`. */
  readonly mark: pulumi.Output<string | undefined>;
  readonly canary: CanaryRelease | undefined;
  /** Whether the stage has a cache. */
  readonly hasCache: boolean;
}

/** The deployments that a stage serves. */
export interface Deployments {
  /** The deployment for all requests, or with a canary for those outside it. */
  readonly deployment: Deployment;
  /** The stage's settings for the canary; undefined without one. */
  readonly canarySettings: pulumi.Output<StageArgs["canarySettings"]> | undefined;
}

/** Declares the deployment of an API and, with a canary, the canary's. */
export function declareDeployments(
  owner: RestApiOwner,
  { declared, document, mark, canary, hasCache }: DeploymentsSource,
): Deployments {
  const newest = { ...declared, triggers: snapshotTriggers(document, mark, declared.args) };
  const triggers = canary?.stableTriggers(newest) ?? newest.triggers;
  const deployment = declareDeployment(owner, "deployment", { ...newest, triggers });
  return { deployment, canarySettings: canary?.declare(newest, document, deployment, hasCache) };
}
