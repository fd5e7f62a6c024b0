import type { AwsNetwork } from "../../../../data-plane/aws/artefacts/network.ts";
import type { AwsRestApiArtefacts } from "../../../../data-plane/aws/artefacts/rest-api.ts";
import { type ApiDocument, member } from "../../../api-document.ts";
import { routeKeys } from "../../apigatewayv2/definition.ts";
import type { ImportedSettings } from "../record.ts";

/** The settings that PutRestApi takes from a document in the mode `overwrite`. It resets those that the document omits. */
export function documentSettings(
  document: ApiDocument,
): Omit<ImportedSettings, "disableExecuteApiEndpoint" | "policy" | "vpcEndpointIds"> {
  const info = member(document, "info");
  const [title, description, version] = ["title", "description", "version"].map((name) => member(info, name));
  const types = member(document, "x-amazon-apigateway-binary-media-types");
  return {
    name: typeof title === "string" ? title : "",
    ...(typeof description === "string" && description !== "" ? { description } : {}),
    ...(typeof version === "string" ? { version } : {}),
    apiKeySource: member(document, "x-amazon-apigateway-api-key-source") === "AUTHORIZER" ? "AUTHORIZER" : "HEADER",
    binaryMediaTypes: Array.isArray(types) ? types.filter((type): type is string => typeof type === "string") : [],
  };
}

/** The VPC endpoints that a document associates an API with, in a server of OpenAPI 3. */
export function documentVpcEndpoints(document: ApiDocument): readonly string[] {
  const servers = member(document, "servers");
  const ids = (Array.isArray(servers) ? servers : []).flatMap((server: unknown): readonly unknown[] => {
    const endpoints = member(member(server, "x-amazon-apigateway-endpoint-configuration"), "vpcEndpointIds");
    return Array.isArray(endpoints) ? endpoints : [];
  });
  return ids.filter((id): id is string => typeof id === "string");
}

/** A method of an API, e.g. `GET` of `/orders/{id}`. */
export interface ApiMethod {
  readonly resource: string;
  readonly name: string;
}

/** The methods of a definition, including `ANY`. */
export function methodsOf(document: ApiDocument): readonly ApiMethod[] {
  return routeKeys(document).map((key) => {
    const [name = "", resource = ""] = key.split(" ", 2);
    return { name, resource };
  });
}

/** The artefacts of a document that is not deployed, for checking whether the sandbox can serve it. */
export function undeployed(
  document: string,
  executionArn: string,
  settings: Pick<ImportedSettings, "apiKeySource" | "binaryMediaTypes">,
  network: AwsNetwork | undefined,
): AwsRestApiArtefacts {
  return {
    kind: "aws-rest-api",
    deploymentId: "undeployed",
    document,
    executionArn,
    apiKeySource: settings.apiKeySource,
    binaryMediaTypes: settings.binaryMediaTypes,
    functions: {},
    ...(network === undefined ? {} : { network }),
    usagePlans: [],
    stage: { name: "undeployed", variables: placeholders(document), methodSettings: {} },
  };
}

const PLACEHOLDER_FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:undeployed";

/** A valid value for each stage variable in a document. An import does not know the stage, which is checked with its own variables. */
function placeholders(document: string): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const [, before, name] of document.matchAll(/(.{0,11})\$\{stageVariables\.([A-Za-z0-9_]+)\}/g)) {
    if (name !== undefined) variables[name] = before?.endsWith("/functions/") ? PLACEHOLDER_FUNCTION : "undeployed";
  }
  return variables;
}

/**
 * The warnings of an import, each about a part of the document that API Gateway ignores (api-gateway-known-issues).
 *
 * Unverified: the texts, and whether API Gateway warns about other parts.
 */
export function importWarnings(document: ApiDocument): readonly string[] {
  const warnings: string[] = [];
  const operations = methodsOf(document).flatMap(({ name, resource }) => {
    const key = name === "ANY" ? "x-amazon-apigateway-any-method" : name.toLowerCase();
    return [{ place: `${name} ${resource}`, operation: member(member(member(document, "paths"), resource), key) }];
  });
  for (const { place, operation } of operations) {
    const parameters = member(operation, "parameters");
    for (const parameter of Array.isArray(parameters) ? parameters : []) {
      if (member(parameter, "in") === "cookie") {
        warnings.push(
          `Ignoring parameter ${String(member(parameter, "name"))} of '${place}': unsupported location cookie`,
        );
      }
    }
    for (const ignored of ["callbacks", "servers"]) {
      if (member(operation, ignored) !== undefined) warnings.push(`Ignoring ${ignored} of '${place}': not supported`);
    }
  }
  return warnings;
}
