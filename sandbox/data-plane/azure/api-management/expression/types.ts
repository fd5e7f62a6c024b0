import type { Jwt, PolicyContext, Url } from "../context.ts";
import type { Lookup } from "../lookup.ts";
import { queryLookup } from "../query-parameters.ts";
import { ExpressionFailure } from "./failure.ts";
import { LIST_MEMBERS } from "./lists.ts";
import { type Members, method, nonNull, property, type Type } from "./members.ts";
import { TEXT_MEMBERS } from "./texts.ts";
import { TIME_MEMBERS } from "./times.ts";

const missing = (what: string, name: string): never => {
  throw new ExpressionFailure(`The given key was not present in the dictionary: ${what}[${JSON.stringify(name)}]`);
};

const textLists = (what: string): Members => ({
  methods: {
    ContainsKey: [
      method(["string"], "bool", (map: Lookup<string[]>, name: string) => map.get(nonNull(name, "key")) !== undefined),
    ],
    GetValueOrDefault: [
      method(
        ["string"],
        "string",
        (map: Lookup<string[]>, name: string) => map.get(nonNull(name, "key"))?.join(",") ?? null,
      ),
      method(
        ["string", "string"],
        "string",
        (map: Lookup<string[]>, name: string, other: string | null) =>
          map.get(nonNull(name, "key"))?.join(",") ?? other,
      ),
    ],
  },
  indexer: {
    index: "string",
    returns: "string[]",
    get: (map: Lookup<string[]>, name: string) => map.get(nonNull(name, "key")) ?? missing(what, name),
  },
});

/**
 * The supported members of the types in policy expressions.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-policy-expressions#context-variable
 */
export const MEMBERS: Readonly<Record<Type, Members>> = {
  ...TEXT_MEMBERS,
  ...LIST_MEMBERS,
  ...TIME_MEMBERS,
  IContext: {
    properties: {
      Api: property("IApi", (c: PolicyContext) => c.api),
      Operation: property("IOperation", (c: PolicyContext) => c.operation),
      Request: property("IRequest", (c: PolicyContext) => c.request),
      Response: property("IResponse", (c: PolicyContext) => c.response),
      Variables: property("Variables", (c: PolicyContext) => c.variables),
      LastError: property("ILastError", (c: PolicyContext) => c.lastError),
      Subscription: property("ISubscription", (c: PolicyContext) => c.subscription),
      Product: property("IProduct", (c: PolicyContext) => c.product),
      // The sandbox has no users: this is null, as for a subscription without an owner.
      User: property("IUser", () => null),
    },
  },
  IApi: {
    properties: {
      Id: property("string", (api: PolicyContext["api"]) => api.id),
      Path: property("string", (api: PolicyContext["api"]) => api.path),
      Version: property("string", (api: PolicyContext["api"]) => api.version),
    },
  },
  IOperation: {
    properties: {
      Id: property("string", (o: NonNullable<PolicyContext["operation"]>) => o.id),
      Name: property("string", (o: NonNullable<PolicyContext["operation"]>) => o.name),
      Method: property("string", (o: NonNullable<PolicyContext["operation"]>) => o.method),
      UrlTemplate: property("string", (o: NonNullable<PolicyContext["operation"]>) => o.urlTemplate),
    },
  },
  IRequest: {
    properties: {
      Method: property("string", (r: PolicyContext["request"]) => r.method),
      Headers: property("Headers", (r: PolicyContext["request"]) => r.headers),
      Url: property("IUrl", (r: PolicyContext["request"]) => r.url),
      OriginalUrl: property("IUrl", (r: PolicyContext["request"]) => r.originalUrl),
      MatchedParameters: property("Parameters", (r: PolicyContext["request"]) => r.matchedParameters),
      IpAddress: property("string", (r: PolicyContext["request"]) => r.ipAddress),
    },
  },
  IResponse: {
    properties: {
      StatusCode: property("int", (r: NonNullable<PolicyContext["response"]>) => r.status),
      Headers: property("Headers", (r: NonNullable<PolicyContext["response"]>) => r.headers),
    },
  },
  IUrl: {
    properties: {
      Scheme: property("string", () => "https"),
      Host: property("string", (url: Url) => url.host),
      Path: property("string", (url: Url) => url.path),
      // Unverified: the query string includes the question mark, like Uri.Query of .NET.
      QueryString: property("string", (url: Url) => (url.query === "" ? "" : `?${url.query}`)),
      Query: property("Query", (url: Url) => queryLookup(url.query)),
    },
  },
  Headers: textLists("Headers"),
  Query: textLists("Query"),
  Claims: textLists("Claims"),
  Parameters: {
    methods: {
      ContainsKey: [
        method(["string"], "bool", (map: Lookup<string>, name: string) => map.get(nonNull(name, "key")) !== undefined),
      ],
      GetValueOrDefault: [
        method(["string"], "string", (map: Lookup<string>, name: string) => map.get(nonNull(name, "key")) ?? null),
        method(
          ["string", "string"],
          "string",
          (map: Lookup<string>, name: string, other: string | null) => map.get(nonNull(name, "key")) ?? other,
        ),
      ],
    },
    indexer: {
      index: "string",
      returns: "string",
      get: (map: Lookup<string>, name: string) => map.get(nonNull(name, "key")) ?? missing("MatchedParameters", name),
    },
  },
  Variables: {
    methods: {
      ContainsKey: [
        method(["string"], "bool", (map: PolicyContext["variables"], name: string) => map.has(nonNull(name, "key"))),
      ],
      GetValueOrDefault: [
        method(
          ["string"],
          "object",
          (map: PolicyContext["variables"], name: string) => map.get(nonNull(name, "key")) ?? null,
          { generic: true },
        ),
        method(
          ["string", "object"],
          "object",
          (map: PolicyContext["variables"], name: string, other: unknown) =>
            map.has(nonNull(name, "key")) ? (map.get(name) ?? null) : other,
          { generic: true },
        ),
      ],
    },
    indexer: {
      index: "string",
      returns: "object",
      get: (map: PolicyContext["variables"], name: string) =>
        map.has(nonNull(name, "key")) ? (map.get(name) ?? null) : missing("Variables", name),
    },
  },
  Jwt: {
    properties: {
      Algorithm: property("string", (jwt: Jwt) => jwt.algorithm),
      Type: property("string", (jwt: Jwt) => jwt.type),
      Audiences: property("IEnumerable<string>", (jwt: Jwt) => jwt.claims.get("aud") ?? []),
      Claims: property("Claims", (jwt: Jwt) => jwt.claims),
      Id: property("string", (jwt: Jwt) => jwt.claims.get("jti")?.[0] ?? null),
      Issuer: property("string", (jwt: Jwt) => jwt.claims.get("iss")?.[0] ?? null),
      Subject: property("string", (jwt: Jwt) => jwt.claims.get("sub")?.[0] ?? null),
    },
  },
  ISubscription: {
    properties: {
      Id: property("string", (s: NonNullable<PolicyContext["subscription"]>) => s.id),
      Key: property("string", (s: NonNullable<PolicyContext["subscription"]>) => s.key),
      Name: property("string", (s: NonNullable<PolicyContext["subscription"]>) => s.name),
    },
  },
  IProduct: {
    properties: {
      Id: property("string", (p: NonNullable<PolicyContext["product"]>) => p.id),
      Name: property("string", (p: NonNullable<PolicyContext["product"]>) => p.name),
    },
  },
  IUser: { properties: { Id: property("string", () => null), Email: property("string", () => null) } },
  ILastError: {
    properties: {
      Source: property("string", (e: NonNullable<PolicyContext["lastError"]>) => e.source),
      Reason: property("string", (e: NonNullable<PolicyContext["lastError"]>) => e.reason),
      Message: property("string", (e: NonNullable<PolicyContext["lastError"]>) => e.message),
      Scope: property("string", (e: NonNullable<PolicyContext["lastError"]>) => e.scope),
      Section: property("string", (e: NonNullable<PolicyContext["lastError"]>) => e.section),
      Path: property("string", (e: NonNullable<PolicyContext["lastError"]>) => e.path),
      PolicyId: property("string", (e: NonNullable<PolicyContext["lastError"]>) => e.policyId),
    },
  },
};
