import type { Records } from "../../records.ts";
import { restApis, restDeployments, restStages } from "../apigateway/record.ts";
import { currentDefinition } from "./definition.ts";
import { privateIntegrations } from "./private-integration.ts";
import { deployments, type HttpApiRecord, httpApis, stages } from "./record.ts";

/**
 * The methods that refer to a VPC link, as API Gateway lists them: those of the present definitions and of the deployments that stages
 * serve. A link in a stage variable does not count.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export function linkUsers(
  records: Records,
  region: string,
  id: string,
): { readonly http: readonly string[]; readonly rest: readonly string[] } {
  const http = httpApis
    .list(records, region)
    .flatMap(([, api]) =>
      [currentDefinition(records, api).document, ...served(records, api)].flatMap((document) => methods(document, id)),
    );
  const rest = restApis.list(records, region).flatMap(([, api]) => {
    const definitions = restStages.list(records, region, api.id).flatMap(([, { name, deploymentId, canary }]) =>
      [deploymentId, ...(canary === undefined ? [] : [canary.deploymentId])].map((deployed) => ({
        document: restDeployments.get(records, region, api.id, deployed)?.document,
        stage: name,
      })),
    );
    return [...definitions, { document: api.document, stage: "" }].flatMap(({ document, stage }) =>
      methods(document, id).map((method) => `${api.id}:${method}:${stage}`),
    );
  });
  return { http: [...new Set(http)], rest: withoutRepeated(rest) };
}

/** The documents that the stages of an API serve, unless it is the present definition. */
function served(records: Records, api: HttpApiRecord): readonly (string | undefined)[] {
  return stages.list(records, api.region, api.id).map(([, stage]) => {
    if (stage.autoDeploy) return undefined;
    if (stage.released !== undefined) return stage.released.document;
    const id = stage.deploymentId;
    return id === undefined ? undefined : deployments.get(records, api.region, api.id, id)?.document;
  });
}

function methods(document: string | undefined, id: string): readonly string[] {
  if (document === undefined) return [];
  return privateIntegrations(document)
    .filter(({ connectionId }) => connectionId === id)
    .map(({ method, resource }) => `${method}:${resource}`);
}

/** Leaves out a method without a stage when the same method is listed with a stage. */
function withoutRepeated(users: readonly string[]): readonly string[] {
  return users.filter(
    (user) => !user.endsWith(":") || !users.some((other) => other !== user && other.startsWith(user)),
  );
}
