import {
  type GatewayRequest,
  type Interpreter,
  type Outcome,
  type Surroundings,
  UnsupportedArtefact,
} from "../../interpreter.ts";
import type { ApimArtefacts } from "./artefacts.ts";
import { apimReply } from "./error-reply.ts";
import { Gateway } from "./gateway.ts";
import { namedValueResolver } from "./named-values.ts";
import { isRequestPath } from "./request-path.ts";
import { skuNamed } from "./sku.ts";
import type { MatchingOptions } from "./url-template.ts";

/**
 * How the gateway is read where Microsoft documents nothing. What a compiler emits should be safe under every reading.
 */
export interface ApimOptions extends Partial<MatchingOptions> {
  /** Which of several matching URL templates of one method wins. @default "most-literal" */
  readonly overlap?: "most-literal" | "least-literal";
  /** How literal segments compare, the API's suffix included. @default "any-case" */
  readonly letters?: MatchingOptions["letters"];
  /** What a path parameter's value is to policies: as sent, or percent-decoded. @default "as-sent" */
  readonly parameters?: MatchingOptions["parameters"];
}

/** https://learn.microsoft.com/azure/api-management/api-management-service-limits (gateway constraints), in bytes. */
const QUERY_BYTES = 2048;
const SEGMENT_BYTES = 1024;

/**
 * Serves the APIs of one API Management service from their OpenAPI documents and policies.
 * @throws UnsupportedArtefact, with the place, for what the service would refuse and for what is not modelled
 */
export function interpretApim(
  artefacts: ApimArtefacts,
  surroundings: Surroundings,
  options: ApimOptions = {},
): Interpreter {
  const sku = skuNamed(artefacts.sku);
  const matching = {
    overlap: options.overlap ?? "most-literal",
    letters: options.letters ?? "any-case",
    parameters: options.parameters ?? "as-sent",
  } as const;
  const resolve = namedValueResolver(artefacts.namedValues);
  const gateways: Gateway[] = [];
  for (const api of artefacts.apis) {
    const other = gateways.find(
      (each) => each.api.name === api.name || each.api.path.toLowerCase() === api.path.toLowerCase(),
    );
    if (other !== undefined) {
      throw new UnsupportedArtefact(`apis.${api.name}`, `has the same name or path as the API ${other.api.name}`);
    }
    gateways.push(new Gateway(api, { sku, surroundings, resolve, matching }));
  }
  // The longest suffix first, so that an API below another one's path is found.
  gateways.sort((a, b) => b.suffix.length - a.suffix.length);

  return {
    routes: gateways.flatMap((each) => each.routes),
    decide(request: GatewayRequest): Outcome | Promise<Outcome> {
      const malformed = malformation(request, sku.urlBytes);
      if (malformed !== undefined) {
        return { decision: "malformed", reason: malformed, reply: apimReply(400, "Bad Request") };
      }
      for (const gateway of gateways) {
        const below = gateway.below(request.path);
        if (below !== undefined) return gateway.decide(request, below);
      }
      return {
        decision: "no route",
        reason: "no API has a path that this one begins with",
        reply: apimReply(404, "Resource not found"),
      };
    },
  };
}

/** Why the gateway does not take this URL at all; the status and the text of the answer are U. */
function malformation({ path, query }: GatewayRequest, urlBytes: number): string | undefined {
  if (!isRequestPath(path)) return "the path holds a character that must be escaped, or a broken escape";
  if (!/^[\x21-\x7e]*$/.test(query)) return "the query holds a character that must be escaped";
  if (path.length + query.length + 1 > urlBytes) return `the URL is longer than ${urlBytes} bytes`;
  if (query.length > QUERY_BYTES) return `the query is longer than ${QUERY_BYTES} bytes`;
  if (path.split("/").some((segment) => segment.length > SEGMENT_BYTES))
    return `a path segment is longer than ${SEGMENT_BYTES} bytes`;
  return undefined;
}
