import { type RestApiArgs, Stage, type StageArgs } from "@pulumi/aws/apigateway/index.js";
import * as pulumi from "@pulumi/pulumi";
import { bound } from "../../api/binding/binding.ts";
import type { Api } from "../../api/checked-api.ts";
import type { Auths, Backends, Plans, RouteKey } from "../../api/description.ts";
import { announce, type Gateway, outputsOf, type PlanArgs, plan, type Report } from "../../gateway/gateway.ts";
import { vendorName } from "../../gateway/names.ts";
import { transformed } from "../../gateway/transform.ts";
import { gatewayDomain } from "../domain/gateway-domain.ts";
import { type InvokeArnOptions, invokeResource } from "../invoke-arn.ts";
import { accessLog } from "../operations/access-log.ts";
import { canaryAccessLogFields, restApiAccessLogFields } from "../operations/access-log-format.ts";
import { taggedTransforms } from "../operations/operations.ts";
import { markOf, recordedBody, recordedOutput, triggersOf } from "../state/last-import.ts";
import type { AwsRestApiArgs, AwsRestApiTransforms } from "./args.ts";
import type { Canary } from "./canary/canary.ts";
import { CanaryRelease } from "./canary/release.ts";
import { awsRestApi } from "./capabilities.ts";
import { declaredTarget } from "./declared-target.ts";
import { snapshot } from "./deployment.ts";
import { authorizerName, type RestRequirement } from "./document/requirement.ts";
import { restDomain, restMapping } from "./domain.ts";
import { privateExposure } from "./exposure/private.ts";
import { endpointIds, privatePolicy, refuseOtherEndpoint } from "./exposure/private-to.ts";
import { publicExposure } from "./exposure/public.ts";
import { currentPolicy } from "./exposure/resource-policy.ts";
import { protect, webAcl } from "./firewall/association.ts";
import { managedRulesOf } from "./firewall/firewall.ts";
import { webAclOf } from "./firewall/rules.ts";
import { authorizerFunctions, backendPermissions } from "./functions.ts";
import { methodSettings, usagePlans } from "./stage/method-settings.ts";
import { STAGE } from "./stage/name.ts";
import { settingsOf } from "./stage/settings.ts";
import { restApiTarget } from "./target.ts";

const taggable = {
  api: true,
  stage: true,
  authorizer: true,
  role: true,
  logGroup: true,
  usagePlan: true,
  apiKey: true,
  accessLog: true,
  certificate: true,
  domain: true,
  webAcl: true,
} as const;

/**
 * An API as an AWS REST API. One OpenAPI document declares resources, methods, authorizers and integrations; a deployment
 * is a snapshot of it, which the stage serves.
 *
 * Tokens are checked by a function of Polygate's own, one for each pair of an auth and its scopes, since a REST API checks
 * none but Cognito's. Such a function never changes: another issuer, audience or scope makes another function, which is there
 * before the stage switches to the deployment that names it, and the old one goes after.
 *
 * No moment is open. An import changes nothing that is served: only the stage's switch to a new deployment does, from
 * one description to the other at once. Throttles follow the switch: for some seconds a new route has the limits of `*`.
 *
 * With `canary`, two deployments are served, and a change goes to one of them. What the stage has for both, and what the other still
 * calls, stays as it is, or the change is refused.
 *
 * Limits by client address are those of a web ACL of AWS WAF before the stage. It is there before the stage switches, and is put
 * before a new stage as soon as there is one.
 *
 * With `privateTo` the API is a private one, which answers through VPC endpoints alone. It has its policy and its endpoints from the
 * first import, before there is a deployment that could be served. Its `url` is that of the first endpoint.
 *
 * The number of resources grows with plans, consumers, functions, distinct requirements of tokens, and routes whose limit is not
 * the usual one.
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
    const Bs extends Backends,
    const As extends Auths,
    const Ps extends Plans,
    const Ks extends RouteKey = RouteKey,
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
  /** Each consumer's key, by the consumer's name. A secret. */
  readonly apiKeys: pulumi.Output<Readonly<Record<string, string>>>;
  /** `arn:aws:execute-api:REGION:ACCOUNT:API/live`: with a slash and a star behind it, every route, for a policy. */
  readonly invokeArn: pulumi.Output<string>;
  /** The URL through each VPC endpoint of `privateTo`, by the endpoint's id; empty for a public API. */
  readonly endpointUrls: pulumi.Output<Readonly<Record<string, string>>>;
  readonly #name: string;
  readonly #api: Api;

  /**
   * @throws {PolygateError} with all that is wrong, before anything is registered; what a canary would take away from the deployment
   *   that it stands beside depends on the state, and stops the program a little later: see {@link Canary}.
   */
  constructor(name: string, args: AwsRestApiArgs<Bs, As, Ps, Ks>, options?: pulumi.ComponentResourceOptions) {
    const { allowFrom, consumers = {}, bodies: kept, cache, canary, firewall, metrics, privateTo, tracing } = args;
    const apiName = vendorName(name, { longest: awsRestApi.limits.nameCharacters.value });
    const subject = `The gateway "${name}"`;
    const planned = plan(subject, args as unknown as PlanArgs, declaredTarget(apiName, args));
    const { api, report } = planned;
    super("polygate:index:AwsRestApi", name, {}, options);
    const transform = taggedTransforms<AwsRestApiTransforms>(args.transform ?? {}, taggable, args.tags);
    const parts = { name, parent: this, transform };
    const domain =
      args.domain &&
      gatewayDomain(args.domain, {
        owner: parts,
        domain: (own) => restDomain(parts, own),
        mapping: (mapped) => restMapping(mapped, transform),
      });
    const urn = (type: string, part: string) => pulumi.createUrn(`${name}-${part}`, `aws:apigateway/${type}`, this);
    const urns = {
      api: urn("restApi:RestApi", "api"),
      // What a private API is made of is imported by a resource of its own.
      document: privateTo === undefined ? urn("restApi:RestApi", "api") : urn("restApiPut:RestApiPut", "import"),
      deployment: urn("deployment:Deployment", "deployment"),
      canary: urn("deployment:Deployment", "canary-deployment"),
      stage: urn("stage:Stage", "stage"),
    };
    const settings = settingsOf(api, cache);
    const webAclSettings = webAclOf(api, managedRulesOf(firewall));
    const release =
      canary &&
      new CanaryRelease(canary, {
        ...{ subject, api, urns, settings, metrics, ...parts },
        ...{ bindings: planned.bindings, document: planned.document, webAcl: webAclSettings },
      });
    const bindings = release?.bindings ?? planned.bindings;
    const authorizers = authorizerFunctions(parts, api, bindings);
    const mark = markOf(urns.api, urns.deployment, urns.canary);
    const exposureParts = { ...parts, apiName, urn: urns.api };
    const allowed = recordedOutput(urns.api, "endpointConfiguration").apply((recorded) =>
      refuseOtherEndpoint(subject, privateTo === undefined ? "public" : "private", recorded),
    );
    const endpoints = privateTo && endpointIds(subject, privateTo);
    const exposure =
      endpoints === undefined
        ? publicExposure(exposureParts, {
            ...{ api, kept, domain, allowed, guarded: allowFrom !== undefined },
            policy: recordedBody(urns.api).apply((body) => currentPolicy(subject, api, allowFrom?.cidrs, body)),
          })
        : privateExposure(exposureParts, {
            ...{ endpoints, allowed },
            policy: endpoints.apply((ids) => privatePolicy(api, ids, allowFrom?.cidrs)),
          });
    const compiled = pulumi
      .all([bindings, authorizers.arns, mark, exposure.served])
      .apply(([values, arns, known, served]) => {
        const named = (needed: RestRequirement) => bound(arns, authorizerName(needed));
        const { document } = restApiTarget({ name: apiName, cache, authorizers: named }).compile(api, values);
        return served(document, known);
      });
    const body = release?.noted(compiled) ?? compiled;
    const { args: apiArgs, ...declared } = exposure.declare(body);
    const { made } = declared;
    const triggers = pulumi
      .all([triggersOf(body, mark), besideDocument(apiArgs)])
      .apply(([known, beside]): Record<string, string> => ({ ...known, settings: beside }));
    const newest = { ...declared, triggers };
    const deployment = snapshot(
      `${name}-deployment`,
      { ...newest, triggers: release?.stableTriggers(newest) ?? triggers },
      { parent: this },
      transform.deployment,
    );
    const canarySettings = release?.deploy(newest, body, deployment, cache !== undefined);
    const permissions = [...authorizers.permissions(made), ...backendPermissions(parts, api, bindings, made, STAGE)];
    const acl = webAclSettings && webAcl(parts, webAclSettings, release?.bindings);
    const before = acl === undefined ? permissions : [...permissions, acl];
    const [stageArgs, stageOptions] = transformed<StageArgs>(
      transform.stage,
      {
        restApi: made.id,
        stageName: STAGE,
        deployment: deployment.id,
        ...(cache === undefined ? {} : { cacheClusterEnabled: true, cacheClusterSize: cache.sizeGb }),
        ...(tracing === undefined ? {} : { xrayTracingEnabled: tracing }),
        ...(canarySettings === undefined ? {} : { canarySettings: canarySettings as StageArgs["canarySettings"] }),
        ...accessLog(
          name,
          args.accessLog,
          canary === undefined ? restApiAccessLogFields : canaryAccessLogFields,
          { parent: this },
          transform.accessLog,
        ),
      },
      // What the deployment calls may be called before anybody can cause it, and what it counts is counted.
      { parent: this, dependsOn: domain?.stageAfter(before) ?? before },
      ["restApi", "stageName", "deployment", "region", ...(canary === undefined ? [] : (["canarySettings"] as const))],
    );
    const stage = new Stage(`${name}-stage`, stageArgs, stageOptions);
    const webAclArn = acl?.arn ?? firewall?.webAclArn;
    const protection = webAclArn === undefined ? [] : [protect(parts, stage, webAclArn)];
    const { methods, plans } = settings;
    methodSettings({ ...parts, stage }, methods, metrics);
    this.apiKeys = usagePlans({ ...parts, stage }, plans, consumers);

    this.endpointUrls = exposure.urls(made.id, stage.invokeUrl);
    this.url =
      domain?.lead(made.id, STAGE, [stage, ...protection]) ??
      pulumi
        .all([stage.invokeUrl, this.endpointUrls])
        .apply(([url, urls]) => Object.values(urls)[0] ?? url.replace(/\/+$/, ""));
    this.hostname = this.url.apply((url) => new URL(url).host);
    this.region = made.region;
    this.id = made.id;
    this.report = report;
    this.#name = name;
    this.#api = api;
    this.invokeArn = pulumi.interpolate`${made.executionArn}/${STAGE}`;
    announce(report, this);
    this.registerOutputs({
      ...outputsOf(this),
      apiKeys: this.apiKeys,
      ...(privateTo === undefined ? {} : { endpointUrls: this.endpointUrls }),
    });
  }

  /**
   * The ARN of the requests to one route, for a policy that says who may call it. Without one, nobody may.
   *
   * A parameter becomes `?*`, and wildcards cross slashes: where the ARN would let in requests that other routes of `iam` take, it is
   * refused, unless they are named. Policies are compared with the path of the request, so one that is made elsewhere, of this
   * ARN, may let in what a later description adds: call this at each deployment.
   *
   * @throws {PolygateError} for a route that does not ask for a signature, and an ARN that allows more, or less, than is said.
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
  arnOf(route: Ks, options: InvokeArnOptions<Ks> = {}): pulumi.Output<string> {
    const resource = invokeResource(`The gateway "${this.#name}"`, this.#api, route, options);
    return pulumi.interpolate`${this.invokeArn}/${resource}`;
  }
}

/** What a deployment is a snapshot of beside the document, as far as a transform can set it. */
function besideDocument({ policy, minimumCompressionSize }: RestApiArgs): pulumi.Output<string> {
  return pulumi.jsonStringify({ policy, minimumCompressionSize });
}
