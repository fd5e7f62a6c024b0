import * as pulumi from "@pulumi/pulumi";
import { type Bindings, bound } from "../../api/binding/binding.ts";
import type { Api } from "../../api/checked-api.ts";
import type { Description } from "../../api/description.ts";
import { announce } from "../../gateway/announce.ts";
import { readArguments, reportedAs } from "../../gateway/arguments.ts";
import { ComponentTransforms } from "../../gateway/component-transforms.ts";
import { type Gateway, outputsOf, type RouteOf } from "../../gateway/gateway.ts";
import { vendorName } from "../../gateway/names.ts";
import { prepare } from "../../gateway/prepare.ts";
import type { Report } from "../../gateway/report.ts";
import { type InvokeArnOptions, invokeResource } from "../invoke-arn.ts";
import { markOf } from "../state/last-import.ts";
import type { AwsRestApiArgs } from "./args.ts";
import type { Cache } from "./cache.ts";
import { declareDeployments } from "./canary/deployments.ts";
import { CanaryRelease } from "./canary/release.ts";
import { awsRestApi } from "./capabilities.ts";
import type { AwsClientCertificate } from "./client-certificate.ts";
import { declareClientCertificates } from "./client-certificate-resources.ts";
import { declaredTarget } from "./declared-target.ts";
import type { RestAuthorizer } from "./document/authorizers.ts";
import { declareDomain } from "./domain.ts";
import { declaredExposure } from "./exposure/declared-exposure.ts";
import { managedRulesOf } from "./firewall/firewall.ts";
import { declareWebAcl, declareWebAclAssociation } from "./firewall/resources.ts";
import { webAclOf } from "./firewall/rules.ts";
import { declareAuthorizers, declareBackendPermissions } from "./functions.ts";
import { restApiShape } from "./shape.ts";
import { declareMethodSettings } from "./stage/method-settings.ts";
import { STAGE } from "./stage/name.ts";
import { settingsOf } from "./stage/settings.ts";
import { declareStage } from "./stage/stage.ts";
import { declareUsagePlans } from "./stage/usage-plans.ts";
import { restApiTarget } from "./target.ts";
import { restApiTransformRules } from "./transform-rules.ts";
import { urnsOf } from "./urns.ts";

/**
 * An API as an AWS REST API. One OpenAPI document declares resources, methods, authorizers and integrations. A deployment is a snapshot of
 * the API, and the stage serves a deployment.
 *
 * Polygate's own functions verify tokens, one function for each pair of an auth and its scopes, since a REST API only verifies tokens of
 * Cognito itself. For more than ten such pairs, a single function decides by route. Such a function never changes: another issuer, audience
 * or scope creates another function. The new function exists before the stage moves to the deployment that calls it, and the old one is
 * deleted after that.
 *
 * A route is never served without its auth, whichever step of an update is interrupted. An import changes nothing that is served. Only the
 * stage's move to a new deployment does, for all routes at once. Throttles change after that: for some seconds, a new route has the limits
 * of all other methods.
 *
 * With `canary`, the stage serves two deployments, and a change applies to one of them. A change is refused if it alters the settings
 * that both share or removes what the other deployment calls.
 *
 * A web ACL of AWS WAF in front of the stage enforces limits by client address. It exists before the stage moves, and is associated with a
 * new stage right after the stage is created.
 *
 * With `privateTo`, the API is private and answers through VPC endpoints only. The first import already contains its policy and its
 * endpoints, before any deployment can be served. Its `url` leads through the first endpoint.
 *
 * The number of resources grows with plans, consumers, functions, distinct requirements of tokens (up to ten), and routes whose limit differs
 * from the most frequent one.
 *
 * @see https://www.pulumi.com/registry/packages/aws/api-docs/apigateway
 *
 * @example
 * ```ts
 * import { apiKey, defineApi, http, jwt } from "polygate";
 * import { AwsRestApi } from "polygate/aws";
 *
 * const gateway = new AwsRestApi("orders-eu", {
 *   api: defineApi({
 *     version: 1,
 *     backends: { erp: http() },
 *     auth: { staff: jwt({ audiences: ["orders"] }), partners: apiKey() },
 *     plans: { free: { limits: [{ requests: 10, per: "second" }], quota: { requests: 1_000, per: "day" } } },
 *     routes: {
 *       "GET /orders/{id}": { to: "erp", auth: "staff", scopes: ["orders:read"] },
 *       "GET /prices": { to: "erp", auth: "partners" },
 *     },
 *   }),
 *   backends: { erp: { url: "https://erp.example.com" } },
 *   auth: { staff: { issuer: "https://login.example.com" } },
 *   consumers: { acme: { plan: "free" } },
 * });
 *
 * // Secret: what acme sends in the header x-api-key.
 * export const key = gateway.apiKeys.apply(({ acme }) => acme);
 * ```
 */
export class AwsRestApi<
    const D extends Description = Description,
    // biome-ignore lint/suspicious/noExplicitAny: with `string`, no gateway with known consumers could be assigned to `AwsRestApi`
    const Cs extends string = any,
  >
  extends pulumi.ComponentResource
  implements Gateway
{
  readonly url: pulumi.Output<string>;
  readonly hostname: pulumi.Output<string>;
  readonly vendor = "aws";
  readonly flavour: string = awsRestApi.className;
  readonly region: pulumi.Output<string>;
  readonly id: pulumi.Output<string>;
  readonly report: Report;
  /** Each consumer's API key, by the consumer's name. A secret. */
  readonly apiKeys: pulumi.Output<Readonly<Record<Cs, string>>>;
  /** `arn:aws:execute-api:REGION:ACCOUNT:API/live`. Append a slash and a star for every route, e.g. in a policy. */
  readonly invokeArn: pulumi.Output<string>;
  /** The URL through each VPC endpoint of `privateTo`, by the endpoint's id. Empty for a public API. */
  readonly endpointUrls: pulumi.Output<Readonly<Record<string, string>>>;
  /**
   * The certificates that prove this gateway to backends, by their labels in the argument of the same name. Empty if no route leads to a
   * backend that wants one.
   */
  readonly clientCertificates: pulumi.Output<Readonly<Record<string, AwsClientCertificate>>>;
  readonly #name: string;
  readonly #api: Api;

  /**
   * @throws {PolygateError} with every problem, before anything is registered. What a canary would remove from the other deployment depends
   *   on the state, so that error follows a little later: see {@link Canary}.
   */
  constructor(name: string, args: AwsRestApiArgs<D, Cs>, options?: pulumi.ComponentResourceOptions) {
    const { args: checked, problems } = readArguments<AwsRestApiArgs>(args, restApiShape);
    const { cache, consumers = {}, firewall, metrics, privateTo, refuseOtherReadings } = checked;
    const apiName = vendorName(name, { longest: awsRestApi.limits.nameCharacters.value });
    const subject = `The gateway "${name}"`;
    const prepared = prepare(subject, checked, declaredTarget(apiName, checked), problems);
    const { api, report, inputs } = prepared;
    super("polygate:index:AwsRestApi", name, inputs, options);
    const transforms = new ComponentTransforms(subject, restApiTransformRules, checked.transform, checked.tags);
    const owner = { name, apiName, subject, parent: this, transform: transforms.children };
    const urns = urnsOf(owner, privateTo !== undefined);
    const settings = settingsOf(api, cache);
    const webAclSettings = webAclOf(api, managedRulesOf(firewall), refuseOtherReadings ? "refused" : "forwarded");
    const canary =
      checked.canary &&
      new CanaryRelease(checked.canary, { ...prepared, owner, urns, settings, metrics, webAcl: webAclSettings });
    const bindings = canary?.bindings ?? prepared.bindings;

    const domain = declareDomain(owner, checked.domain);
    const authorizers = declareAuthorizers(owner, api, bindings);
    const exposure = declaredExposure(owner, api, checked, domain, urns.api);
    const mark = markOf(urns.api, urns.deployment, urns.canary);
    const compiled = pulumi
      .all([bindings, authorizers.arns, mark, exposure.complete])
      .apply(([values, arns, known, complete]) =>
        reportedAs(subject, [], () => complete(compile({ api, apiName, cache }, values, arns), known)),
      );
    const document = canary?.marked(compiled) ?? compiled;
    const declared = exposure.declare(document);
    const { restApi } = declared;
    const deployments = declareDeployments(owner, { declared, document, mark, canary, hasCache: cache !== undefined });
    const after: pulumi.Resource[] = [
      ...authorizers.declarePermissions(restApi),
      ...declareBackendPermissions(owner, api, bindings, restApi),
    ];
    const webAcl = webAclSettings && declareWebAcl(owner, webAclSettings, canary?.bindings);
    if (webAcl !== undefined) after.push(webAcl);
    const certificates = declareClientCertificates(owner, api, checked.clientCertificates);
    const clientCertificateId = certificates.presented;
    const served = { restApiId: restApi.id, ...deployments, domain, after, clientCertificateId };
    const stage = declareStage(owner, checked, served);
    const webAclArn = webAcl?.arn ?? firewall?.webAclArn;
    const protection = webAclArn === undefined ? [] : [declareWebAclAssociation(owner, stage, webAclArn)];
    declareMethodSettings(owner, stage, settings.methods, metrics);

    this.apiKeys = declareUsagePlans(owner, stage, settings.plans, consumers) as typeof this.apiKeys;
    this.clientCertificates = certificates.all;
    this.endpointUrls = exposure.urls(restApi.id, stage.invokeUrl);
    this.url = domain?.lead(restApi.id, STAGE, [stage, ...protection]) ?? firstUrl(this.endpointUrls, stage.invokeUrl);
    this.hostname = this.url.apply((url) => new URL(url).host);
    this.region = restApi.region;
    this.id = restApi.id;
    this.report = report;
    this.#name = name;
    this.#api = api;
    this.invokeArn = pulumi.interpolate`${restApi.executionArn}/${STAGE}`;
    transforms.check();
    announce(report, this);
    const { apiKeys, endpointUrls, clientCertificates } = this;
    const ofExposure = privateTo === undefined ? {} : { endpointUrls };
    const ofProof = clientCertificateId === undefined ? {} : { clientCertificates };
    this.registerOutputs({ ...outputsOf(this), apiKeys, ...ofExposure, ...ofProof });
  }

  /**
   * Returns the ARN of the requests to one route of `iam`, for a policy that allows them. Without such a policy, nobody may call the route.
   *
   * A parameter becomes `?*`, and wildcards match slashes. If the ARN also matches requests to other routes of `iam`, list those in
   * `alsoAllows`; otherwise the ARN is refused. AWS compares a policy with the path of a request, so a policy that keeps this ARN may also
   * allow routes that a later description adds. Call this method at each deployment.
   *
   * @throws {PolygateError} if the route does not require a signature, or if the ARN allows more or fewer routes than the arguments list.
   *
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/permissions.html
   *
   * @example
   * ```ts
   * import * as aws from "@pulumi/aws";
   * import { defineApi, http, iam } from "polygate";
   * import { AwsRestApi } from "polygate/aws";
   *
   * const gateway = new AwsRestApi("orders-eu", {
   *   api: defineApi({
   *     version: 1,
   *     backends: { erp: http() },
   *     auth: { services: iam() },
   *     default: { auth: "services" },
   *     routes: { "GET /orders/{id}": { to: "erp" }, "GET /orders/{id}/lines": { to: "erp" } },
   *   }),
   *   backends: { erp: { url: "https://erp.example.com" } },
   * });
   *
   * const lines = gateway.arnOf("GET /orders/{id}/lines");
   * const orders = gateway.arnOf("GET /orders/{id}", { alsoAllows: ["GET /orders/{id}/lines"] });
   *
   * new aws.iam.RolePolicy("reads-orders-and-not-their-lines", {
   *   role: "billing",
   *   policy: {
   *     Version: "2012-10-17",
   *     Statement: [
   *       { Effect: "Allow", Action: "execute-api:Invoke", Resource: orders },
   *       { Effect: "Deny", Action: "execute-api:Invoke", Resource: lines },
   *     ],
   *   },
   * });
   * ```
   */
  arnOf(route: RouteOf<D>, options: InvokeArnOptions<RouteOf<D>> = {}): pulumi.Output<string> {
    const resource = invokeResource(`The gateway "${this.#name}"`, this.#api, route, options);
    return pulumi.interpolate`${this.invokeArn}/${resource}`;
  }
}

interface CompilerInput {
  readonly api: Api;
  readonly apiName: string;
  readonly cache: Cache | undefined;
}

/** Compiles the document with the real bindings and the functions that verify tokens. */
function compile(
  { api, apiName, cache }: CompilerInput,
  bindings: Bindings,
  authorizerArns: Readonly<Record<string, string>>,
): string {
  const authorizers = (authorizer: RestAuthorizer) => bound(authorizerArns, authorizer.name);
  return restApiTarget({ name: apiName, cache, authorizers }).compile(api, bindings).document;
}

/** Returns the URL through the first VPC endpoint, or else the stage's own URL. */
function firstUrl(
  endpointUrls: pulumi.Output<Readonly<Record<string, string>>>,
  invokeUrl: pulumi.Output<string>,
): pulumi.Output<string> {
  return pulumi
    .all([invokeUrl, endpointUrls])
    .apply(([url, urls]) => Object.values(urls)[0] ?? url.replace(/\/+$/, ""));
}
