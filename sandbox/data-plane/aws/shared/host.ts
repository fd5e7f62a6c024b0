import type { GatewayRequest, Outcome } from "../../interpreter.ts";

/** The host name of a request, without the port. */
export function hostOf(request: GatewayRequest): string {
  return (request.header("host") ?? "").replace(/:\d+$/, "").toLowerCase();
}

/**
 * The response for an unmapped host or path. It is not documented; observed on live domains, as for a stage that does not exist.
 */
export function notServed(reason: string): Outcome {
  const headers = [["content-type", "application/json"]] as const;
  return {
    decision: "no route",
    reason,
    reply: { status: 403, headers, body: JSON.stringify({ message: "Forbidden" }) },
  };
}
