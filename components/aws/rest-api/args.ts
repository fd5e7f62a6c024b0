import type {
  ApiKeyArgs,
  BasePathMappingArgs,
  ClientCertificateArgs,
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
import type { AwsFunctionBinding } from "../function/function-binding.ts";
import type { AwsVpcLink } from "../link/link-inputs.ts";
import type { AwsRestOperations } from "../operations/operations.ts";
import type { Bodies } from "./bodies.ts";
import type { Cache } from "./cache.ts";
import type { Canary } from "./canary/canary.ts";
import type { AwsClientCertificateProof } from "./client-certificate.ts";
import type { Consumers } from "./consumer.ts";
import type { AllowFrom } from "./exposure/allow-from.ts";
import type { PrivateTo } from "./exposure/private-to.ts";
import type { Firewall } from "./firewall/firewall.ts";

/**
 * Functions that change the arguments and options of a REST API's resources before they are registered. A transform may change
 * what docs/transforms.md lists; a change to anything else is refused.
 *
 * @example
 * ```ts
 * import { defineApi, http, open } from "polygate";
 * import { AwsRestApi } from "polygate/aws";
 *
 * new AwsRestApi("shop", {
 *   api: defineApi({
 *     version: 1,
 *     backends: { catalog: http() },
 *     auth: { anyone: open("an example") },
 *     routes: { "GET /prices": { to: "catalog", auth: "anyone" } },
 *   }),
 *   backends: { catalog: { url: "https://catalog.example.com" } },
 *   transform: {
 *     stage: (args, options) => {
 *       args.description = "prices";
 *       options.protect = true;
 *     },
 *   },
 * });
 * ```
 */
export interface AwsRestApiTransforms extends ExecutionTransforms, DomainCertificateTransforms {
  /** Changes the API. */
  readonly api?: Transform<RestApiArgs>;
  /** Changes the resource that imports a private API's document. A public API imports its document itself. */
  readonly import?: Transform<RestApiPutArgs>;
  /** Changes the deployment, and the deployment of a canary. */
  readonly deployment?: Transform<DeploymentArgs>;
  /** Changes the stage. */
  readonly stage?: Transform<StageArgs>;
  /**
   * Changes the settings of all methods, and those of each method that differs. With a canary, it is called twice for each of them.
   */
  readonly methodSettings?: Transform<MethodSettingsArgs>;
  /** Changes each function that verifies tokens. */
  readonly authorizer?: Transform<FunctionArgs>;
  /** Changes each permission to invoke a function: one that verifies tokens, or a backend. */
  readonly permission?: Transform<PermissionArgs>;
  /** Changes each usage plan. */
  readonly usagePlan?: Transform<UsagePlanArgs>;
  /** Changes each consumer's API key. */
  readonly apiKey?: Transform<ApiKeyArgs>;
  /** Changes the resource that adds a consumer's key to a usage plan. */
  readonly usagePlanKey?: Transform<UsagePlanKeyArgs>;
  /** Changes each client certificate that proves the gateway to backends. */
  readonly clientCertificate?: Transform<ClientCertificateArgs>;
  /** Changes the log group of the access log. */
  readonly accessLog?: Transform<LogGroupArgs>;
  /** Changes the custom domain. */
  readonly domain?: Transform<DomainNameArgs>;
  /** Changes the mapping from the domain to the stage, if the base path is empty or has one level. */
  readonly basePathMapping?: Transform<BasePathMappingArgs>;
  /** Changes the mapping from the domain to the stage, if the base path has several levels. */
  readonly apiMapping?: Transform<ApiMappingArgs>;
  /** Changes the web ACL. */
  readonly webAcl?: Transform<WebAclArgs>;
  /** Changes the association of the web ACL with the stage. */
  readonly webAclAssociation?: Transform<WebAclAssociationArgs>;
}

/** The arguments that only `AwsRestApi` has. */
export interface RestApiOnlyArgs<Ps extends Plans = Plans, Cs extends string = string> extends AwsRestOperations {
  /**
   * The consumers of the routes that require an API key.
   *
   * @default no consumers
   */
  readonly consumers?: Consumers<Ps, Cs>;
  /**
   * A custom domain for the gateway. The endpoint that AWS assigns to the API is then disabled.
   *
   * @default the gateway answers at the endpoint that AWS assigns
   */
  readonly domain?: AwsDomain;
  /**
   * How bodies are treated. Set `"text"` to treat request and response bodies of the whole API as UTF-8 text; binary bodies, such as
   * uploaded or downloaded files, are then corrupted. A route that validates bodies (`request.body`, or `validate` in an OpenAPI document)
   * requires it, since a REST API validates only text. If some routes have binary bodies, serve them from a gateway of their own (`omit`),
   * or set `validate: false` at the others.
   *
   * @default bodies pass unchanged
   */
  readonly bodies?: Bodies;
  /**
   * A cache for the responses of some routes. AWS charges for it by the hour.
   *
   * @default no cache
   */
  readonly cache?: Cache;
  /**
   * Applies a change of the description to a share of the requests only, until you remove this option.
   *
   * @default a change applies to all requests
   */
  readonly canary?: Canary;
  /**
   * The networks that may send requests.
   *
   * @default requests from everywhere
   */
  readonly allowFrom?: AllowFrom;
  /**
   * The VPC endpoints of a private API, which answers through them only. An existing API cannot be switched between public and private;
   * give the component a new name.
   *
   * @default the API is public
   */
  readonly privateTo?: PrivateTo;
  /**
   * A web ACL of AWS WAF in front of the stage.
   *
   * @default a web ACL only if the API has limits by client address, or with `refuseOtherReadings`
   */
  readonly firewall?: Firewall;
  /**
   * Whether a web ACL of AWS WAF refuses a request whose path a server may read as a path of a stricter route: `/ADMIN`, `/admin;x` or
   * `/%61dmin` if `/admin` is guarded and `/{rest+}` is open. Otherwise such routes are refused, unless they have different servers or, where
   * no parameter can contain the guarded path, `paths: "exact"`. AWS charges for a web ACL. Its rules also refuse some paths that nobody could misread; docs/aws.md lists them.
   *
   * @default false
   */
  readonly refuseOtherReadings?: boolean;
  /**
   * Labels of the client certificates that prove the gateway to backends (`trust`), one certificate each. API Gateway presents the first
   * one, to every backend with an `https` URL that requests one. A certificate expires after 365 days. To renew it without a failed
   * request, append a label (`["2026", "2027"]`), let backends accept the new certificate too, put its label first, and remove the old one.
   *
   * @default `["first"]` if a route leads to a backend that wants a proof
   */
  readonly clientCertificates?: readonly string[];
  /**
   * Functions that change the resources before they are registered.
   *
   * @default no changes
   */
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
  AwsVpcLink,
  AwsFunctionBinding,
  AwsClientCertificateProof
> &
  RestApiOnlyArgs<PlansOf<D>, Cs>;
