import {
  Api,
  type ApiArgs,
  Deployment,
  type DeploymentArgs,
  Stage,
  type StageArgs,
} from "@pulumi/aws/apigatewayv2/index.js";
import * as pulumi from "@pulumi/pulumi";
import { functionArnOf } from "../../api/binding/binding.ts";
import { type Api as ApiOf, functionBackends } from "../../api/checked-api.ts";
import type { Description } from "../../api/description.ts";
import { announce } from "../../gateway/announce.ts";
import { type Gateway, type GatewayArgs, outputsOf, type RouteOf } from "../../gateway/gateway.ts";
import { vendorName } from "../../gateway/names.ts";
import { prepare } from "../../gateway/prepare.ts";
import type { Report } from "../../gateway/report.ts";
import { transformed } from "../../gateway/transform.ts";
import { withDomain } from "../domain/check.ts";
import { withoutDefaultEndpoint } from "../domain/default-endpoint.ts";
import { apiMapping, httpDomain } from "../domain/domain-name.ts";
import { gatewayDomain } from "../domain/gateway-domain.ts";
import { functionExecution, immutableFunction } from "../function/immutable-function.ts";
import { invocationPermission } from "../function/invocation.ts";
import { type InvokeArnOptions, invokeResource } from "../invoke-arn.ts";
import { accessLog } from "../operations/access-log.ts";
import { httpApiAccessLogFields } from "../operations/access-log-format.ts";
import { taggedTransforms, withOperations } from "../operations/operations.ts";
import { markOf, triggersOf } from "../state/last-import.ts";
import type { AwsHttpApiArgs, AwsHttpApiTransforms } from "./args.ts";
import { awsHttpApi } from "./capabilities.ts";
import { marked } from "./document.ts";
import { repliesOf, replyFunction } from "./replies.ts";
import { withoutRestOnly } from "./rest-api-only.ts";
import { httpApiTarget, infoOf, settingsOf } from "./target.ts";

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
export class AwsHttpApi<const D extends Description = Description> extends pulumi.ComponentResource implements Gateway {
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
  constructor(name: string, args: AwsHttpApiArgs<D>, options?: pulumi.ComponentResourceOptions) {
    const apiName = vendorName(name, { longest: awsHttpApi.limits.nameCharacters.value });
    const { api, report, bindings } = prepare(
      `The gateway "${name}"`,
      args as unknown as GatewayArgs,
      withoutRestOnly(withDomain(withOperations(httpApiTarget({ name: apiName }), args), args.domain), args),
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
      const target = httpApiTarget({ name: apiName, ...(arn === undefined ? {} : { replies: arn }) });
      const { document } = target.compile(api, values);
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
  arnOf(route: RouteOf<D>, options: InvokeArnOptions<RouteOf<D>> = {}): pulumi.Output<string> {
    const resource = invokeResource(`The gateway "${this.#name}"`, this.#api, route, options);
    return pulumi.interpolate`${this.invokeArn}/${resource}`;
  }
}
