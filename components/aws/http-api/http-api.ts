import * as pulumi from "@pulumi/pulumi";
import type { Api } from "../../api/checked-api.ts";
import type { Description } from "../../api/description.ts";
import { announce } from "../../gateway/announce.ts";
import { readArguments } from "../../gateway/arguments.ts";
import { ComponentTransforms } from "../../gateway/component-transforms.ts";
import { type Gateway, outputsOf, type RouteOf } from "../../gateway/gateway.ts";
import { vendorName } from "../../gateway/names.ts";
import { prepare } from "../../gateway/prepare.ts";
import type { Report } from "../../gateway/report.ts";
import { type InvokeArnOptions, invokeResource } from "../invoke-arn.ts";
import { triggersOf } from "../state/last-import.ts";
import { declareApi, importedDocument } from "./api.ts";
import type { AwsHttpApiArgs } from "./args.ts";
import { awsHttpApi } from "./capabilities.ts";
import { declaredTarget } from "./declared-target.ts";
import { declareDeployment, importMark } from "./deployment.ts";
import { declareDomain } from "./domain.ts";
import type { HttpApiParts } from "./parts.ts";
import { declarePermissions } from "./permissions.ts";
import { declareReplyFunction } from "./reply-function.ts";
import { httpApiShape } from "./shape.ts";
import { declareStage, STAGE } from "./stage.ts";
import { httpApiTransformRules } from "./transform-rules.ts";

/**
 * An API as an AWS HTTP API.
 *
 * It consists of three resources, whatever the number of routes: an API, whose OpenAPI document declares routes, authorizers and
 * integrations; a deployment, which is a snapshot of that document; and the stage `$default`, which serves the deployment. Each backend
 * that is a function adds a permission. Routes with a `reply` add one function for all of these replies, with its permission, role,
 * policy and log.
 *
 * A route is never served without its authorizer, whichever step of a deployment is interrupted. An import changes nothing that is
 * served. Only the stage's switch to a new deployment does, from one description to the other at once. On deletion the stage is deleted
 * first.
 *
 * The provider never reads the document back. A refresh does not show routes and authorizers that somebody changed by hand, and they are
 * not served before somebody deploys them. CORS, throttles and names are read back.
 *
 * The provider forgets an import that failed. The component finds it in the stack's state, and the next update tries it again. Until it
 * succeeds, the stage serves the previous deployment.
 *
 * The issuer must serve a discovery document that AWS can reach. A bound `jwksUri` is not used.
 *
 * A path is decoded twice, and cut at a `?` that the first round decodes. A `%` that the first round leaves must begin another encoding:
 * write `%2525` for it, and `%253F` for a question mark. `%2F` separates segments.
 *
 * Unverified: AWS does not document how it reads trailing slashes, empty segments and dot segments. The sandbox rejects such paths. A
 * backend should not resolve dot segments.
 *
 * Unverified: AWS does not document after which round of decoding it selects the route. The sandbox rejects a path for which that makes a
 * difference. The preview shows a caution for a route that requires less than another one and may receive such paths of it.
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
  /** `arn:aws:execute-api:REGION:ACCOUNT:API/$default`. Append `/*` for a policy that applies to all routes. */
  readonly invokeArn: pulumi.Output<string>;
  readonly #name: string;
  readonly #api: Api;

  /** @throws {PolygateError} with everything that is wrong, before any resource is registered */
  constructor(name: string, args: AwsHttpApiArgs<D>, options?: pulumi.ComponentResourceOptions) {
    const apiName = vendorName(name, { longest: awsHttpApi.limits.nameCharacters.value });
    const { args: checked, problems } = readArguments<AwsHttpApiArgs>(args, httpApiShape);
    const target = declaredTarget(apiName, checked);
    const subject = `The gateway "${name}"`;
    const { api, report, bindings, inputs } = prepare(subject, checked, target, problems);
    super("polygate:index:AwsHttpApi", name, inputs, options);
    const transforms = new ComponentTransforms(subject, httpApiTransformRules, checked.transform, checked.tags);
    const parts: HttpApiParts = { name, parent: this, transform: transforms.children };

    const domain = declareDomain(parts, checked.domain);
    const mark = importMark(parts);
    const replies = declareReplyFunction(parts, api, apiName)?.arn;
    const source = { subject, api, apiName, bindings, replies, mark, isEndpointDisabled: domain?.alone };
    const document = importedDocument(source);
    const httpApi = declareApi(parts, source, document);
    const deployment = declareDeployment(parts, httpApi, triggersOf(document, mark));
    // The functions may be invoked before the stage serves routes that invoke them.
    const permissions = declarePermissions(parts, httpApi, api, bindings, replies);
    const dependsOn = domain?.stageAfter(permissions) ?? permissions;
    const stage = declareStage(parts, { httpApi, deployment, api, operations: checked, dependsOn });

    this.url = domain?.lead(httpApi.id, STAGE, [stage]) ?? stage.invokeUrl.apply((url) => url.replace(/\/+$/, ""));
    this.hostname = this.url.apply((url) => new URL(url).host);
    this.region = httpApi.region;
    this.id = httpApi.id;
    this.report = report;
    this.#name = name;
    this.#api = api;
    this.invokeArn = pulumi.interpolate`${httpApi.executionArn}/${STAGE}`;
    transforms.check();
    announce(report, this);
    this.registerOutputs(outputsOf(this));
  }

  /**
   * The ARN of the requests to one route, for the policy of a caller. Without such a policy nobody may call the route.
   *
   * A parameter becomes `?*`, whose wildcards match slashes too. An ARN that would allow requests to other routes of `iam` is rejected,
   * unless those routes are listed in `alsoAllows`. IAM compares policies with the path of the request, so a policy that is written
   * elsewhere, with a copy of this ARN, may allow routes that a later description adds. Call this method at each deployment.
   *
   * @throws {PolygateError} for a route that does not require a signature, and for an ARN that allows more or less than listed
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
