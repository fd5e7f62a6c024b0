import type { GatewayArtefacts } from "../../../sandbox/data-plane/artefacts.ts";
import type { AwsFunction } from "../../../sandbox/data-plane/aws/artefacts/function.ts";
import type { AwsRestApiArtefacts, AwsUsagePlan } from "../../../sandbox/data-plane/aws/artefacts/rest-api.ts";
import { type Editable, edited, operation, pathKey, renamePath } from "./json-document.ts";
import { frozenTime, type Mutant } from "./mutant.ts";

type Change = (artefacts: GatewayArtefacts) => GatewayArtefacts;

function onArtefacts(change: (artefacts: AwsRestApiArtefacts) => AwsRestApiArtefacts): Change {
  return (artefacts) => {
    if (artefacts.kind !== "aws-rest-api") throw new Error("These artefacts do not belong to a REST API.");
    return change(artefacts);
  };
}

function onDocument(change: (root: Editable) => void): Change {
  return onArtefacts((artefacts) => ({ ...artefacts, document: edited(artefacts.document, change) }));
}

const INTEGRATION = "x-amazon-apigateway-integration";

function integration(root: Editable, method: string, shape: string): Editable {
  const found = operation(root, method, shape)[INTEGRATION];
  if (found === undefined) throw new Error(`${method} ${shape} has no integration.`);
  return found;
}

/** Removes the matching schemes from the security of an operation. */
function withoutScheme(root: Editable, method: string, shape: string, pattern: RegExp): void {
  const found = operation(root, method, shape);
  const entries = Object.values(found.security ?? {});
  const remaining = entries.filter((entry) => !Object.keys(entry).some((name) => pattern.test(name)));
  if (remaining.length === entries.length) throw new Error(`${method} ${shape} does not require ${pattern}.`);
  found.security = remaining as unknown as Editable;
}

/** Returns the authorizers by the name of their scheme. */
function authorizers(root: Editable): readonly (readonly [string, Editable])[] {
  const found = Object.entries(root.components?.securitySchemes ?? {}).flatMap(([name, scheme]) => {
    const authorizer = scheme["x-amazon-apigateway-authorizer"];
    return authorizer === undefined ? [] : [[name, authorizer] as const];
  });
  if (found.length === 0) throw new Error("The document has no authorizer.");
  return found;
}

function onFunctions(pattern: RegExp, change: (called: AwsFunction) => AwsFunction): Change {
  return onArtefacts((artefacts) => {
    const functions = Object.entries(artefacts.functions);
    if (!functions.some(([arn]) => pattern.test(arn))) throw new Error(`No function matches ${pattern}.`);
    return {
      ...artefacts,
      functions: Object.fromEntries(
        functions.map(([arn, called]) => [arn, pattern.test(arn) ? change(called) : called]),
      ),
    };
  });
}

const allAuthorizers = /:function:contract-/;

/** Replaces the body of the authorizer functions by JavaScript code, in which `run()` calls the original handler. */
function wrapped(body: string): Change {
  return onFunctions(allAuthorizers, ({ handler, files, ...rest }) => {
    const [file, name] = handler.split(".");
    const code = `import { ${name} as real } from "./${file}.mjs";
export const handler = async (event, context) => {
  const run = () => real(event, context);
  const policy = (Effect) => ({
    principalId: "somebody",
    policyDocument: { Version: "2012-10-17", Statement: [{ Action: "execute-api:Invoke", Effect, Resource: "*" }] },
  });
  ${body}
};
`;
    return {
      ...rest,
      handler: "mutant.handler",
      files: { ...files, "mutant.mjs": Buffer.from(code).toString("base64") },
    };
  });
}

function onPlan(name: string, change: (plan: AwsUsagePlan) => AwsUsagePlan): Change {
  return onArtefacts((artefacts) => {
    if (!artefacts.usagePlans.some(({ id }) => id === name)) throw new Error(`The plan ${name} does not exist.`);
    return { ...artefacts, usagePlans: artefacts.usagePlans.map((plan) => (plan.id === name ? change(plan) : plan)) };
  });
}

function onQuota(name: string, change: (quota: NonNullable<AwsUsagePlan["quota"]>) => AwsUsagePlan["quota"]): Change {
  return onPlan(name, ({ quota, ...plan }) => {
    const changed = quota === undefined ? undefined : change(quota);
    if (changed === undefined) throw new Error(`The plan ${name} has no quota.`);
    return { ...plan, quota: changed };
  });
}

function withSettings(
  key: RegExp,
  change: (settings: Record<string, number>) => Record<string, number> | undefined,
): Change {
  return onArtefacts((artefacts) => {
    const settings = Object.entries(artefacts.stage.methodSettings);
    if (!settings.some(([name]) => key.test(name))) throw new Error(`No method settings match ${key}.`);
    const methodSettings = Object.fromEntries(
      settings.flatMap(([name, value]) => {
        const changed = key.test(name) ? change({ ...value } as Record<string, number>) : value;
        return changed === undefined ? [] : [[name, changed]];
      }),
    );
    return { ...artefacts, stage: { ...artefacts.stage, methodSettings } };
  });
}

/** The beginning of code that accepts a token although the original authorizer rejects it. */
const acceptsRejected =
  "try { return await run(); } catch (error) { const token = event.authorizationToken.split('.')[1] ?? '';";
const claims = "const claims = JSON.parse(Buffer.from(token, 'base64url'));";

const VALIDATOR = "x-amazon-apigateway-request-validator";

/** Returns the model whose schema requires this member. */
function modelOf(root: Editable, member: string): Editable {
  const found = Object.values(root.components?.schemas ?? {}).find((schema) =>
    JSON.stringify(schema.required ?? []).includes(`"${member}"`),
  );
  if (found === undefined) throw new Error(`No model requires the member "${member}".`);
  return found;
}

function validator(root: Editable): Editable {
  const [found] = Object.values(root[`${VALIDATOR}s`] ?? {});
  if (found === undefined) throw new Error("The document has no validator.");
  return found;
}

const validationMutants: readonly Mutant[] = (
  [
    {
      fault: "the validator of one route is dropped",
      mutate: onDocument((root) => {
        delete operation(root, "post", "/orders")[VALIDATOR];
      }),
      caughtBy: "body-invalid",
    },
    {
      fault: "the validator does not validate bodies",
      mutate: onDocument((root) => {
        validator(root).validateRequestBody = false as unknown as Editable;
      }),
      caughtBy: "body-invalid",
    },
    {
      fault: "the validator does not validate parameters",
      mutate: onDocument((root) => {
        validator(root).validateRequestParameters = false as unknown as Editable;
      }),
      caughtBy: "parameter-missing",
    },
    {
      fault: "a required parameter is optional",
      mutate: onDocument((root) => {
        const parameters = operation(root, "get", "/orders").parameters as unknown as { required: boolean }[];
        for (const parameter of parameters) parameter.required = false;
      }),
      caughtBy: "parameter-missing",
    },
    {
      fault: "a required member of a body is optional",
      mutate: onDocument((root) => {
        delete modelOf(root, "article").required;
      }),
      caughtBy: "body-invalid",
    },
    {
      fault: "a body may have undeclared members",
      mutate: onDocument((root) => {
        delete modelOf(root, "article").additionalProperties;
      }),
      caughtBy: "body-invalid",
    },
    {
      fault: "a member of a body may have any type",
      mutate: onDocument((root) => {
        const { properties } = modelOf(root, "article");
        if (properties !== undefined) properties.count = {} as Editable;
      }),
      caughtBy: "body-invalid",
    },
    {
      fault: "bodies with a content type other than JSON are not validated",
      mutate: onDocument((root) => {
        for (const path of Object.values(root.paths ?? {})) {
          for (const found of Object.values(path)) delete found.requestBody?.content?.$default;
        }
      }),
      caughtBy: "body-type",
    },
    {
      fault: "a route validates bodies against the wrong schema",
      mutate: onDocument((root) => {
        operation(root, "post", "/orders").requestBody = operation(root, "post", "/any").requestBody as Editable;
      }),
      caughtBy: "body-invalid",
    },
    {
      fault: "bodies that must be validated are treated as bytes",
      mutate: onArtefacts((artefacts) => ({ ...artefacts, binaryMediaTypes: ["*/*"] })),
      caughtBy: "body-invalid",
    },
  ] as const
).map((mutant) => ({ ...mutant, description: "checked" as const }));

export const awsRestMutants: readonly Mutant[] = [
  frozenTime,
  {
    fault: "a private backend is called over the internet, without the VPC link",
    mutate: onDocument((root) => {
      const found = integration(root, "get", "/depot/{}");
      for (const member of ["connectionId", "integrationTarget"]) delete found[member];
      found.connectionType = "INTERNET" as unknown as Editable;
    }),
    caughtBy: "private-hit",
  },
  {
    fault: "a private backend is called over the internet, by its private address",
    mutate: onDocument((root) => {
      const found = integration(root, "get", "/depot/{}");
      for (const member of ["connectionId", "integrationTarget"]) delete found[member];
      found.connectionType = "INTERNET" as unknown as Editable;
      found.uri = String(found.uri).replace("depot.private.test:8443", "10.77.0.5:9443") as unknown as Editable;
    }),
    caughtBy: "private-hit",
  },
  {
    fault: "the load balancer is missing",
    mutate: onDocument((root) => {
      delete integration(root, "get", "/depot/{}").integrationTarget;
    }),
    caughtBy: "deployment",
  },
  {
    fault: "a private backend is called without TLS",
    mutate: onDocument((root) => {
      const found = integration(root, "get", "/depot/{}");
      found.uri = String(found.uri).replace("https://", "http://") as unknown as Editable;
    }),
    caughtBy: "private-hit",
  },
  {
    fault: "a private backend receives the wrong host",
    mutate: onDocument((root) => {
      const found = integration(root, "get", "/depot/{}/safe");
      found.uri = String(found.uri).replace("vault.", "other.") as unknown as Editable;
    }),
    caughtBy: "private-hit",
  },
  {
    fault: "a VPC link leads to the wrong load balancer",
    mutate: onDocument((root) => {
      const other = integration(root, "get", "/depot/{}/safe").integrationTarget;
      integration(root, "get", "/depot/{}").integrationTarget = other as Editable;
    }),
    caughtBy: "private-hit",
  },
  {
    fault: "the authentication of one route is dropped",
    mutate: onDocument((root) => {
      delete operation(root, "get", "/orders/{}/lines/{+}").security;
    }),
    caughtBy: "token-missing",
  },
  {
    fault: "one route no longer declares that it requires a signature",
    mutate: onDocument((root) => {
      delete operation(root, "get", "/signed/{}/lines/{+}")["x-amazon-apigateway-auth"];
    }),
    caughtBy: "signature-missing",
  },
  {
    fault: "one route with a signature declares that it requires none",
    mutate: onDocument((root) => {
      operation(root, "get", "/signed/{}")["x-amazon-apigateway-auth"] = { type: "NONE" } as unknown as Editable;
    }),
    caughtBy: "signature-missing",
  },
  {
    fault: "a resource that another route's path requires does not require a signature",
    mutate: onDocument((root) => {
      delete operation(root, "get", "/signed/open/lines/{+}")["x-amazon-apigateway-auth"];
    }),
    caughtBy: "route-overlap",
  },
  {
    fault: "the callers' policies allow everything",
    mutate: onArtefacts(({ signers = [], ...artefacts }) => ({
      ...artefacts,
      signers: signers.map((signer) => ({
        ...signer,
        policies: ['{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'],
      })),
    })),
    caughtBy: "signature-of-other",
  },
  {
    fault: "a resource that another route's path requires has no authentication",
    mutate: onDocument((root) => {
      delete operation(root, "get", "/orders/special/lines/{+}").security;
    }),
    caughtBy: "route-overlap",
  },
  {
    fault: "a resource that another route's path requires is missing",
    mutate: onDocument((root) => {
      delete root.paths?.[pathKey(root, "/orders/special/lines/{+}")];
    }),
    caughtBy: "route-overlap",
  },
  {
    fault: "a guarded resource below an open one has no authentication",
    mutate: onDocument((root) => {
      delete operation(root, "get", "/catalog/internal").security;
    }),
    caughtBy: "token-missing",
  },
  {
    fault: "a specific route is missing, so that a wider one matches",
    mutate: onDocument((root) => renamePath(root, "/orders/special", "/orders/lost")),
    caughtBy: "route-hit",
  },
  {
    fault: "methods that no route declares are served",
    mutate: onDocument((root) => {
      const path = root.paths?.[pathKey(root, "/orders/{}")];
      const get = operation(root, "get", "/orders/{}");
      for (const method of ["post", "put", "patch", "head"])
        if (path !== undefined) path[method] = structuredClone(get);
    }),
    caughtBy: "method-unknown",
  },
  {
    fault: "a route uses the authorizer of another auth",
    mutate: onDocument((root) => {
      const otherSecurity = operation(root, "delete", "/orders/{}").security as Editable;
      operation(root, "get", "/orders/{}/lines/{+}").security = otherSecurity;
    }),
    caughtBy: "token-valid",
  },
  {
    fault: "the scopes of one route are dropped",
    mutate: onDocument((root) => {
      const unscoped = operation(root, "get", "/orders/{}/lines/{+}").security as Editable;
      operation(root, "get", "/orders/{}").security = unscoped;
    }),
    caughtBy: "scope-missing",
  },
  {
    fault: "the authorizers do not check scopes",
    mutate: wrapped(`await run(); return policy("Allow");`),
    caughtBy: "scope-missing",
  },
  {
    fault: "the authorizers do not check audiences",
    mutate: wrapped(
      `${acceptsRejected} ${claims} if ([claims.aud].flat().includes("somebody-else")) return policy("Allow"); throw error; }`,
    ),
    caughtBy: "audience-wrong",
  },
  {
    fault: "the authorizers compare a client_id that nobody declared",
    mutate: wrapped(
      `${acceptsRejected} ${claims} if (claims.aud === undefined && claims.client_id !== undefined) return policy("Allow"); throw error; }`,
    ),
    caughtBy: "client-id-undeclared",
  },
  {
    fault: "the authorizers accept tokens without an expiry",
    mutate: wrapped(
      `${acceptsRejected} ${claims} if (claims.exp === undefined) return policy("Allow"); throw error; }`,
    ),
    caughtBy: "expiry-missing",
  },
  {
    fault: "the authorizers accept tokens that they cannot read",
    mutate: wrapped(`${acceptsRejected} try { ${claims} } catch { return policy("Allow"); } throw error; }`),
    caughtBy: "token-malformed",
  },
  {
    fault: "the authorizers respond with a denial to unauthenticated callers",
    mutate: wrapped(`try { return await run(); } catch { return policy("Deny"); }`),
    caughtBy: "issuer-wrong",
  },
  {
    fault: "the results of authorizers are cached",
    mutate: onDocument((root) => {
      for (const [, authorizer] of authorizers(root)) {
        authorizer.authorizerResultTtlInSeconds = 300 as unknown as Editable;
      }
    }),
    caughtBy: "token-expires-meanwhile",
  },
  {
    fault: "API Gateway has no permission to invoke the authorizers",
    mutate: onFunctions(allAuthorizers, (called) => ({ ...called, permissions: [] })),
    caughtBy: "token-valid",
  },
  {
    fault: "a route with a key does not require it",
    mutate: onDocument((root) => withoutScheme(root, "get", "/keyed", /^api_key$/)),
    caughtBy: "api-key-missing",
  },
  {
    fault: "a route with a token and a key does not require the key",
    mutate: onDocument((root) => withoutScheme(root, "get", "/keyed/{}", /^api_key$/)),
    caughtBy: "token-and-key",
  },
  {
    fault: "a route with a token and a key does not require the token",
    mutate: onDocument((root) => withoutScheme(root, "get", "/keyed/{}", /^both_/)),
    caughtBy: "token-and-key",
  },
  {
    fault: "a disabled key is enabled",
    mutate: onPlan("free", (plan) => ({ ...plan, keys: plan.keys.map((key) => ({ ...key, enabled: true })) })),
    caughtBy: "api-key-disabled",
  },
  {
    fault: "the consumers of a plan have no keys",
    mutate: onPlan("free", (plan) => ({ ...plan, keys: [] })),
    caughtBy: "api-key-valid",
  },
  {
    fault: "keys are not read from a header",
    mutate: onArtefacts((artefacts) => ({ ...artefacts, apiKeySource: "AUTHORIZER" })),
    caughtBy: "api-key-valid",
  },
  {
    fault: "a plan has no limit",
    mutate: onPlan("small", ({ throttle: _, ...plan }) => plan),
    caughtBy: "plan-limit-exceeded",
  },
  {
    fault: "a plan's limit is too low",
    mutate: onPlan("small", (plan) => ({ ...plan, throttle: { rateLimit: 0.05, burstLimit: 2 } })),
    caughtBy: "plan-limit-passes",
  },
  {
    fault: "a plan's limit does not recover",
    mutate: onPlan("small", (plan) => ({ ...plan, throttle: { rateLimit: 1e-9, burstLimit: 3 } })),
    caughtBy: "plan-limit-recovers",
  },
  {
    fault: "a plan has no limit for a route",
    mutate: onPlan("single", (plan) => ({ ...plan, methodThrottles: {} })),
    caughtBy: "plan-route-limit-exceeded",
  },
  {
    fault: "a plan's limit for a route applies to all routes",
    mutate: onPlan("single", (plan) => {
      const [throttle] = Object.values(plan.methodThrottles);
      if (throttle === undefined) throw new Error("The plan has no limit for a route.");
      return { ...plan, throttle };
    }),
    caughtBy: "plan-route-limit-alone",
  },
  {
    fault: "the consumers of a plan share one limit",
    mutate: onPlan("small", (plan) => ({ ...plan, keys: plan.keys.map((key) => ({ ...key, id: "all" })) })),
    caughtBy: "plan-limit-by-consumer",
  },
  {
    fault: "a limit by consumer is missing",
    mutate: onPlan("free", (plan) => ({ ...plan, methodThrottles: {} })),
    caughtBy: "limit-exceeded",
  },
  {
    fault: "a quota is one request too high",
    mutate: onQuota("monthly", (quota) => ({ ...quota, limit: quota.limit + 1 })),
    caughtBy: "quota-exceeded",
  },
  {
    fault: "a weekly quota is a daily one",
    mutate: onQuota("weekly", (quota) => ({ ...quota, period: "DAY" })),
    caughtBy: "quota-exceeded",
  },
  {
    fault: "a monthly quota is a weekly one",
    mutate: onQuota("monthly", (quota) => ({ ...quota, period: "WEEK" })),
    caughtBy: "quota-exceeded",
  },
  {
    fault: "a daily quota is a monthly one",
    mutate: onQuota("daily", (quota) => ({ ...quota, period: "MONTH" })),
    caughtBy: "quota-recovers",
  },
  {
    fault: "a quota's week begins one day late",
    mutate: onQuota("weekly", (quota) => ({ ...quota, offset: 1 })),
    caughtBy: "quota-recovers",
  },
  {
    fault: "the limit of one route is dropped",
    mutate: withSettings(/limited\/GET$/, () => undefined),
    caughtBy: "limit-exceeded",
  },
  {
    fault: "a limit allows twice the burst",
    mutate: withSettings(/limited\/GET$/, (settings) => ({ ...settings, throttlingBurstLimit: 6 })),
    caughtBy: "limit-exceeded",
  },
  {
    fault: "the limit for all methods is 0",
    mutate: withSettings(/^\*\/\*$/, () => ({ throttlingBurstLimit: 0, throttlingRateLimit: 0 })),
    caughtBy: "route-hit",
  },
  {
    fault: "the backend path is wrong",
    mutate: onDocument((root) => {
      const found = integration(root, "put", "/turn/{}/{}") as unknown as { uri: string };
      found.uri = found.uri.replace("/to/", "/too/");
    }),
    caughtBy: "path-mapped",
  },
  {
    fault: "the parameters of a path are exchanged",
    mutate: onDocument((root) => {
      const found = integration(root, "put", "/turn/{}/{}").requestParameters as unknown as Record<string, string>;
      const names = Object.keys(found).filter((name) => name.startsWith("integration.request.path."));
      const [one = "", other = ""] = names;
      [found[one], found[other]] = [found[other] ?? "", found[one] ?? ""];
    }),
    caughtBy: "path-mapped",
  },
  {
    fault: "a header is not set",
    mutate: onDocument((root) => {
      const found = integration(root, "get", "/set");
      const remaining = Object.entries(found.requestParameters ?? {}).filter(([name]) => !/\.header\./.test(name));
      found.requestParameters = Object.fromEntries(remaining) as Editable;
    }),
    caughtBy: "header-set",
  },
  {
    fault: "a reply has the wrong status",
    mutate: onDocument((root) => {
      const found = operation(root, "get", "/health");
      Object.assign(found, { responses: {} }, JSON.parse(JSON.stringify(found).replaceAll("203", "202")));
    }),
    caughtBy: "reply",
  },
  {
    fault: "a route leads to the wrong backend",
    mutate: onDocument((root) => {
      integration(root, "get", "/orders/special").uri =
        "https://legacy.backend.test/orders/special" as unknown as Editable;
    }),
    caughtBy: "route-hit",
  },
  {
    fault: "a route leads to the wrong function",
    mutate: onDocument((root) => {
      integration(root, "get", "/fn/{}").uri = integration(root, "get", "/fn/slow").uri as Editable;
    }),
    caughtBy: "route-hit",
  },
  {
    fault: "API Gateway has no permission to invoke a function",
    mutate: onFunctions(/:shipping$/, (called) => ({ ...called, permissions: [] })),
    caughtBy: "function-hit",
  },
  {
    fault: "bodies are treated as text",
    mutate: onArtefacts((artefacts) => ({ ...artefacts, binaryMediaTypes: [] })),
    caughtBy: "body-intact",
  },
  ...validationMutants,
  {
    fault: "preflights are not answered",
    mutate: onDocument((root) => {
      delete root.paths?.[pathKey(root, "/orders/special")]?.options;
    }),
    caughtBy: "preflight",
  },
  {
    fault: "preflights from every origin are allowed",
    mutate: onDocument((root) => {
      const { responses } = integration(root, "options", "/orders/special");
      const parameters = responses?.default?.responseParameters as unknown as Record<string, string>;
      parameters["method.response.header.access-control-allow-origin"] = "'*'";
    }),
    caughtBy: "preflight-origin-unknown",
  },
  {
    fault: "an unknown extension is added to an operation",
    mutate: onDocument((root) => {
      operation(root, "get", "/orders/{}")["x-amazon-apigateway-surprise"] = {} as Editable;
    }),
    caughtBy: "deployment",
  },
  {
    fault: "an unknown extension is added to the document",
    mutate: onDocument((root) => {
      root["x-amazon-apigateway-surprise"] = {} as Editable;
    }),
    caughtBy: "deployment",
  },
];
