import { type ClientIdentity, UnsupportedArtefact } from "../../interpreter.ts";
import type { AwsNetwork } from "../artefacts/network.ts";
import type { AwsRestApiArtefacts } from "../artefacts/rest-api.ts";
import type { StageScope } from "../shared/stage-variables.ts";

/** The values of a REST API and its stage that are the same for every request. */
export interface Deployment extends StageScope {
  readonly account: string;
  readonly apiId: string;
  readonly deploymentId: string;
  /** `arn:aws:execute-api:REGION:ACCOUNT:API`. */
  readonly executionArn: string;
  /** The name of the stage. */
  readonly stage: string;
  readonly binaryMediaTypes: readonly string[];
  /** The certificate that is presented to backends; absent when the stage has none. */
  readonly clientCertificate?: ClientIdentity;
  /** The network behind VPC links; absent when the document names none. */
  readonly network?: AwsNetwork;
}

/** @throws UnsupportedArtefact for an invalid execution ARN or stage name */
export function readDeployment({
  deploymentId,
  executionArn,
  stage,
  binaryMediaTypes,
  network,
}: AwsRestApiArtefacts): Deployment {
  const [, account, apiId] = /^arn:[a-z-]+:execute-api:[a-z0-9-]+:(\d{12}):([A-Za-z0-9]+)$/.exec(executionArn) ?? [];
  if (account === undefined || apiId === undefined) {
    throw new UnsupportedArtefact("executionArn", "must be arn:aws:execute-api:REGION:ACCOUNT:API");
  }
  // docs.aws.amazon.com, api-gateway-known-issues.
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(stage.name)) {
    throw new UnsupportedArtefact("stage.name", "must be 1 to 128 letters, digits, hyphens and underscores");
  }
  return {
    account,
    apiId,
    deploymentId,
    executionArn,
    stage: stage.name,
    stageVariables: stage.variables,
    binaryMediaTypes,
    ...(stage.clientCertificate === undefined ? {} : { clientCertificate: stage.clientCertificate }),
    ...(network === undefined ? {} : { network }),
  };
}
