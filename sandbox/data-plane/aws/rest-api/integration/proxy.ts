import { allowOnly, at, integer, object, oneOf, type PlainObject, text } from "../../../document.ts";

/** docs.aws.amazon.com, limits. */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;
const MIN_TIMEOUT_MS = 50;
const MAX_TIMEOUT_MS = 29_000;

/**
 * Reads the time-out of an integration, in milliseconds.
 * @throws UnsupportedArtefact for times that the service does not accept
 */
export function readTimeout(integration: PlainObject, where: string): number {
  return integration.timeoutInMillis === undefined
    ? MAX_TIMEOUT_MS
    : integer(integration.timeoutInMillis, at(where, "timeoutInMillis"), MIN_TIMEOUT_MS, MAX_TIMEOUT_MS);
}

/**
 * Checks the members that would map requests and responses. A proxy integration passes both unchanged, so these members are
 * accepted only in the form without effect that API Gateway exports.
 * @throws UnsupportedArtefact for other forms
 */
export function checkProxyMembers(integration: PlainObject, where: string): void {
  if (integration.passthroughBehavior !== undefined) {
    oneOf(integration.passthroughBehavior, at(where, "passthroughBehavior"), ["when_no_match", "WHEN_NO_MATCH"]);
  }
  if (integration.responses === undefined) return;
  const place = at(where, "responses");
  const responses = object(integration.responses, place);
  allowOnly(responses, place, ["default"]);
  if (responses.default === undefined) return;
  const response = object(responses.default, at(place, "default"));
  allowOnly(response, at(place, "default"), ["statusCode"]);
  text(response.statusCode, at(place, "default.statusCode"));
}
