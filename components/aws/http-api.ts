import {
  Api,
  type ApiArgs,
  type ApiMappingArgs,
  Deployment,
  type DeploymentArgs,
  Stage,
  type StageArgs,
} from "@pulumi/aws/apigatewayv2/index.js";
import type { LogGroupArgs } from "@pulumi/aws/cloudwatch/index.js";
import type { FunctionArgs, PermissionArgs } from "@pulumi/aws/lambda/index.js";
import * as pulumi from "@pulumi/pulumi";
import { announce, type Gateway, type GatewayArgs, outputsOf, type PlanArgs, plan, type Report } from "../gateway.ts";
import { vendorName } from "../names.ts";
import { type Api as ApiOf, functionBackends } from "../spec/api.ts";
import { functionArnOf } from "../spec/binding.ts";
import type { Auths, Backends, Plans, RouteKey } from "../spec/description.ts";
import { type Transform, transformed } from "../transform.ts";
import { accessLog } from "./access-log.ts";
import { httpApiAccessLogFields } from "./access-log-format.ts";
import { awsHttpApi } from "./capabilities.ts";
import { withoutDefaultEndpoint } from "./default-endpoint.ts";
import type { AwsDomain } from "./domain.ts";
import { withDomain } from "./domain-check.ts";
import { gatewayDomain } from "./gateway-domain.ts";
import { marked } from "./http-api-document.ts";
import { apiMapping, type HttpDomainTransforms, httpDomain } from "./http-api-domain.ts";
import { httpApiRoom, infoOf, settingsOf } from "./http-api-room.ts";
import { type ExecutionTransforms, functionExecution, immutableFunction } from "./immutable-function.ts";
import { invocationPermission } from "./invocation.ts";
import { type InvokeArnOptions, invokeResource } from "./invoke-arn.ts";
import { markOf, triggersOf } from "./last-import.ts";
import type { AwsLink } from "./link-inputs.ts";
import { type AwsOperations, taggedTransforms, withOperations } from "./operations.ts";
import { repliesOf, replyFunction } from "./reply-function.ts";
import { withoutRestOnly } from "./rest-api-only.ts";

/** Changes to the arguments and options of an HTTP API's resources, except what carries the description. */
export interface AwsHttpApiTransforms extends ExecutionTransforms, HttpDomainTransforms {
  readonly api?: Transform<ApiArgs>;
  readonly deployment?: Transform<DeploymentArgs>;
  readonly stage?: Transform<StageArgs>;
  /** Of the function that gives the gateway's own answers. */
  readonly replies?: Transform<FunctionArgs>;
  /** Of each permission to invoke a function: backends, and the one for the gateway's own answers. */
  readonly permission?: Transform<PermissionArgs>;
  /** Of the access log's log group. */
  readonly accessLog?: Transform<LogGroupArgs>;
  /** Of what leads from the domain to the stage. */
  readonly apiMapping?: Transform<ApiMappingArgs>;
}

/** What {@link AwsHttpApi} takes beside what every gateway takes. */
export interface AwsHttpApiOptions extends AwsOperations {
  /**
   * The custom domain that the gateway answers by, and then by it alone: the endpoint that AWS gives the API is disabled. Default:
   * it answers by that endpoint.
   */
  readonly domain?: AwsDomain;
  readonly transform?: AwsHttpApiTransforms;
}

export type AwsHttpApiArgs<Bs extends Backends, As extends Auths, Ks extends RouteKey = RouteKey> = GatewayArgs<
  Bs,
  As,
  Plans,
  Ks,
  AwsLink
> &
  AwsHttpApiOptions;

/**
 * What routes without a throttle of their own get: what AWS gives an account in most Regions. Where an account has less, that
 * holds (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html). Written out, since a stage
 * without it reads back as zeros.
 */
const unthrottled = { throttlingRateLimit: 10_000, throttlingBurstLimit: 5_000 };

const taggable = {
  api: true,
  stage: true,
  replies: true,
  role: true,
  logGroup: true,
  accessLog: true,
  certificate: true,
  domain: true,
} as const;

/**
 * An API as an AWS HTTP API: three resources, whatever the number of routes. One OpenAPI document declares routes,
 * authorizers and integrations; a deployment is a snapshot of it, which the stage `$default` serves. A permission is added
 * for each backend that is a function; and for routes with a `reply` one function that gives all of these answers, with its
 * permission, role, policy and log.
 *
 * No moment is open. An import changes nothing that is served: only the stage's switch to a new deployment does, from
 * one description to the other at once. The stage goes first when the gateway is deleted.
 *
 * What stands in the document is never read back: routes and authorizers that somebody changes by hand are drift that a
 * refresh does not show, and they are not served before somebody deploys. CORS, throttles and names are read back.
 *
 * An import that fails is tried again by the next update, although the provider forgets it: the gateway looks into the
 * stack's state for it. Until it succeeds, the stage goes on serving the deployment from before.
 *
 * The issuer must serve a discovery document that AWS can reach; a bound `jwksUri` is not used.
 *
 * AWS does not document how it reads a slash at the end of a path, empty and dot segments, and `%2F`. The sandbox refuses
 * them. Until it is known, a backend should not resolve dots, nor decode a path before it splits it; where a wider route
 * asks for less than a narrower one, every preview says so.
 *
 * @see https://www.pulumi.com/registry/packages/aws/api-docs/apigatewayv2
 *
 * @example
 * ```ts
 * import { defineApi, http, jwt } from "polygate";
 * import { AwsHttpApi } from "polygate/aws";
 *
 * const gateway = new AwsHttpApi("orders-eu", {
 *   api: defineApi({
 *     version: 1,
 *     backends: { erp: http() },
 *     auth: { staff: jwt({ audiences: ["orders"] }) },
 *     default: { auth: "staff", limits: [{ requests: 600, per: "minute", by: "route" }] },
 *     routes: { "GET /orders/{id}": { to: "erp", scopes: ["orders:read"] } },
 *   }),
 *   backends: { erp: { url: "https://erp.example.com" } },
 *   auth: { staff: { issuer: "https://login.example.com" } },
 * });
 * ```
 */
export class AwsHttpApi<const Bs extends Backends, const As extends Auths, const Ks extends RouteKey = RouteKey>
  extends pulumi.ComponentResource
  implements Gateway
{
  readonly url: pulumi.Output<string>;
  readonly hostname: pulumi.Output<string>;
  readonly vendor = "aws";
  readonly flavour: string = awsHttpApi.className;
  readonly region: pulumi.Output<string>;
  readonly id: pulumi.Output<string>;
  readonly report: Report;
  /** `arn:aws:execute-api:REGION:ACCOUNT:API/$default`: with a slash and a star behind it, every route, for a policy. */
  readonly invokeArn: pulumi.Output<string>;
  readonly #name: string;
  readonly #api: ApiOf;

  /** @throws {PolygateError} with all that is wrong, before anything is registered. */
  constructor(name: string, args: AwsHttpApiArgs<Bs, As, Ks>, options?: pulumi.ComponentResourceOptions) {
    const apiName = vendorName(name, { longest: awsHttpApi.limits.nameCharacters.value });
    const { api, report, bindings } = plan(
      `The gateway "${name}"`,
      args as unknown as PlanArgs,
      withoutRestOnly(withDomain(withOperations(httpApiRoom({ name: apiName }), args), args.domain), args),
    );
    super("polygate:index:AwsHttpApi", name, {}, options);
    const transform = taggedTransforms<AwsHttpApiTransforms>(args.transform ?? {}, taggable, args.tags);
    const owner = { name, parent: this, transform };
    const domain =
      args.domain &&
      gatewayDomain(args.domain, {
        owner,
        domain: (own) => httpDomain(owner, own),
        mapping: (mapped) => apiMapping(mapped, transform.apiMapping),
      });
    const urn = (type: string, part: string) => pulumi.createUrn(`${name}-${part}`, type, this);
    const mark = markOf(
      urn("aws:apigatewayv2/api:Api", "api"),
      urn("aws:apigatewayv2/deployment:Deployment", "deployment"),
    );
    const replies =
      repliesOf(api).length === 0
        ? undefined
        : immutableFunction(
            `${name}-replies`,
            replyFunction(api, apiName),
            functionExecution(`${name}-replies`, { parent: this }, transform),
            { parent: this },
            transform.replies,
          );
    const body = pulumi.all([bindings, replies?.arn, mark]).apply(([values, arn, known]) => {
      const room = httpApiRoom({ name: apiName, ...(arn === undefined ? {} : { replies: arn }) });
      const { document } = room.compile(api, values);
      return marked(domain?.alone === true ? withoutDefaultEndpoint(document) : document, known);
    });
    const { cors, routeSettings } = settingsOf(api);
    const [apiArgs, apiOptions] = transformed<ApiArgs>(
      transform.api,
      {
        protocolType: "HTTP",
        body,
        failOnWarnings: true,
        // As the document has them: an import sets them, and the provider sets them back to these.
        ...infoOf(api, apiName),
        ...(cors === undefined ? {} : { corsConfiguration: cors }),
        ...(domain === undefined ? {} : { disableExecuteApiEndpoint: domain.alone }),
      },
      { parent: this },
      [
        ...(domain === undefined ? [] : (["disableExecuteApiEndpoint"] as const)),
        "protocolType",
        "body",
        "failOnWarnings",
        "name",
        "version",
        "description",
        "corsConfiguration",
        "target",
        "routeKey",
        "credentialsArn",
        "region",
      ],
    );
    const made = new Api(`${name}-api`, apiArgs, apiOptions);
    const [deploymentArgs, deploymentOptions] = transformed<DeploymentArgs>(
      transform.deployment,
      { apiId: made.id, triggers: triggersOf(body, mark) },
      // The snapshot is of what was imported by then.
      { parent: this, dependsOn: made },
      ["apiId", "triggers", "region"],
    );
    const deployment = new Deployment(`${name}-deployment`, deploymentArgs, deploymentOptions);
    const permit = (part: string, functionArn: pulumi.Input<string>) =>
      invocationPermission(
        `${name}-${part}-permission`,
        functionArn,
        // As a route's ARN says in the events of live APIs: stage, method and path.
        pulumi.interpolate`${made.executionArn}/$default/*`,
        { parent: this },
        transform.permission,
      );
    const permissions = [
      ...functionBackends(api).map((backend) =>
        permit(
          `backend-${backend}`,
          bindings.apply((values) => functionArnOf(values, backend)),
        ),
      ),
      ...(replies === undefined ? [] : [permit("replies", replies.arn)]),
    ];
    const counted = args.metrics === undefined ? {} : { detailedMetricsEnabled: args.metrics };
    const [stageArgs, stageOptions] = transformed<StageArgs>(
      transform.stage,
      {
        apiId: made.id,
        name: "$default",
        deploymentId: deployment.id,
        autoDeploy: false,
        defaultRouteSettings: { ...unthrottled, ...counted },
        // A route's entry replaces the default one whole.
        routeSettings: Object.entries(routeSettings).map(([routeKey, throttle]) => ({
          routeKey,
          ...throttle,
          ...counted,
        })),
        ...accessLog(name, args.accessLog, httpApiAccessLogFields, { parent: this }, transform.accessLog),
      },
      // What the deployment invokes is permitted by the time that it is served.
      { parent: this, dependsOn: domain?.stageAfter(permissions) ?? permissions },
      ["apiId", "name", "deploymentId", "autoDeploy", "routeSettings", "region"],
    );
    const stage = new Stage(`${name}-stage`, stageArgs, stageOptions);

    this.url = domain?.lead(made.id, "$default", [stage]) ?? stage.invokeUrl.apply((url) => url.replace(/\/+$/, ""));
    this.hostname = this.url.apply((url) => new URL(url).host);
    this.region = made.region;
    this.id = made.id;
    this.report = report;
    this.#name = name;
    this.#api = api;
    this.invokeArn = pulumi.interpolate`${made.executionArn}/$default`;
    announce(report, this);
    this.registerOutputs(outputsOf(this));
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
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
   *
   * @example
   * ```ts
   * import * as aws from "@pulumi/aws";
   * import { defineApi, http, iam } from "polygate";
   * import { AwsHttpApi } from "polygate/aws";
   *
   * const gateway = new AwsHttpApi("orders-eu", {
   *   api: defineApi({
   *     version: 1,
   *     backends: { erp: http() },
   *     auth: { services: iam() },
   *     routes: { "GET /orders/{id}": { to: "erp", auth: "services" } },
   *   }),
   *   backends: { erp: { url: "https://erp.example.com" } },
   * });
   *
   * new aws.iam.RolePolicy("reads-orders", {
   *   role: "billing",
   *   policy: {
   *     Version: "2012-10-17",
   *     Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: gateway.arnOf("GET /orders/{id}") }],
   *   },
   * });
   * ```
   */
  arnOf(route: Ks, options: InvokeArnOptions<Ks> = {}): pulumi.Output<string> {
    const resource = invokeResource(`The gateway "${this.#name}"`, this.#api, route, options);
    return pulumi.interpolate`${this.invokeArn}/${resource}`;
  }
}
