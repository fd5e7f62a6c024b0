/** A REST API from an OpenAPI document. CHECKS turns on the validation of requests. */
import { fromOpenApi } from "polygate";
import { AwsRestApi } from "polygate/aws";

const checks = process.env.CHECKS !== undefined;
const gateway = new AwsRestApi("orders", {
  api: fromOpenApi({
    openapi: "3.0.3",
    info: { title: "Orders", version: "1" },
    security: [],
    "x-polygate": { open: "a test", validate: checks },
    paths: {
      "/orders": {
        post: {
          responses: {},
          parameters: [{ name: "tenant", in: "query", required: true, schema: { enum: ["a", "b"] } }],
          requestBody: {
            required: true,
            content: { "application/json": { schema: { $ref: "#/components/schemas/Order" } } },
          },
        },
      },
      "/notes": { post: { responses: {}, "x-polygate": { validate: false } } },
    },
    components: {
      schemas: {
        Order: { type: "object", required: ["article"], properties: { article: { type: "string", minLength: 2 } } },
      },
    },
  }),
  backends: { backend: { url: "https://erp.example.com" } },
  ...(checks ? { bodies: "text" } : {}),
});
export const { url } = gateway;
