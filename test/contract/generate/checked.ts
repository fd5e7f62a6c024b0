import type { DescriptionText, SchemaText } from "../oracle/description.ts";
import { type Carries, replyMark } from "./descriptions.ts";

const order: SchemaText = {
  type: "object",
  required: ["article", "count"],
  properties: {
    article: { type: "string", pattern: "^[a-z]{2,8}$" },
    count: { type: "integer", minimum: 1, maximum: 9 },
    note: { type: "string", maxLength: 5 },
    tags: { type: "array", items: { enum: ["new", "it's"] } },
  },
  additionalProperties: false,
};

/**
 * A description whose routes validate requests; undefined if the gateway does not support that. It is separate from the whole description,
 * because a gateway that validates bodies may forward all other bodies as text.
 */
export function checkedDescription(carries: Carries): DescriptionText | undefined {
  if (!carries("request.body") || !carries("request.parameters")) return undefined;
  return {
    version: 1,
    title: "What requests look like",
    backends: { shop: { kind: "http" }, ...(carries("backend.fn") ? { shipping: { kind: "fn" as const } } : {}) },
    auth: {
      staff: { kind: "jwt", audiences: ["orders"] },
      anyone: { kind: "open", reason: "a part of the contract suite" },
    },
    default: { auth: "staff" },
    routes: {
      "POST /orders": { to: "shop", auth: "anyone", request: { body: order } },
      "PUT /orders/{id}": { to: "shop", request: { headers: ["X-Request-Id"], body: order } },
      "GET /orders": { to: "shop", auth: "anyone", request: { query: ["page", "$top"] } },
      "PATCH /lists": { to: "shop", auth: "anyone", request: { body: { type: "array", items: order } } },
      "PUT /mixed": { to: "shop", auth: "anyone", request: { body: order, bodyTypes: ["application/json"] } },
      "POST /any": { to: "shop", auth: "anyone", request: { body: {} } },
      "POST /unchecked": { to: "shop", auth: "anyone" },
      ...(carries("route.greedy")
        ? { "POST /files/{rest+}": { to: "shop", auth: "anyone", request: { query: ["page"], body: order } } }
        : {}),
      ...(carries("backend.fn")
        ? { "POST /shipments": { to: "shipping", auth: "anyone", request: { query: ["q"], body: order } } }
        : {}),
      ...(carries("reply")
        ? {
            "POST /echo": {
              auth: "anyone",
              reply: { status: 202, headers: { [replyMark]: "yes" }, body: { ok: true } },
              request: { headers: ["x-request-id"], body: order },
            },
          }
        : {}),
      ...(carries("limits.route")
        ? {
            "POST /limited": {
              to: "shop",
              auth: "anyone",
              limits: [{ requests: 3, per: "minute", by: "route" }],
              request: { body: order },
            },
          }
        : {}),
    },
  };
}
