import type { AwsNetwork, AwsRestApiArtefacts } from "../../../../data-plane/artefacts.ts";
import { type ApiDocument, member } from "../../../api-document.ts";
import { routeKeys } from "../../apigatewayv2/definition.ts";
import type { RestApiLiterals } from "../record.ts";

/** What PutRestApi in the mode `overwrite` sets from a document: what the document leaves out is reset. */
export function documentLiterals(
  document: ApiDocument,
): Omit<RestApiLiterals, "disableExecuteApiEndpoint" | "policy" | "vpcEndpointIds"> {
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

/** The VPC endpoints that a document associates an API with: under a server, in OpenAPI 3. */
export function documentVpcEndpoints(document: ApiDocument): readonly string[] {
  const servers = member(document, "servers");
  const ids = (Array.isArray(servers) ? servers : []).flatMap((server: unknown): readonly unknown[] => {
    const given = member(member(server, "x-amazon-apigateway-endpoint-configuration"), "vpcEndpointIds");
    return Array.isArray(given) ? given : [];
  });
  return ids.filter((id): id is string => typeof id === "string");
}

/** One method of an API, e.g. `/orders/{id}` and `GET`. */
export interface ApiMethod {
  readonly resource: string;
  readonly name: string;
}

/** The methods of a definition, `ANY` among them. */
export function methodsOf(document: ApiDocument): readonly ApiMethod[] {
  return routeKeys(document).map((key) => {
    const [name = "", resource = ""] = key.split(" ", 2);
    return { name, resource };
  });
}

/** The artefacts of a document that is not deployed: for finding out whether it could be. */
export function undeployed(
  document: string,
  executionArn: string,
  literals: Pick<RestApiLiterals, "apiKeySource" | "binaryMediaTypes">,
  network: AwsNetwork | undefined,
): AwsRestApiArtefacts {
  return {
    kind: "aws-rest-api",
    document,
    executionArn,
    apiKeySource: literals.apiKeySource,
    binaryMediaTypes: literals.binaryMediaTypes,
    functions: {},
    ...(network === undefined ? {} : { network }),
    usagePlans: [],
    stage: { name: "undeployed", variables: standIns(document), methodSettings: {} },
  };
}

const aFunction = "arn:aws:lambda:us-east-1:000000000000:function:undeployed";

/** An import does not know a stage's variables, so each gets a value that fits where it stands; the stage is checked with its own. */
function standIns(document: string): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const [, before, name] of document.matchAll(/(.{0,11})\$\{stageVariables\.([A-Za-z0-9_]+)\}/g)) {
    if (name !== undefined) variables[name] = before?.endsWith("/functions/") ? aFunction : "undeployed";
  }
  return variables;
}

/** What an import warns of, as far as it is known: each is something that API Gateway leaves out. */
export function importWarnings(document: ApiDocument): readonly string[] {
  const warnings: string[] = [];
  const operations = methodsOf(document).flatMap(({ name, resource }) => {
    const key = name === "ANY" ? "x-amazon-apigateway-any-method" : name.toLowerCase();
    return [{ place: `${name} ${resource}`, operation: member(member(member(document, "paths"), resource), key) }];
  });
  for (const { place, operation } of operations) {
    const parameters = member(operation, "parameters");
    for (const parameter of Array.isArray(parameters) ? parameters : []) {
      // U: the words. That cookies are no parameters of a method is documented (api-gateway-known-issues).
      if (member(parameter, "in") === "cookie") {
        warnings.push(
          `Ignoring parameter ${String(member(parameter, "name"))} of '${place}': unsupported location cookie`,
        );
      }
    }
    // U: the words. Neither is taken over (api-gateway-known-issues).
    for (const ignored of ["callbacks", "servers"]) {
      if (member(operation, ignored) !== undefined) warnings.push(`Ignoring ${ignored} of '${place}': not supported`);
    }
  }
  return warnings;
}
