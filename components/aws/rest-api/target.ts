import { type Bindings, urlOf } from "../../api/binding/binding.ts";
import { type Api, functionBackends, requiresKey } from "../../api/checked-api.ts";
import { PolygateError, ProblemList } from "../../api/problem.ts";
import type { Target } from "../../gateway/target.ts";
import { lambdaForm } from "../function/lambda-form.ts";
import { restApiLinks } from "../link/link.ts";
import { checkPrivateBackends } from "../link/private-backend.ts";
import type { Cache } from "./cache.ts";
import { awsRestApi } from "./capabilities.ts";
import { restApiCautions } from "./caution.ts";
import { checkCache } from "./check/cache.ts";
import { checkParameterNames } from "./check/parameter-name.ts";
import { checkRestApi } from "./check.ts";
import { checkableRequests } from "./checkable.ts";
import { presentsCertificate, restApiProofs } from "./client-certificate.ts";
import { authorizersOf, placeholderAuthorizer } from "./document/authorizers.ts";
import type { AuthorizerArns } from "./document/security.ts";
import { type RestApiInfo, restApiDocument } from "./document.ts";
import { checkWebAcl } from "./firewall/check.ts";
import { webAclOf } from "./firewall/rules.ts";
import type { WebAclSettings } from "./firewall/web-acl.ts";
import { type RestApiSettings, settingsOf } from "./stage/settings.ts";

export { authorizersOf, type RestAuthorizer } from "./document/authorizers.ts";
export { authorizerName, requirementsOf } from "./document/requirement.ts";
export { binaryMediaTypesOf } from "./document/validation.ts";
export { type RestApiSettings, settingsOf } from "./stage/settings.ts";

/** What the compiler needs in addition to the description and the bindings. */
export interface RestApiTargetOptions {
  /** The API's name. */
  readonly name: string;
  /**
   * Returns the ARN of the function of an authorizer.
   *
   * @default placeholders
   */
  readonly authorizers?: AuthorizerArns;
  /**
   * The cache of the stage.
   *
   * @default none
   */
  readonly cache?: Cache | undefined;
}

/** A compiled description. */
export interface RestApiDocument extends RestApiSettings {
  /** The web ACL in front of the stage; absent if the API needs none. */
  readonly webAcl?: WebAclSettings;
  /** Resources, authorizers, integrations: OpenAPI 3.0 in JSON. */
  readonly document: string;
}

const { limits: numbers } = awsRestApi;

/** Returns the target that checks and compiles descriptions for a REST API. */
export function restApiTarget({
  name,
  authorizers = placeholderAuthorizer,
  cache,
}: RestApiTargetOptions): Target<RestApiDocument> {
  return {
    capabilities: awsRestApi,
    resources: (api) => resourceCount(api, cache),
    functions: lambdaForm,
    links: restApiLinks,
    proofs: restApiProofs,
    checkable: checkableRequests,
    cautions: restApiCautions,
    check: (api) => {
      const ofCache = checkCache(api, cache);
      const names = checkParameterNames(api, ofCache.length === 0 ? cache : undefined);
      return [...checkRestApi(api), ...ofCache, ...names, ...checkWebAcl(api)];
    },
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

/** Returns the name, version and description of an API. */
export function infoOf(api: Api, name: string): RestApiInfo {
  return { name, version: "1", description: api.title ?? "" };
}

/**
 * Counts the resources of a gateway: the API, its deployment, stage and throttles; a function and its permission for each authorizer, and
 * their common role, its policy and a log group; a permission for each function that is a backend; the usage plans; the web ACL and its
 * association; the client certificate. Each consumer adds two resources. Those are declared with the gateway, so they are not counted here.
 */
function resourceCount(api: Api, cache: Cache | undefined): number {
  const authorizers = authorizersOf(api).all.length;
  const plans = api.routes.some(({ auth }) => requiresKey(auth)) ? Object.keys(api.plans).length : 0;
  return (
    3 +
    settingsOf(api, cache).methods.length +
    (authorizers === 0 ? 0 : 3 + 2 * authorizers) +
    functionBackends(api).length +
    plans +
    (presentsCertificate(api) ? 1 : 0) +
    (webAclOf(api) === undefined ? 0 : 2)
  );
}

/**
 * Checks the ports of backends, and private backends.
 *
 * Unverified: a private backend is reached on the same ports as a public one. AWS does not document it.
 *
 * @throws {PolygateError} with every problem
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/setup-http-integrations.html
 */
function checkBackends(api: Api, bindings: Bindings): void {
  const problems = new ProblemList({ vendor: "aws" });
  for (const [backend, { kind }] of Object.entries(api.backends)) {
    if (kind === "fn") continue;
    const { port } = new URL(urlOf(bindings, backend));
    if (port === "" || port === "80" || port === "443" || Number(port) >= 1024) continue;
    problems.refuse(
      "backend-port",
      `A REST API reaches the ports 80, 443 and 1024 to 65535, but not ${port}.`,
      "Let the backend listen on one of these ports.",
      { place: `backends.${backend}.url` },
    );
  }
  const all = [...problems.all, ...checkPrivateBackends(api, bindings, numbers.vpcLinks)];
  if (all.length > 0) throw new PolygateError(subjectOf(api), all);
}

function checkSize(api: Api, document: string): void {
  const { value, unit } = numbers.documentBytes;
  const bytes = Buffer.byteLength(document);
  if (bytes <= value) return;
  const problems = new ProblemList({ vendor: "aws" });
  problems.refuse(
    "document-too-large",
    `The document has ${bytes} bytes. API Gateway allows ${value} ${unit}.`,
    "Shorten the longest replies, or serve some of the routes from another gateway (omit).",
  );
  throw new PolygateError(subjectOf(api), problems.all);
}

function subjectOf({ title }: Api): string {
  return `The API${title === undefined ? "" : ` "${title}"`} on AWS`;
}
