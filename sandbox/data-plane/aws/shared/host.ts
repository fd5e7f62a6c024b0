import type { GatewayRequest, Outcome } from "../../interpreter.ts";

/** The host that a request is for. */
export function hostOf(request: GatewayRequest): string {
  return (request.header("host") ?? "").replace(/:\d+$/, "").toLowerCase();
}

/** What nothing is served at is answered with: docs.aws.amazon.com does not say how; seen on live domains, as for a stage that is not there. */
export function nothingHere(reason: string): Outcome {
  const headers = [["content-type", "application/json"]] as const;
  return {
    decision: "no route",
    reason,
    reply: { status: 403, headers, body: JSON.stringify({ message: "Forbidden" }) },
  };
}
