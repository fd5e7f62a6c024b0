import { RestApi, type RestApiArgs } from "@pulumi/aws/apigateway/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Api } from "../../../api/checked-api.ts";
import { transformed } from "../../../gateway/transform.ts";
import { disablesDefaultEndpoint, withoutDefaultEndpoint } from "../../domain/default-endpoint.ts";
import type { GatewayDomain } from "../../domain/gateway-domain.ts";
import { recordedBody } from "../../state/last-import.ts";
import { withVersionNote } from "../../state/version-note.ts";
import { type Bodies, refuseBytes } from "../bodies.ts";
import { binaryMediaTypesOf } from "../target.ts";
import type { Exposure, ExposureParts, Served } from "./exposure.ts";
import { withPolicy } from "./resource-policy.ts";

/** What a public API has beside its document, or says in it and in its arguments. */
interface PublicSettings {
  readonly api: Api;
  readonly kept: Bodies | undefined;
  readonly domain: GatewayDomain | undefined;
  /** Its resource policy, where it has one. */
  readonly policy: pulumi.Output<string | undefined>;
  /** Whether the program says where requests may come from. */
  readonly guarded: boolean;
  /** Resolves once it is known that the API is not a private one. */
  readonly allowed: pulumi.Output<true>;
}

/** An API that answers publicly. It imports its document itself. */
export function publicExposure(parts: ExposureParts, settings: PublicSettings): Exposure {
  const { policy, domain, allowed } = settings;
  return {
    served: pulumi.all([policy, allowed]).apply(
      ([stated]): Served =>
        (document, mark) => {
          const answering = domain?.alone === true ? withoutDefaultEndpoint(document) : document;
          const whole = stated === undefined ? answering : withPolicy(answering, stated);
          return mark === undefined ? whole : withVersionNote(whole, `import ${mark}`);
        },
    ),
    declare(body) {
      const { name, apiName, parent, transform, urn } = parts;
      const { api, kept, guarded } = settings;
      const [args, options] = transformed<RestApiArgs>(
        transform.api,
        {
          body,
          failOnWarnings: true,
          // As the document has them: an import sets them, and the provider sets them back to these.
          name: apiName,
          description: api.title ?? "",
          apiKeySource: "HEADER",
          ...(kept === "text" ? {} : { binaryMediaTypes: [...binaryMediaTypesOf(api)] }),
          endpointConfiguration: { types: "REGIONAL" },
          disableExecuteApiEndpoint: domain?.alone ?? (reopened(urn) as pulumi.Output<boolean>),
          // As the document has it, like the ones above.
          policy: policy as pulumi.Output<string>,
        },
        { parent },
        [
          ...(domain === undefined ? [] : (["disableExecuteApiEndpoint"] as const)),
          ...(guarded ? (["policy"] as const) : []),
          "body",
          "failOnWarnings",
          "name",
          "description",
          "apiKeySource",
          "binaryMediaTypes",
          "putRestApiMode",
          "region",
        ],
      );
      const made = new RestApi(`${name}-api`, args, options);
      return { made, imported: made, restApi: kept === undefined ? made.id : readAsText(name, made), args };
    },
    urls: () => pulumi.output<Record<string, string>>({}),
  };
}

/**
 * `false` when the API's last document disabled its endpoint for a domain, which is gone: left out, the provider would keep it
 * disabled. Else nothing is said, so that an endpoint which somebody else disabled stays so.
 */
function reopened(api: pulumi.Output<string>): pulumi.Output<boolean | undefined> {
  return recordedBody(api).apply((body) => (disablesDefaultEndpoint(body) ? false : undefined));
}

/** The API's id, once it is known that bodies are read as text. */
function readAsText(name: string, { id, binaryMediaTypes }: RestApi): pulumi.Output<string> {
  return pulumi.all([id, binaryMediaTypes]).apply(([api, types]) => {
    refuseBytes(name, api, types);
    return api;
  });
}
