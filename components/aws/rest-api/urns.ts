import * as pulumi from "@pulumi/pulumi";
import type { RestApiOwner } from "./owner.ts";

/** The URNs of a gateway's resources that it reads from the stack's state. */
export interface RestApiUrns<Urn = pulumi.Output<string>> {
  readonly api: Urn;
  /** The resource whose `body` is the document. */
  readonly document: Urn;
  readonly deployment: Urn;
  readonly canary: Urn;
  readonly stage: Urn;
}

/** Returns the URNs of a gateway's resources, before they are declared. */
export function urnsOf({ name, parent }: RestApiOwner, isPrivate: boolean): RestApiUrns {
  const urn = (type: string, part: string) => pulumi.createUrn(`${name}-${part}`, `aws:apigateway/${type}`, parent);
  const api = urn("restApi:RestApi", "api");
  return {
    api,
    // A private API does not import its document itself.
    document: isPrivate ? urn("restApiPut:RestApiPut", "import") : api,
    deployment: urn("deployment:Deployment", "deployment"),
    canary: urn("deployment:Deployment", "canary-deployment"),
    stage: urn("stage:Stage", "stage"),
  };
}
