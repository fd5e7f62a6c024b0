/** The members of an OpenAPI operation. */
export const OPERATION_MEMBERS: readonly string[] = [
  "tags",
  "summary",
  "description",
  "externalDocs",
  "operationId",
  "parameters",
  "requestBody",
  "responses",
  "callbacks",
  "deprecated",
  "security",
  "servers",
];
