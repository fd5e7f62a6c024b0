import type { ApiArgs, ApiMappingArgs, DeploymentArgs, StageArgs } from "@pulumi/aws/apigatewayv2/index.js";
import type { LogGroupArgs } from "@pulumi/aws/cloudwatch/index.js";
import type { FunctionArgs, PermissionArgs } from "@pulumi/aws/lambda/index.js";
import type { Description } from "../../api/description.ts";
import type { GatewayArgs } from "../../gateway/gateway.ts";
import type { Transform } from "../../gateway/transform.ts";
import type { AwsDomain } from "../domain/domain.ts";
import type { HttpDomainTransforms } from "../domain/domain-name.ts";
import type { ExecutionTransforms } from "../function/execution.ts";
import type { AwsFunctionBinding } from "../function/function-binding.ts";
import type { AwsLink } from "../link/link-inputs.ts";
import type { AwsOperations } from "../operations/operations.ts";

/** Changes to the arguments and options of an HTTP API's resources, as far as docs/transforms.md lists them. */
export interface AwsHttpApiTransforms extends ExecutionTransforms, HttpDomainTransforms {
  readonly api?: Transform<ApiArgs>;
  readonly deployment?: Transform<DeploymentArgs>;
  readonly stage?: Transform<StageArgs>;
  /** Changes the function for the gateway's own replies. */
  readonly replies?: Transform<FunctionArgs>;
  /** Changes each permission to invoke a function: of backends, and of the gateway's own replies. */
  readonly permission?: Transform<PermissionArgs>;
  /** Changes the log group of the access log. */
  readonly accessLog?: Transform<LogGroupArgs>;
  /** Changes the mapping of the domain to the stage. */
  readonly apiMapping?: Transform<ApiMappingArgs>;
}

/** The arguments of `AwsHttpApi` that other gateways do not have. */
export interface HttpApiOnlyArgs extends AwsOperations {
  /**
   * The gateway's custom domain. The endpoint that AWS gives every API is then disabled.
   *
   * @default the gateway has that endpoint
   */
  readonly domain?: AwsDomain;
  readonly transform?: AwsHttpApiTransforms;
}

/**
 * The arguments of `AwsHttpApi`.
 *
 * @typeParam D the description, e.g. `typeof orders`: backends, auths and routes are checked against its names
 */
export type AwsHttpApiArgs<D extends Description = Description> = GatewayArgs<D, AwsLink, AwsFunctionBinding> &
  HttpApiOnlyArgs;
