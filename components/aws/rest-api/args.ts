import type {
  ApiKeyArgs,
  BasePathMappingArgs,
  DeploymentArgs,
  DomainNameArgs,
  MethodSettingsArgs,
  RestApiArgs,
  RestApiPutArgs,
  StageArgs,
  UsagePlanArgs,
  UsagePlanKeyArgs,
} from "@pulumi/aws/apigateway/index.js";
import type { ApiMappingArgs } from "@pulumi/aws/apigatewayv2/index.js";
import type { LogGroupArgs } from "@pulumi/aws/cloudwatch/index.js";
import type { FunctionArgs, PermissionArgs } from "@pulumi/aws/lambda/index.js";
import type { WebAclArgs, WebAclAssociationArgs } from "@pulumi/aws/wafv2/index.js";
import type { Description, Plans } from "../../api/description.ts";
import type { GatewayArgs, PlansOf } from "../../gateway/gateway.ts";
import type { Transform } from "../../gateway/transform.ts";
import type { DomainCertificateTransforms } from "../domain/certificate.ts";
import type { AwsDomain } from "../domain/domain.ts";
import type { ExecutionTransforms } from "../function/execution.ts";
import type { AwsVpcLink } from "../link/link-inputs.ts";
import type { AwsRestOperations } from "../operations/operations.ts";
import type { Bodies } from "./bodies.ts";
import type { Cache } from "./cache.ts";
import type { Canary } from "./canary/canary.ts";
import type { Consumers } from "./consumer.ts";
import type { AllowFrom } from "./exposure/allow-from.ts";
import type { PrivateTo } from "./exposure/private-to.ts";
import type { Firewall } from "./firewall/firewall.ts";

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

/** The arguments that only `AwsRestApi` has. */
export interface RestApiOnlyArgs<Ps extends Plans = Plans, Cs extends string = string> extends AwsRestOperations {
  /** Who may call the routes that ask for an API key. Default: nobody. */
  readonly consumers?: Consumers<Ps, Cs>;
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

/**
 * The arguments of `AwsRestApi`.
 *
 * @typeParam D the description, e.g. `typeof orders`: backends, auths, plans and routes are checked against its names
 * @typeParam Cs the names of the consumers
 */
export type AwsRestApiArgs<D extends Description = Description, Cs extends string = string> = GatewayArgs<
  D,
  AwsVpcLink
> &
  RestApiOnlyArgs<PlansOf<D>, Cs>;
