import type { UnmodelledTypes } from "../unmodelled-types.ts";

const PORTAL = "Content or an account of the developer portal. Requests to an API do not depend on it.";
const TELEMETRY = "Records requests that are decided.";
const LABEL = "A label for people.";
const SCHEMA = "Only policies that the sandbox refuses, such as validate-content, read it.";
const API_POLICY = "put its statements into the azure.apimanagement.ApiPolicy of each API";
const GRAPHQL = "the sandbox does not serve GraphQL APIs; leave it out here, or run this stack against the cloud";

/** The remedies for the parts of a service, by the name of their type. */
const REFUSED: Readonly<Record<string, string>> = {
  ApiOperationPolicy:
    "put its statements into azure.apimanagement.ApiPolicy, in a <when> with a condition on context.Operation.Id",
  ApiRelease: "declare the current revision only, with azure.apimanagement.Api",
  GraphQLApiResolver: GRAPHQL,
  GraphQLApiResolverPolicy: GRAPHQL,
  Policy: API_POLICY,
  PolicyFragment: "put its statements into azure.apimanagement.ApiPolicy, where the policy includes it",
  ProductApiLink: "link the API with azure.apimanagement.ProductApi",
  ProductPolicy: API_POLICY,
  Workspace: "declare its APIs in the service itself",
};

/** The parts of a service that decide no request, each with the reason. */
const STORED: Readonly<Record<string, string>> = {
  ApiDiagnostic: TELEMETRY,
  ApiIssue: PORTAL,
  ApiIssueAttachment: PORTAL,
  ApiIssueComment: PORTAL,
  ApiSchema: SCHEMA,
  ApiTagDescription: LABEL,
  ApiWiki: PORTAL,
  AuthorizationServer: "The test console of the portals reads it. The gateway checks tokens with policies only.",
  ContentItem: PORTAL,
  ContentType: PORTAL,
  Diagnostic: TELEMETRY,
  Documentation: PORTAL,
  EmailTemplate: PORTAL,
  GlobalSchema: SCHEMA,
  Group: PORTAL,
  GroupUser: PORTAL,
  IdentityProvider: PORTAL,
  Logger: TELEMETRY,
  NotificationRecipientEmail: "Receives mail about subscriptions and portal content.",
  NotificationRecipientUser: "Receives mail about subscriptions and portal content.",
  OpenIdConnectProvider: "The test console of the portals reads it. The gateway checks tokens with policies only.",
  ProductWiki: PORTAL,
  Schema: SCHEMA,
  Tag: LABEL,
  TagApiLink: LABEL,
  TagByApi: LABEL,
  TagByOperation: LABEL,
  TagByProduct: LABEL,
  TagOperationLink: LABEL,
  TagProductLink: LABEL,
  User: PORTAL,
};

const module = "azure-native:apimanagement:";

function qualified(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [`${module}${name}`, text]));
}

/** How the `azure-native` package treats the types without a model. */
export const azureUnmodelled: UnmodelledTypes = {
  gatewayModules: [module],
  stored: qualified(STORED),
  refused: qualified(REFUSED),
};
