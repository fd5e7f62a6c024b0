import { Deployment } from "@pulumi/aws/apigatewayv2/deployment.js";
import type { Api } from "@pulumi/aws/apigatewayv2/index.js";
import * as pulumi from "@pulumi/pulumi";
import { markOf } from "../state/last-import.ts";
import type { HttpApiParts } from "./parts.ts";

/** Declares the deployment: a snapshot of what the API has imported. */
export function declareDeployment(
  { name, parent, transform }: HttpApiParts,
  api: Api,
  triggers: pulumi.Output<Record<string, string>>,
): Deployment {
  return transform.deployment.declare(
    Deployment,
    `${name}-deployment`,
    { apiId: api.id, triggers },
    // The snapshot may be taken only after the import.
    { parent, dependsOn: api },
  );
}

/** The mark of the document, which changes if the last import failed. */
export function importMark({ name, parent }: HttpApiParts): pulumi.Output<string | undefined> {
  return markOf(
    pulumi.createUrn(`${name}-api`, "aws:apigatewayv2/api:Api", parent),
    pulumi.createUrn(`${name}-deployment`, "aws:apigatewayv2/deployment:Deployment", parent),
  );
}
