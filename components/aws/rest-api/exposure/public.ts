import { RestApi } from "@pulumi/aws/apigateway/restApi.js";
import * as pulumi from "@pulumi/pulumi";
import type { Api } from "../../../api/checked-api.ts";
import { disablesDefaultEndpoint, withoutDefaultEndpoint } from "../../domain/default-endpoint.ts";
import type { GatewayDomain } from "../../domain/gateway-domain.ts";
import { recordedBody } from "../../state/last-import.ts";
import { withVersionNote } from "../../state/version-note.ts";
import { type Bodies, refuseBytes } from "../bodies.ts";
import type { RestApiOwner } from "../owner.ts";
import { binaryMediaTypesOf } from "../target.ts";
import type { CompleteDocument, DeclaredApi, Exposure } from "./exposure.ts";
import { currentPolicy, withPolicy } from "./resource-policy.ts";

interface PublicSettings {
  /** The API's URN. */
  readonly urn: pulumi.Output<string>;
  readonly api: Api;
  readonly bodies: Bodies | undefined;
  readonly domain: GatewayDomain | undefined;
  /** The networks that may send requests; undefined for all. */
  readonly cidrs: readonly string[] | undefined;
  /** Resolves once it is certain that the existing API, if any, is public. */
  readonly checked: pulumi.Output<true>;
}

/** Exposes an API publicly. The API imports its document itself. */
export function publicExposure(owner: RestApiOwner, settings: PublicSettings): Exposure {
  const { urn, api, domain, cidrs, checked } = settings;
  const policy = recordedBody(urn).apply((body) => currentPolicy(owner.subject, api, cidrs, body));
  return {
    complete: pulumi.all([policy, checked]).apply(
      ([policyText]): CompleteDocument =>
        (document, mark) => {
          const withEndpoints = domain?.alone === true ? withoutDefaultEndpoint(document) : document;
          const whole = policyText === undefined ? withEndpoints : withPolicy(withEndpoints, policyText);
          return mark === undefined ? whole : withVersionNote(whole, `import ${mark}`);
        },
    ),
    declare: (document) => declarePublicApi(owner, settings, document, policy),
    urls: () => pulumi.output<Record<string, string>>({}),
  };
}

function declarePublicApi(
  { name, apiName, parent, transform }: RestApiOwner,
  { urn, api, bodies, domain }: PublicSettings,
  document: pulumi.Output<string>,
  policy: pulumi.Output<string | undefined>,
): DeclaredApi {
  const child = `${name}-api`;
  const [args, options] = transform.api.apply(
    child,
    {
      body: document,
      failOnWarnings: true,
      // These repeat the document: an import sets them, and the provider then sets them to the values here.
      name: apiName,
      description: api.title ?? "",
      apiKeySource: "HEADER",
      ...(bodies === "text" ? {} : { binaryMediaTypes: [...binaryMediaTypesOf(api)] }),
      endpointConfiguration: { types: "REGIONAL" },
      disableExecuteApiEndpoint: domain?.alone ?? (enableFormerEndpoint(urn) as pulumi.Output<boolean>),
      policy: policy as pulumi.Output<string>,
    },
    { parent },
  );
  const restApi = new RestApi(child, args, options);
  const restApiId = bodies === undefined ? restApi.id : idOfTextApi(name, restApi);
  return { restApi, imported: restApi, restApiId, args };
}

/**
 * Returns `false` if the last document disabled the API's endpoint for a domain that no longer exists: if the argument were left out, the
 * provider would keep the endpoint disabled. Otherwise returns undefined, so that an endpoint that was disabled in another way stays
 * disabled.
 */
function enableFormerEndpoint(urn: pulumi.Output<string>): pulumi.Output<boolean | undefined> {
  return recordedBody(urn).apply((body) => (disablesDefaultEndpoint(body) ? false : undefined));
}

/** Returns the API's id once it is certain that the API treats bodies as text. */
function idOfTextApi(name: string, { id, binaryMediaTypes }: RestApi): pulumi.Output<string> {
  return pulumi.all([id, binaryMediaTypes]).apply(([apiId, types]) => {
    refuseBytes(name, apiId, types);
    return apiId;
  });
}
