import {
  type ApiKeyArgs,
  type BasePathMappingArgs,
  type DeploymentArgs,
  type DomainNameArgs,
  type MethodSettingsArgs,
  type RestApiArgs,
  type RestApiPutArgs,
  Stage,
  type StageArgs,
  type UsagePlanArgs,
  type UsagePlanKeyArgs,
} from "@pulumi/aws/apigateway/index.js";
import type { ApiMappingArgs } from "@pulumi/aws/apigatewayv2/index.js";
import type { LogGroupArgs } from "@pulumi/aws/cloudwatch/index.js";
import type { FunctionArgs, PermissionArgs } from "@pulumi/aws/lambda/index.js";
import type { WebAclArgs, WebAclAssociationArgs } from "@pulumi/aws/wafv2/index.js";
import * as pulumi from "@pulumi/pulumi";
import { announce, type Gateway, type GatewayArgs, outputsOf, type PlanArgs, plan, type Report } from "../gateway.ts";
import { vendorName } from "../names.ts";
import type { Api } from "../spec/api.ts";
import { bound } from "../spec/binding.ts";
import type { Auths, Backends, Plans, RouteKey } from "../spec/description.ts";
import { type Transform, transformed } from "../transform.ts";
import { accessLog } from "./access-log.ts";
import { canaryAccessLogFields, restApiAccessLogFields } from "./access-log-format.ts";
import type { AllowFrom } from "./allow-from.ts";
import type { Consumers } from "./consumer.ts";
import type { AwsDomain } from "./domain.ts";
import type { DomainCertificateTransforms } from "./domain-certificate.ts";
import { type Firewall, managedRulesOf } from "./firewall.ts";
import { gatewayDomain } from "./gateway-domain.ts";
import type { ExecutionTransforms } from "./immutable-function.ts";
import { type InvokeArnOptions, invokeResource } from "./invoke-arn.ts";
import { markOf, recordedBody, recordedOutput, triggersOf } from "./last-import.ts";
import type { AwsVpcLink } from "./link-inputs.ts";
import { type AwsRestOperations, taggedTransforms } from "./operations.ts";
import { privateExposure } from "./private-rest-api.ts";
import { endpointIds, type PrivateTo, privatePolicy, refuseOtherEndpoint } from "./private-to.ts";
import { publicExposure } from "./public-rest-api.ts";
import { currentPolicy } from "./resource-policy.ts";
import type { Bodies } from "./rest-api-bodies.ts";
import type { Cache } from "./rest-api-cache.ts";
import type { Canary } from "./rest-api-canary.ts";
import { CanaryRelease } from "./rest-api-canary-release.ts";
import { awsRestApi } from "./rest-api-capabilities.ts";
import { restDomain, restMapping } from "./rest-api-domain.ts";
import { protect, webAcl } from "./rest-api-firewall.ts";
import { authorizerFunctions, backendPermissions } from "./rest-api-functions.ts";
import { gatewayRoom } from "./rest-api-gateway.ts";
import { authorizerName, type RestRequirement } from "./rest-api-requirement.ts";
import { restApiRoom } from "./rest-api-room.ts";
import { settingsOf } from "./rest-api-settings.ts";
import { snapshot } from "./rest-api-snapshot.ts";
import { STAGE } from "./rest-api-stage.ts";
import { methodSettings, usagePlans } from "./rest-api-stage-settings.ts";
import { webAclOf } from "./rest-api-web-acl.ts";

/** Changes to the arguments and options of a REST API's resources, except what carries the description. */
export interface AwsRestApiTransforms extends ExecutionTransforms, DomainCertificateTransforms {
  readonly api?: Transform<RestApiArgs>;
  /** Of the import of a private API's document; a public API imports it itself. */
  readonly import?: Transform<RestApiPutArgs>;
  /** Of the deployment, and of the canary's. */
  readonly deployment?: Transform<DeploymentArgs>;
  readonly stage?: Transform<StageArgs>;
  /** Of each method whose throttle is its own, and of all others together. With a canary it is asked twice of each. */
  readonly methodSettings?: Transform<MethodSettingsArgs>;
  /** Of each function that checks tokens. */
  readonly authorizer?: Transform<FunctionArgs>;
  /** Of each permission to invoke a function: those that check tokens, and backends. */
  readonly permission?: Transform<PermissionArgs>;
  readonly usagePlan?: Transform<UsagePlanArgs>;
  readonly apiKey?: Transform<ApiKeyArgs>;
  readonly usagePlanKey?: Transform<UsagePlanKeyArgs>;
  /** Of the access log's log group. */
  readonly accessLog?: Transform<LogGroupArgs>;
  readonly domain?: Transform<DomainNameArgs>;
  /** Of what leads from the domain to the stage, where the base path has one level or is empty. */
  readonly basePathMapping?: Transform<BasePathMappingArgs>;
  /** The same, where it has several. */
  readonly apiMapping?: Transform<ApiMappingArgs>;
  /** Of the web ACL before the stage, except its rules. */
  readonly webAcl?: Transform<WebAclArgs>;
  readonly webAclAssociation?: Transform<WebAclAssociationArgs>;
}

/** What {@link AwsRestApi} takes beside what every gateway takes. */
export interface AwsRestApiOptions<Ps extends Plans = Plans> extends AwsRestOperations {
  /** Who may call the routes that ask for an API key. Default: nobody. */
  readonly consumers?: Consumers<Ps>;
  /**
   * The custom domain that the gateway answers by, and then by it alone: the endpoint that AWS gives the API is disabled. Default:
   * it answers by that endpoint.
   */
  readonly domain?: AwsDomain;
  /**
   * `"text"`: every body and every answer of the API is UTF-8 text, and what is none arrives damaged. A REST API checks no
   * others, so that a route's `request.body` asks for it. Default: bodies pass as the bytes that they are.
   */
  readonly bodies?: Bodies;
  /** Keeps answers of some routes, for so long. Charged by the hour. Default: none. */
  readonly cache?: Cache;
  /** Has a change of the description answer a share of the requests only, until this is left out again. Default: none. */
  readonly canary?: Canary;
  /** Where requests may come from. Default: everywhere. */
  readonly allowFrom?: AllowFrom;
  /**
   * The VPC endpoints that the gateway answers through, and then through them alone. Default: it answers publicly. An API that is
   * there stays what it is: another name makes another.
   */
  readonly privateTo?: PrivateTo;
  /** AWS WAF before the stage. Default: a web ACL only for limits by client address, if there are any. */
  readonly firewall?: Firewall;
  readonly transform?: AwsRestApiTransforms;
}

export type AwsRestApiArgs<
  Bs extends Backends,
  As extends Auths,
  Ps extends Plans,
  Ks extends RouteKey = RouteKey,
> = GatewayArgs<Bs, As, Ps, Ks, AwsVpcLink> & AwsRestApiOptions<Ps>;

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
    const planned = plan(subject, args as unknown as PlanArgs, gatewayRoom(apiName, args));
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
        const { document } = restApiRoom({ name: apiName, cache, authorizers: named }).compile(api, values);
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
