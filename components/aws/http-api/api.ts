import { Api } from "@pulumi/aws/apigatewayv2/api.js";
import * as pulumi from "@pulumi/pulumi";
import type { Bindings } from "../../api/binding/binding.ts";
import type { Api as CheckedApi } from "../../api/checked-api.ts";
import { reportedAs } from "../../gateway/arguments.ts";
import { withoutDefaultEndpoint } from "../domain/default-endpoint.ts";
import { marked } from "./document.ts";
import type { HttpApiParts } from "./parts.ts";
import { infoOf, settingsOf } from "./settings.ts";
import { httpApiTarget } from "./target.ts";

/** What an HTTP API's document is compiled from. */
export interface DocumentSource {
  readonly api: CheckedApi;
  readonly apiName: string;
  readonly bindings: pulumi.Output<Bindings>;
  /** The ARN of the function for the gateway's own replies. */
  readonly replies: pulumi.Output<string> | undefined;
  /** Makes it another document if the last import failed. */
  /** Names the gateway in errors. */
  readonly subject: string;
  readonly mark: pulumi.Output<string | undefined>;
  /** Whether the endpoint that AWS gives every API is disabled. Undefined without a custom domain. */
  readonly isEndpointDisabled: boolean | undefined;
}

/** Compiles the document that the API imports. */
export function importedDocument(source: DocumentSource): pulumi.Output<string> {
  const { api, apiName, bindings, isEndpointDisabled } = source;
  return pulumi.all([bindings, source.replies, source.mark]).apply(([values, replies, mark]) => {
    const target = httpApiTarget({ name: apiName, ...(replies === undefined ? {} : { replies }) });
    const { document } = reportedAs(source.subject, [], () => target.compile(api, values));
    return marked(isEndpointDisabled === true ? withoutDefaultEndpoint(document) : document, mark);
  });
}

/** Declares the API, which imports the document. */
export function declareApi(
  { name, parent, transform }: HttpApiParts,
  { api, apiName, isEndpointDisabled }: DocumentSource,
  body: pulumi.Output<string>,
): Api {
  const { cors } = settingsOf(api);
  return transform.api.declare(
    Api,
    `${name}-api`,
    {
      protocolType: "HTTP",
      body,
      failOnWarnings: true,
      // The same values as in the document: an import sets them, and the provider would set other values back.
      ...infoOf(api, apiName),
      ...(cors === undefined ? {} : { corsConfiguration: cors }),
      ...(isEndpointDisabled === undefined ? {} : { disableExecuteApiEndpoint: isEndpointDisabled }),
    },
    { parent },
  );
}
