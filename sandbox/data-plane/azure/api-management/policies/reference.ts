/**
 * The policies of Microsoft's reference by its headings, and those that only Microsoft's policy toolkit names (`cache-value`,
 * `invoke-request`).
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-policies
 * @see https://github.com/Azure/azure-api-management-policy-toolkit
 */
export const REFERENCE: Readonly<Record<string, readonly string[]>> = {
  "Rate limiting and quotas": [
    "rate-limit",
    "rate-limit-by-key",
    "quota",
    "quota-by-key",
    "limit-concurrency",
    "azure-openai-token-limit",
    "llm-token-limit",
  ],
  "Authentication and authorization": [
    "check-header",
    "get-authorization-context",
    "ip-filter",
    "validate-azure-ad-token",
    "validate-jwt",
    "validate-client-certificate",
    "authentication-basic",
    "authentication-certificate",
    "authentication-managed-identity",
  ],
  "Content validation": [
    "validate-content",
    "validate-graphql-request",
    "validate-odata-request",
    "validate-parameters",
    "validate-headers",
    "validate-status-code",
    "llm-content-safety",
  ],
  Routing: ["forward-request", "set-backend-service", "proxy"],
  Caching: [
    "cache-lookup",
    "cache-store",
    "cache-lookup-value",
    "cache-store-value",
    "cache-remove-value",
    "cache-value",
    "azure-openai-semantic-cache-lookup",
    "azure-openai-semantic-cache-store",
    "llm-semantic-cache-lookup",
    "llm-semantic-cache-store",
  ],
  Transformation: [
    "set-method",
    "set-status",
    "set-variable",
    "set-body",
    "set-header",
    "set-query-parameter",
    "rewrite-uri",
    "json-to-xml",
    "xml-to-json",
    "find-and-replace",
    "redirect-content-urls",
    "xsl-transform",
    "return-response",
    "mock-response",
  ],
  "Cross-domain": ["cross-domain", "cors", "jsonp"],
  "Integration and external communication": [
    "send-request",
    "send-one-way-request",
    "invoke-request",
    "log-to-eventhub",
    "send-service-bus-message",
    "publish-to-dapr",
    "invoke-dapr-binding",
  ],
  Logging: ["trace", "emit-metric", "azure-openai-emit-token-metric", "llm-emit-token-metric"],
  "GraphQL resolvers": ["sql-data-source", "cosmosdb-data-source", "http-data-source", "publish-event"],
  "Policy control and flow": ["choose", "include-fragment", "retry", "wait"],
};

/** Every policy that exists, and `base`. */
export const KNOWN_POLICIES: readonly string[] = ["base", ...Object.values(REFERENCE).flat()];
