import { type Bindings, urlOf } from "../../api/binding/binding.ts";
import { type Api, asksForKey, functionBackends } from "../../api/checked-api.ts";
import { PolygateError, type Problem } from "../../api/problem.ts";
import type { Target } from "../../gateway/target.ts";
import { restApiLinks } from "../link/link.ts";
import { checkPrivateBackends } from "../link/private-backend.ts";
import { oddPaths } from "../odd-paths.ts";
import { type Cache, checkCache } from "./cache.ts";
import { awsRestApi } from "./capabilities.ts";
import { restApiCautions } from "./caution.ts";
import { checkRestApi } from "./check.ts";
import { placeholderAuthorizer, requirementsOf } from "./document/requirement.ts";
import { type Authorizers, type RestApiInfo, restApiDocument } from "./document.ts";
import { checkWebAcl } from "./firewall/check.ts";
import { webAclOf } from "./firewall/rules.ts";
import type { WebAclSettings } from "./firewall/web-acl.ts";
import { type RestApiSettings, settingsOf } from "./stage/settings.ts";

export { authorizerName, type RestRequirement, requirementsOf } from "./document/requirement.ts";
export { binaryMediaTypesOf } from "./document/validation.ts";
export type { Authorizers, RestApiInfo } from "./document.ts";
export { type RestApiSettings, settingsOf } from "./stage/settings.ts";

/** What the compiler must know beside the description and the bindings. */
export interface RestApiPlace {
  /** The API's name. */
  readonly name: string;
  /** The ARN of the function that checks each requirement. Default: placeholders. */
  readonly authorizers?: Authorizers;
  /** The cache of its stage. Default: none. */
  readonly cache?: Cache | undefined;
}

/** What a REST API is made of. */
export interface RestApiDocument extends RestApiSettings {
  /** What stands before the stage; absent where nothing asks for it. */
  readonly webAcl?: WebAclSettings;
  /** Resources, authorizers, integrations: OpenAPI 3.0 in JSON. */
  readonly document: string;
}

const { limits: numbers } = awsRestApi;

/** Checks and compiles an API for a REST API. */
export function restApiTarget({
  name,
  authorizers = placeholderAuthorizer,
  cache,
}: RestApiPlace): Target<RestApiDocument> {
  return {
    capabilities: awsRestApi,
    resources: (api) => resourceCount(api, cache),
    links: restApiLinks,
    cautions: (api) => [...api.routes.flatMap((route) => oddPaths(route, api)), ...restApiCautions(api)],
    check: (api) => [...checkRestApi(api), ...checkCache(api, cache), ...checkWebAcl(api)],
    compile: (api, bindings) => {
      checkBackends(api, bindings);
      const document = restApiDocument(api, bindings, infoOf(api, name), authorizers, cache);
      checkSize(api, document);
      const webAcl = webAclOf(api);
      return { document, ...settingsOf(api, cache), ...(webAcl === undefined ? {} : { webAcl }) };
    },
    artefacts: ({ document, methods, plans, webAcl }) => ({
      "openapi.json": document,
      "method-settings.json": `${JSON.stringify(methods, null, 2)}\n`,
      ...(Object.keys(plans).length === 0 ? {} : { "usage-plans.json": `${JSON.stringify(plans, null, 2)}\n` }),
      ...(webAcl === undefined ? {} : { "web-acl.json": `${JSON.stringify(webAcl, null, 2)}\n` }),
    }),
  };
}

/** What the API is called, there and in its document. */
export function infoOf(api: Api, name: string): RestApiInfo {
  return { name, version: "1", description: api.title ?? "" };
}

/**
 * The API, its deployment, stage and throttles; a function and its permission for each requirement, with a role, its
 * policy and a log group for all; a permission for each function that is a backend; the plans; the web ACL and its
 * association. Consumers, who are named where the gateway is declared, are two more each.
 */
function resourceCount(api: Api, cache: Cache | undefined): number {
  const requirements = requirementsOf(api).length;
  const plans = api.routes.some(({ auth }) => asksForKey(auth)) ? Object.keys(api.plans).length : 0;
  return (
    3 +
    settingsOf(api, cache).methods.length +
    (requirements === 0 ? 0 : 3 + 2 * requirements) +
    functionBackends(api).length +
    plans +
    (webAclOf(api) === undefined ? 0 : 2)
  );
}

function refused({ title }: Api, problems: readonly Problem[]): PolygateError {
  return new PolygateError(`The API${title === undefined ? "" : ` "${title}"`} on AWS`, problems);
}

/**
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/setup-http-integrations.html
 *
 * @throws {PolygateError} for a port that API Gateway does not reach (of private backends AWS does not say (U): the same), and for
 *   what {@link checkPrivateBackends} finds.
 */
function checkBackends(api: Api, bindings: Bindings): void {
  const problems = Object.entries(api.backends).flatMap(([backend, { kind }]): readonly Problem[] => {
    if (kind === "fn") return [];
    const { port } = new URL(urlOf(bindings, backend));
    if (port === "" || port === "80" || port === "443" || Number(port) >= 1024) return [];
    return [
      {
        code: "backend-port",
        place: `backends.${backend}.url`,
        vendor: "aws",
        rule: `a REST API reaches the ports 80, 443 and 1024 to 65535, not ${port}`,
        remedy: "Have the backend listen on one of those.",
      },
    ];
  });
  const all = [...problems, ...checkPrivateBackends(api, bindings, numbers.vpcLinks)];
  if (all.length > 0) throw refused(api, all);
}

function checkSize(api: Api, document: string): void {
  const { value, unit } = numbers.documentBytes;
  const bytes = Buffer.byteLength(document);
  if (bytes <= value) return;
  throw refused(api, [
    {
      code: "document-too-large",
      vendor: "aws",
      rule: `API Gateway takes ${value} ${unit}, and this has ${bytes}`,
      remedy: "Shorten the longest replies, or serve some of the routes from another gateway (omit).",
    },
  ]);
}
