import { type Properties, text } from "../../../property-value.ts";
import type { Records } from "../../../records.ts";
import type { RestApiRecord } from "../record.ts";
import { type RestPartRecord, restParts } from "./record.ts";

/** The document that the parts of an API amount to; undefined for an API without parts. */
export function documentOfParts(records: Records, api: RestApiRecord): string | undefined {
  const parts = restParts.list(records, api.region, api.id).map(([, part]) => part);
  if (parts.length === 0) return undefined;
  const integrations = partsOf(parts, "integration");
  const paths: Record<string, Record<string, object>> = {};
  for (const method of partsOf(parts, "method")) {
    const resourceId = text(method, "resourceId") ?? "";
    const name = text(method, "httpMethod") ?? "";
    const path = pathOf(parts, api, resourceId);
    const own = integrations.find((each) => each.resourceId === resourceId && each.httpMethod === name);
    const member = name === "ANY" ? "x-amazon-apigateway-any-method" : name.toLowerCase();
    paths[path] = { ...paths[path], [member]: operationOf(method, own) };
  }
  return JSON.stringify({
    openapi: "3.0.1",
    info: { title: api.name, version: "1.0" },
    paths,
    components: {
      securitySchemes: {
        key: { type: "apiKey", name: "x-api-key", in: "header" },
        signature: {
          type: "apiKey",
          name: "Authorization",
          in: "header",
          "x-amazon-apigateway-authtype": "awsSigv4",
        },
      },
    },
  });
}

/** Whether a method of the document has no integration. */
export function unintegrated(document: string): boolean {
  const { paths } = JSON.parse(document) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
  };
  const operations = Object.values(paths).flatMap((item) => Object.values(item));
  return operations.some((operation) => !Object.hasOwn(operation, "x-amazon-apigateway-integration"));
}

/** The path of a resource, which is that of its parent and its own part. */
export function pathOf(parts: readonly RestPartRecord[], api: RestApiRecord, resourceId: string): string {
  if (resourceId === api.rootResourceId) return "/";
  const found = parts.find(({ kind, id }) => kind === "resource" && id === resourceId)?.properties ?? {};
  const parent = found.parentId === undefined ? "/" : pathOf(parts, api, text(found, "parentId") ?? "");
  return `${parent.replace(/\/$/, "")}/${text(found, "pathPart") ?? ""}`;
}

function partsOf(parts: readonly RestPartRecord[], kind: RestPartRecord["kind"]): readonly Properties[] {
  return parts.filter((part) => part.kind === kind).map(({ properties }) => properties);
}

function operationOf(method: Properties, integration: Properties | undefined): object {
  const schemes = [
    ...(method.authorization === "AWS_IAM" ? ["signature"] : []),
    ...(method.apiKeyRequired === true ? ["key"] : []),
  ];
  const parameters = Object.entries((method.requestParameters ?? {}) as Properties).map(([name, required]) => {
    const [, kind = "", own = ""] = /^method\.request\.(path|querystring|header)\.(.+)$/.exec(name) ?? [];
    return { name: own, in: kind === "querystring" ? "query" : kind, required: `${required}` === "true" };
  });
  return {
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(schemes.length === 0 ? {} : { security: [Object.fromEntries(schemes.map((scheme) => [scheme, []]))] }),
    ...(integration === undefined ? {} : { "x-amazon-apigateway-integration": integrationOf(integration) }),
  };
}

function integrationOf(part: Properties): object {
  const { requestParameters } = part;
  return {
    type: text(part, "type")?.toLowerCase(),
    httpMethod: part.integrationHttpMethod,
    uri: part.uri,
    connectionType: part.connectionType,
    timeoutInMillis: part.timeoutMilliseconds,
    passthroughBehavior: text(part, "passthroughBehavior")?.toLowerCase(),
    ...(requestParameters === undefined ? {} : { requestParameters }),
  };
}
