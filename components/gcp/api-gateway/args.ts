import type { ApiArgs, ApiConfigArgs, GatewayArgs as ApiGatewayArgs } from "@pulumi/gcp/apigateway/index.js";
import type { Input } from "@pulumi/pulumi";
import type { Description } from "../../api/description.ts";
import type { FunctionInput } from "../../gateway/binding-inputs.ts";
import type { GatewayArgs } from "../../gateway/gateway.ts";
import type { Transform } from "../../gateway/transform.ts";
import type { GcpCompanion } from "../companion/args.ts";
import type { GcpClientCertificateProof, GcpSecretHeaderProof } from "../companion/proof/proof-inputs.ts";
import type { GcpCompanionTransforms } from "../companion/transforms.ts";
import type { GcpLink } from "../link/link-inputs.ts";
import type { Labels } from "./labels.ts";
import type { GcpIdentityTokenProof } from "./proof-inputs.ts";

/** How a gateway proves itself to a backend. A gateway with a companion has other proofs than one without. */
export type GcpProof = GcpIdentityTokenProof | GcpClientCertificateProof | GcpSecretHeaderProof;

/**
 * Changes to the arguments and options of the gateway's resources, and of the companion's if there is one. A transform cannot change the document. It can change the ids of the
 * API and the gateway (`apiId`, `gatewayId`); the gateway's id is a part of its URL.
 */
export interface GcpApiGatewayTransforms extends GcpCompanionTransforms {
  readonly api?: Transform<ApiArgs>;
  readonly config?: Transform<ApiConfigArgs>;
  readonly gateway?: Transform<ApiGatewayArgs>;
}

/**
 * The arguments of `GcpApiGateway`.
 *
 * @typeParam D the description, e.g. `typeof orders`: backends, auths and routes are checked against its names
 */
export type GcpApiGatewayArgs<D extends Description = Description> = GatewayArgs<
  D,
  GcpLink,
  FunctionInput,
  GcpProof
> & {
  /**
   * The region of the gateway, e.g. `europe-west1`. The API and its config are global.
   *
   * @see https://cloud.google.com/api-gateway/docs/deployment-model
   */
  readonly region: Input<string>;
  /**
   * The project's id.
   *
   * @default the project of the provider
   */
  readonly project?: Input<string>;
  /**
   * Labels of the API, its config and its gateway. The provider adds its `defaultLabels`; a label here replaces a default label of
   * the same name.
   *
   * @default none
   */
  readonly labels?: Labels;
  /**
   * An Envoy on Cloud Run behind the gateway, which does what the gateway cannot: scopes, limits, replies, CORS, changed headers and paths,
   * and private networks. `{}` deploys it with its defaults.
   *
   * @default none: the gateway calls the backends itself
   */
  readonly companion?: GcpCompanion;
  readonly transform?: GcpApiGatewayTransforms;
};
