import type { ApiArgs, ApiMappingArgs, DeploymentArgs, StageArgs } from "@pulumi/aws/apigatewayv2/index.js";
import type { LogGroupArgs } from "@pulumi/aws/cloudwatch/index.js";
import type { FunctionArgs, PermissionArgs } from "@pulumi/aws/lambda/index.js";
import type { Description } from "../../api/description.ts";
import type { GatewayArgs } from "../../gateway/gateway.ts";
import type { Transform } from "../../gateway/transform.ts";
import type { AwsDomain } from "../domain/domain.ts";
import type { HttpDomainTransforms } from "../domain/domain-name.ts";
import type { ExecutionTransforms } from "../function/immutable-function.ts";
import type { AwsLink } from "../link/link-inputs.ts";
import type { AwsOperations } from "../operations/operations.ts";

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

/** The arguments that only `AwsHttpApi` has. */
export interface HttpApiOnlyArgs extends AwsOperations {
  /**
   * The custom domain that the gateway answers by, and then by it alone: the endpoint that AWS gives the API is disabled. Default:
   * it answers by that endpoint.
   */
  readonly domain?: AwsDomain;
  readonly transform?: AwsHttpApiTransforms;
}

/**
 * The arguments of `AwsHttpApi`.
 *
 * @typeParam D the description, e.g. `typeof orders`: backends, auths and routes are checked against its names
 */
export type AwsHttpApiArgs<D extends Description = Description> = GatewayArgs<D, AwsLink> & HttpApiOnlyArgs;
