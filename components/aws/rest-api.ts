import {
  type ApiKeyArgs,
  Deployment,
  type DeploymentArgs,
  type MethodSettingsArgs,
  RestApi,
  type RestApiArgs,
  Stage,
  type StageArgs,
  type UsagePlanArgs,
  type UsagePlanKeyArgs,
} from "@pulumi/aws/apigateway/index.js";
import type { LogGroupArgs } from "@pulumi/aws/cloudwatch/index.js";
import type { FunctionArgs, PermissionArgs } from "@pulumi/aws/lambda/index.js";
import type { WebAclArgs, WebAclAssociationArgs } from "@pulumi/aws/wafv2/index.js";
import * as pulumi from "@pulumi/pulumi";
import { announce, type Gateway, type GatewayArgs, outputsOf, type PlanArgs, plan, type Report } from "../gateway.ts";
import { vendorName } from "../names.ts";
import { bound } from "../spec/binding.ts";
import type { Auths, Backends, Plans } from "../spec/description.ts";
import { type Transform, transformed } from "../transform.ts";
import { accessLog } from "./access-log.ts";
import { restApiAccessLogFields } from "./access-log-format.ts";
import { type Consumers, withConsumers } from "./consumer.ts";
import { type Firewall, managedRulesOf, withFirewall } from "./firewall.ts";
import type { ExecutionTransforms } from "./immutable-function.ts";
import { markOf, triggersOf } from "./last-import.ts";
import { type AwsRestOperations, taggedTransforms, withOperations } from "./operations.ts";
import { awsRestApi } from "./rest-api-capabilities.ts";
import { protect, webAcl } from "./rest-api-firewall.ts";
import { authorizerFunctions, backendPermissions } from "./rest-api-functions.ts";
import { authorizerName } from "./rest-api-requirement.ts";
import { binaryMediaTypes, restApiRoom } from "./rest-api-room.ts";
import { settingsOf } from "./rest-api-settings.ts";
import { STAGE } from "./rest-api-stage.ts";
import { methodSettings, usagePlans } from "./rest-api-stage-settings.ts";
import { webAclOf } from "./rest-api-web-acl.ts";

/** Changes to the arguments and options of a REST API's resources, except what carries the description. */
export interface AwsRestApiTransforms extends ExecutionTransforms {
  readonly api?: Transform<RestApiArgs>;
  readonly deployment?: Transform<DeploymentArgs>;
  readonly stage?: Transform<StageArgs>;
  /** Of each method whose throttle is its own, and of all others together. */
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
  /** Of the web ACL before the stage, except its rules. */
  readonly webAcl?: Transform<WebAclArgs>;
  readonly webAclAssociation?: Transform<WebAclAssociationArgs>;
}

/** What {@link AwsRestApi} takes beside what every gateway takes. */
export interface AwsRestApiOptions<Ps extends Plans = Plans> extends AwsRestOperations {
  /** Who may call the routes that ask for an API key. Default: nobody. */
  readonly consumers?: Consumers<Ps>;
  /** AWS WAF before the stage. Default: a web ACL only for limits by client address, if there are any. */
  readonly firewall?: Firewall;
  readonly transform?: AwsRestApiTransforms;
}

export type AwsRestApiArgs<Bs extends Backends, As extends Auths, Ps extends Plans> = GatewayArgs<Bs, As, Ps> &
  AwsRestApiOptions<Ps>;

const taggable = {
  api: true,
  stage: true,
  authorizer: true,
  role: true,
  logGroup: true,
  usagePlan: true,
  apiKey: true,
  accessLog: true,
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
 * Limits by client address are those of a web ACL of AWS WAF before the stage. It is there before the stage switches, and is put
 * before a new stage as soon as there is one.
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
export class AwsRestApi<const Bs extends Backends, const As extends Auths, const Ps extends Plans>
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

  /** @throws {PolygateError} with all that is wrong, before anything is registered. */
  constructor(name: string, args: AwsRestApiArgs<Bs, As, Ps>, options?: pulumi.ComponentResourceOptions) {
    const { consumers = {}, firewall, metrics, tracing } = args;
    const apiName = vendorName(name, { longest: awsRestApi.limits.nameCharacters.value });
    const { api, report, bindings } = plan(
      `The gateway "${name}"`,
      args as unknown as PlanArgs,
      withFirewall(withOperations(withConsumers(restApiRoom({ name: apiName }), consumers), args), firewall),
    );
    super("polygate:index:AwsRestApi", name, {}, options);
    const transform = taggedTransforms<AwsRestApiTransforms>(args.transform ?? {}, taggable, args.tags);
    const parts = { name, parent: this, transform };
    const authorizers = authorizerFunctions(parts, api, bindings);
    const urn = (type: string, part: string) => pulumi.createUrn(`${name}-${part}`, `aws:apigateway/${type}`, this);
    const mark = markOf(urn("restApi:RestApi", "api"), urn("deployment:Deployment", "deployment"));
    const body = pulumi.all([bindings, authorizers.arns, mark]).apply(([values, arns, known]) => {
      const room = restApiRoom({ name: apiName, authorizers: (needed) => bound(arns, authorizerName(needed)) });
      return marked(room.compile(api, values).document, known);
    });
    const [apiArgs, apiOptions] = transformed<RestApiArgs>(
      transform.api,
      {
        body,
        failOnWarnings: true,
        // As the document has them: an import sets them, and the provider sets them back to these.
        name: apiName,
        description: api.title ?? "",
        apiKeySource: "HEADER",
        binaryMediaTypes: [...binaryMediaTypes],
        endpointConfiguration: { types: "REGIONAL" },
      },
      { parent: this },
      ["body", "failOnWarnings", "name", "description", "apiKeySource", "binaryMediaTypes", "putRestApiMode", "region"],
    );
    const made = new RestApi(`${name}-api`, apiArgs, apiOptions);
    const [deploymentArgs, deploymentOptions] = transformed<DeploymentArgs>(
      transform.deployment,
      {
        restApi: made.id,
        triggers: pulumi
          .all([triggersOf(body, mark), besideDocument(apiArgs)])
          .apply(([triggers, settings]) => ({ ...triggers, settings })),
      },
      // The snapshot is of what was imported by then.
      { parent: this, dependsOn: made },
      ["restApi", "triggers", "region"],
    );
    const deployment = new Deployment(`${name}-deployment`, deploymentArgs, {
      ...deploymentOptions,
      // The stage serves the old one until it has switched.
      deleteBeforeReplace: false,
    });
    const permissions = [...authorizers.permissions(made), ...backendPermissions(parts, api, bindings, made, STAGE)];
    const webAclSettings = webAclOf(api, managedRulesOf(firewall));
    const acl = webAclSettings && webAcl(parts, webAclSettings);
    const [stageArgs, stageOptions] = transformed<StageArgs>(
      transform.stage,
      {
        restApi: made.id,
        stageName: STAGE,
        deployment: deployment.id,
        ...(tracing === undefined ? {} : { xrayTracingEnabled: tracing }),
        ...accessLog(name, args.accessLog, restApiAccessLogFields, { parent: this }, transform.accessLog),
      },
      // What the deployment calls may be called before anybody can cause it, and what it counts is counted.
      { parent: this, dependsOn: acl === undefined ? permissions : [...permissions, acl] },
      ["restApi", "stageName", "deployment", "region"],
    );
    const stage = new Stage(`${name}-stage`, stageArgs, stageOptions);
    const webAclArn = acl?.arn ?? firewall?.webAclArn;
    if (webAclArn !== undefined) protect(parts, stage, webAclArn);
    const { methods, plans } = settingsOf(api);
    methodSettings({ ...parts, stage }, methods, metrics);
    this.apiKeys = usagePlans({ ...parts, stage }, plans, consumers);

    this.url = stage.invokeUrl.apply((url) => url.replace(/\/+$/, ""));
    this.hostname = this.url.apply((url) => new URL(url).host);
    this.region = made.region;
    this.id = made.id;
    this.report = report;
    announce(report, this);
    this.registerOutputs({ ...outputsOf(this), apiKeys: this.apiKeys });
  }
}

/** What a deployment is a snapshot of beside the document, as far as a transform can set it. */
function besideDocument({ policy, minimumCompressionSize }: RestApiArgs): pulumi.Output<string> {
  return pulumi.jsonStringify({ policy, minimumCompressionSize });
}

/** The document with a mark in it, which changes nothing that it says and makes it another document. */
function marked(document: string, mark: string | undefined): string {
  if (mark === undefined) return document;
  const parsed = JSON.parse(document) as { readonly info: { version: string } };
  parsed.info.version += ` (import ${mark})`;
  return `${JSON.stringify(parsed, null, 2)}\n`;
}
