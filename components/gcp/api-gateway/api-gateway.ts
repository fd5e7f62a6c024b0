import {
  Api,
  type ApiArgs,
  ApiConfig,
  type ApiConfigArgs,
  Gateway as ApiGateway,
  type GatewayArgs as ApiGatewayArgs,
} from "@pulumi/gcp/apigateway/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Auths, Backends } from "../../api/description.ts";
import {
  announce,
  type Gateway,
  type GatewayArgs,
  outputsOf,
  type PlanArgs,
  plan,
  type Report,
} from "../../gateway/gateway.ts";
import { vendorName } from "../../gateway/names.ts";
import { type Transform, transformed } from "../../gateway/transform.ts";
import { gcpApiGateway } from "./capabilities.ts";
import { apiGatewayTarget } from "./target.ts";

/** What {@link GcpApiGateway} takes beside what every gateway takes. */
export interface GcpApiGatewayOptions {
  /**
   * Where the gateway runs, e.g. `europe-west1`; see https://cloud.google.com/api-gateway/docs/deployment-model. The API
   * and its config are global.
   */
  readonly region: pulumi.Input<string>;
  /** The project's id. Default: the provider's. */
  readonly project?: pulumi.Input<string>;
  /**
   * Changes to the arguments and options of the three resources, except what carries the description. The ids of API and
   * gateway (`apiId`, `gatewayId`) can be changed here; the gateway's is a part of its URL.
   */
  readonly transform?: {
    readonly api?: Transform<ApiArgs>;
    readonly config?: Transform<ApiConfigArgs>;
    readonly gateway?: Transform<ApiGatewayArgs>;
  };
}

export type GcpApiGatewayArgs<Bs extends Backends, As extends Auths> = GatewayArgs<Bs, As> & GcpApiGatewayOptions;

/**
 * An API on Google Cloud API Gateway: three resources, whatever the number of routes. One OpenAPI document, the API
 * config's, decides everything.
 *
 * No moment is open. A config never changes: an update makes a new one, the gateway switches to it, at the same URL, and
 * the old one goes. Each request is decided by one description, the old or the new. The gateway goes before its config.
 *
 * A refresh reads the document back. What somebody else has changed shows as drift, and the next update puts a config of
 * this description in its place. An engine that is killed while it makes a config may leave one that its stack does not
 * know: it serves nothing, but Google does not delete an API that has one.
 *
 * What backends should know:
 * - The client's Authorization header arrives as it was sent. X-Forwarded-Authorization is never the gateway's: whoever
 *   calls can send it. So it is with X-Apigateway-Api-Userinfo on an open route; on others it holds the claims of the
 *   token that was checked.
 * - X-HTTP-Method-Override names another method before anything is decided: such a request gets the route, the
 *   authentication and, at the backend, the method that it names.
 * - An issuer bound without `jwksUri` needs a discovery document.
 *
 * @see https://www.pulumi.com/registry/packages/gcp/api-docs/apigateway
 *
 * @example
 * ```ts
 * import { defineApi, http, jwt } from "polygate";
 * import { GcpApiGateway } from "polygate/gcp";
 *
 * const gateway = new GcpApiGateway("orders-eu", {
 *   api: defineApi({
 *     version: 1,
 *     backends: { erp: http() },
 *     auth: { staff: jwt({ audiences: ["orders"] }) },
 *     default: { auth: "staff" },
 *     routes: { "GET /orders/{id}": { to: "erp" } },
 *   }),
 *   region: "europe-west1",
 *   backends: { erp: { url: "https://erp.example.com" } },
 *   auth: { staff: { issuer: "https://login.example.com" } },
 * });
 * ```
 */
export class GcpApiGateway<const Bs extends Backends, const As extends Auths>
  extends pulumi.ComponentResource
  implements Gateway
{
  readonly url: pulumi.Output<string>;
  readonly hostname: pulumi.Output<string>;
  readonly vendor = "gcp";
  readonly flavour: string = gcpApiGateway.className;
  readonly region: pulumi.Output<string>;
  readonly id: pulumi.Output<string>;
  readonly report: Report;

  /** @throws {PolygateError} with all that is wrong, before anything is registered. */
  constructor(name: string, args: GcpApiGatewayArgs<Bs, As>, options?: pulumi.ComponentResourceOptions) {
    const { region, transform } = args;
    const { report, document } = plan(
      `The gateway "${name}"`,
      args as unknown as PlanArgs,
      apiGatewayTarget({ title: name }),
    );
    super("polygate:index:GcpApiGateway", name, {}, options);
    const project = args.project === undefined ? {} : { project: args.project };
    // The gateway's longest id; the API's has a hash and a dot behind it in a host name of 63 characters, so it fits too.
    const id = vendorName(name, { longest: gcpApiGateway.limits.gatewayIdCharacters.value });
    const [apiArgs, apiOptions] = transformed<ApiArgs>(transform?.api, { ...project, apiId: id }, { parent: this }, [
      "project",
    ]);
    const api = new Api(`${name}-api`, apiArgs, apiOptions);
    const [configArgs, configOptions] = transformed<ApiConfigArgs>(
      transform?.config,
      {
        ...project,
        api: api.apiId,
        // Not an id: the new config stands beside the old one until the gateway has switched. The provider adds 26
        // characters, of 63 in all.
        apiConfigIdPrefix: `${vendorName(name, { longest: 30 })}-`,
        openapiDocuments: [
          {
            document: {
              path: "openapi.json",
              contents: document.apply((text) => Buffer.from(text, "utf8").toString("base64")),
            },
          },
        ],
      },
      { parent: this },
      [
        "project",
        "api",
        "apiConfigId",
        "apiConfigIdPrefix",
        "openapiDocuments",
        "grpcServices",
        "managedServiceConfigs",
      ],
    );
    const config = new ApiConfig(`${name}-config`, configArgs, configOptions);
    const [gatewayArgs, gatewayOptions] = transformed<ApiGatewayArgs>(
      transform?.gateway,
      { ...project, region, apiConfig: config.id, gatewayId: id },
      { parent: this },
      ["project", "region", "apiConfig"],
    );
    const gateway = new ApiGateway(`${name}-gateway`, gatewayArgs, gatewayOptions);

    this.hostname = gateway.defaultHostname;
    this.url = pulumi.interpolate`https://${this.hostname}`;
    this.region = gateway.region;
    this.id = gateway.id;
    this.report = report;
    announce(report, this);
    this.registerOutputs(outputsOf(this));
  }
}
