import type { Reply } from "../../interpreter.ts";

/** A response of Envoy itself, in the format that ESPv2 configures: JSON with the HTTP status (http_connection_manager.go). */
export function localReply(status: number, message: string, headers: Reply["headers"] = []): Reply {
  return {
    status,
    headers: [["content-type", "application/json"], ...headers],
    body: JSON.stringify({ code: status, message }),
  };
}
