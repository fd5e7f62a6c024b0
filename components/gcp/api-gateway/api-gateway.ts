import { Api } from "@pulumi/gcp/apigateway/api.js";
import { ApiConfig } from "@pulumi/gcp/apigateway/apiConfig.js";
import { Gateway as ApiGateway } from "@pulumi/gcp/apigateway/gateway.js";
import { Account } from "@pulumi/gcp/serviceaccount/account.js";
import * as pulumi from "@pulumi/pulumi";
import type { Api as CheckedApi } from "../../api/checked-api.ts";
import type { Description } from "../../api/description.ts";
import type { Problem } from "../../api/problem.ts";
import { announce } from "../../gateway/announce.ts";
import { readArguments } from "../../gateway/arguments.ts";
import { type ChildTransforms, ComponentTransforms } from "../../gateway/component-transforms.ts";
import { type Gateway, outputsOf } from "../../gateway/gateway.ts";
import { vendorName } from "../../gateway/names.ts";
import { prepare } from "../../gateway/prepare.ts";
import type { Report } from "../../gateway/report.ts";
import type { GcpCompanion } from "../companion/args.ts";
import { backendProofs } from "../companion/proof/proof-resources.ts";
import { type CompanionNetwork, declareCompanion } from "../companion/resources.ts";
import type { GcpApiGatewayArgs, GcpApiGatewayTransforms } from "./args.ts";
import { gcpApiGateway } from "./capabilities.ts";
import { type CompanionDocuments, companionTarget } from "./companion-target.ts";
import { withLabels } from "./labels.ts";
import { GOOGLE_ISSUER, sendsTokens } from "./proof.ts";
import type { GcpBackendIdentity } from "./proof-inputs.ts";
import { apiGatewayShape } from "./shape.ts";
import { apiGatewayTarget } from "./target.ts";
import { apiGatewayTransformRules, configRuleWithCaller } from "./transform-rules.ts";

/**
 * Deploys an API to Google Cloud API Gateway. Declares three resources, however many routes there are: the API, its config, whose
 * OpenAPI document decides every request, and the gateway. A gateway that proves itself to backends has a service account as well.
 *
 * A route is never served without its authentication, whichever step of a deployment is interrupted. A config never changes: an
 * update creates a new one, switches the gateway to it at the same URL, and deletes the old one. Every request is decided by one
 * description, the old or the new. The gateway is deleted before its config.
 *
 * A refresh reads the document back. A change by hand shows as drift, and the next update replaces the config. If the engine is
 * killed while it creates a config, a config may remain that the stack does not know. It serves nothing, but Google does not delete
 * an API that still has a config.
 *
 * Backends must know:
 * - The client's Authorization header arrives unchanged, except at a backend that wants an identity token (`trust`). The gateway never sets X-Forwarded-Authorization, but any client can send
 *   it. The same holds for X-Apigateway-Api-Userinfo on an open route; on other routes it contains the claims of the verified token.
 * - X-HTTP-Method-Override replaces the method before the gateway decides: the request gets the route, the authentication and, at
 *   the backend, the method that the header names.
 *
 * An issuer that is bound without `jwksUri` must serve a discovery document.
 *
 * `companion` adds seven resources: an Envoy on Cloud Run between the gateway and the backends, which authenticates each request again and
 * does what the gateway cannot. Only the gateway may call it. It restores the client's Authorization header for the backend.
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
export class GcpApiGateway<const D extends Description = Description>
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
  /** Who the gateway is to backends that receive its tokens. Undefined if no backend does. */
  readonly backendIdentity: pulumi.Output<GcpBackendIdentity | undefined>;

  /** @throws {PolygateError} with all problems, before anything is registered. */
  constructor(name: string, args: GcpApiGatewayArgs<D>, options?: pulumi.ComponentResourceOptions) {
    const { args: checked, problems } = readArguments<GcpApiGatewayArgs>(args, apiGatewayShape);
    const subject = `The gateway "${name}"`;
    const { report, inputs, declare } = prepared(subject, name, checked, problems);
    super("polygate:index:GcpApiGateway", name, inputs, options);
    const transforms = new ComponentTransforms(subject, apiGatewayTransformRules, checked.transform);
    const owner = { name, parent: this, args: checked, transform: transforms.children };
    const { gateway, identity } = declare(owner);

    this.hostname = gateway.defaultHostname;
    this.url = pulumi.interpolate`https://${this.hostname}`;
    this.region = gateway.region;
    this.id = gateway.id;
    this.report = report;
    this.backendIdentity = identity ?? pulumi.output(undefined);
    transforms.check();
    announce(report, this);
    const { backendIdentity } = this;
    this.registerOutputs({ ...outputsOf(this), ...(identity === undefined ? {} : { backendIdentity }) });
  }
}

/** The component that owns the three resources. */
interface Owner {
  readonly name: string;
  readonly parent: pulumi.Resource;
  readonly args: GcpApiGatewayArgs;
  readonly transform: ChildTransforms<GcpApiGatewayTransforms>;
}

/** A checked gateway. */
interface PreparedGateway {
  readonly report: Report;
  readonly inputs: pulumi.Inputs;
  readonly declare: (owner: Owner) => DeclaredGateway;
}

interface DeclaredGateway {
  readonly gateway: ApiGateway;
  /** Whose tokens backends receive; undefined if they receive none. */
  readonly identity: pulumi.Output<GcpBackendIdentity> | undefined;
}

/** Checks the arguments and compiles the documents, with or without a companion. */
function prepared(
  subject: string,
  name: string,
  args: GcpApiGatewayArgs,
  problems: readonly Problem[],
): PreparedGateway {
  const { companion, labels } = args;
  if (companion === undefined) {
    const target = withLabels(apiGatewayTarget({ title: name }), labels);
    const { report, inputs, document, api } = prepare(subject, args, target, problems);
    return { report, inputs, declare: (owner) => declareAlone(owner, document, sendsTokens(api)) };
  }
  const target = withLabels(companionTarget({ title: name }, companion), labels);
  const { report, inputs, document: documents, api } = prepare(subject, args, target, problems);
  const isPrivate = api.routes.some((route) => route.kind === "proxy" && route.backendKind === "onPrem");
  const network = isPrivate
    ? { network: networkMember(documents, "network"), subnetwork: networkMember(documents, "subnetwork") }
    : undefined;
  return { report, inputs, declare: (owner) => declareWithCompanion(owner, companion, documents, api, network) };
}

/** A member of the network that all private backends share. */
function networkMember(
  documents: pulumi.Output<CompanionDocuments>,
  name: "network" | "subnetwork",
): pulumi.Output<string> {
  return documents.apply(({ network }) => network?.[name] ?? "");
}

function declareWithCompanion(
  owner: Owner,
  companion: GcpCompanion,
  documents: pulumi.Output<CompanionDocuments>,
  api: CheckedApi,
  network: CompanionNetwork | undefined,
): DeclaredGateway {
  const { name, parent, args, transform } = owner;
  const deployed = declareCompanion({
    name,
    parent,
    companion,
    region: args.region,
    common: projectAndLabels(args),
    transform,
    configuration: documents.apply(({ envoy }) => envoy),
    ...(network === undefined ? {} : { network }),
    proofs: backendProofs(api, args.backends),
    timeoutSeconds: documents.apply(({ timeoutSeconds }) => timeoutSeconds),
  });
  const document = pulumi.all([documents, deployed.url]).apply(([{ openapi }, url]) => openapi(url));
  const config = declareConfig(owner, document, deployed.caller);
  return { gateway: declareGateway(owner, config, [deployed.right]), identity: undefined };
}

/** @param sendsTokens whether backends receive tokens, for which the gateway has an account of its own */
function declareAlone(owner: Owner, document: pulumi.Output<string>, sendsTokens: boolean): DeclaredGateway {
  if (!sendsTokens) return { gateway: declareGateway(owner, declareConfig(owner, document)), identity: undefined };
  const { name, parent, args, transform } = owner;
  const child = `${name}-caller`;
  const { project } = args;
  const account = transform.caller.declare(
    Account,
    child,
    {
      ...(project === undefined ? {} : { project }),
      accountId: vendorName(child, { longest: 30 }),
      displayName: `Proves ${name} to its backends`,
    },
    { parent },
  );
  const identity = pulumi
    .all([account.email, account.uniqueId])
    .apply(([email, subject]) => ({ issuer: GOOGLE_ISSUER, email, subject }));
  return { gateway: declareGateway(owner, declareConfig(owner, document, account.email)), identity };
}

function declareApi({ name, parent, args, transform }: Owner): Api {
  return transform.api.declare(Api, `${name}-api`, { ...projectAndLabels(args), apiId: resourceId(name) }, { parent });
}

/** @param caller the account with which the gateway calls its backends */
function declareConfig(owner: Owner, document: pulumi.Output<string>, caller?: pulumi.Output<string>): ApiConfig {
  const { name, parent, args, transform } = owner;
  const api = declareApi(owner);
  const contents = document.apply((text) => Buffer.from(text, "utf8").toString("base64"));
  const config = caller === undefined ? transform.config : transform.config.under(configRuleWithCaller);
  return config.declare(
    ApiConfig,
    `${name}-config`,
    {
      ...projectAndLabels(args),
      api: api.apiId,
      // A prefix, not an id: the old and the new config exist together until the gateway has switched. The provider appends 26
      // characters, and an id has at most 63.
      apiConfigIdPrefix: `${vendorName(name, { longest: 30 })}-`,
      openapiDocuments: [{ document: { path: "openapi.json", contents } }],
      ...(caller === undefined ? {} : { gatewayConfig: { backendConfig: { googleServiceAccount: caller } } }),
    },
    { parent },
  );
}

function declareGateway(
  { name, parent, args, transform }: Owner,
  config: ApiConfig,
  dependsOn: pulumi.Resource[] = [],
): ApiGateway {
  return transform.gateway.declare(
    ApiGateway,
    `${name}-gateway`,
    { ...projectAndLabels(args), region: args.region, apiConfig: config.id, gatewayId: resourceId(name) },
    { parent, ...(dependsOn.length === 0 ? {} : { dependsOn }) },
  );
}

/** What all resources have in common. */
function projectAndLabels({ project, labels }: Pick<GcpApiGatewayArgs, "project" | "labels">) {
  return {
    ...(project === undefined ? {} : { project }),
    ...(labels === undefined ? {} : { labels: { ...labels } }),
  };
}

/**
 * The id of the API and of the gateway. A gateway's id has the lower limit: Google puts a hash and a dot behind the API's in a
 * host name of 63 characters.
 */
function resourceId(name: string): string {
  return vendorName(name, { longest: gcpApiGateway.limits.gatewayIdCharacters.value });
}
