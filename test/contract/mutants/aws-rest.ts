import type { GatewayArtefacts } from "../../../sandbox/data-plane/artefacts.ts";
import type { AwsFunction } from "../../../sandbox/data-plane/aws/artefacts/function.ts";
import type { AwsRestApiArtefacts, AwsUsagePlan } from "../../../sandbox/data-plane/aws/artefacts/rest-api.ts";
import { type Editable, edited, operation, pathKey, renamePath } from "./json-document.ts";
import { frozenTime, type Mutant } from "./mutant.ts";

type Change = (artefacts: GatewayArtefacts) => GatewayArtefacts;

function onArtefacts(change: (artefacts: AwsRestApiArtefacts) => AwsRestApiArtefacts): Change {
  return (artefacts) => {
    if (artefacts.kind !== "aws-rest-api") throw new Error("these are not a REST API's");
    return change(artefacts);
  };
}

function onDocument(change: (root: Editable) => void): Change {
  return onArtefacts((artefacts) => ({ ...artefacts, document: edited(artefacts.document, change) }));
}

const INTEGRATION = "x-amazon-apigateway-integration";

function integration(root: Editable, method: string, shape: string): Editable {
  const found = operation(root, method, shape)[INTEGRATION];
  if (found === undefined) throw new Error(`${method} ${shape} has no integration`);
  return found;
}

/** What an operation asks for, less the entries of these schemes. */
function withoutScheme(root: Editable, method: string, shape: string, pattern: RegExp): void {
  const found = operation(root, method, shape);
  const entries = Object.values(found.security ?? {});
  const kept = entries.filter((entry) => !Object.keys(entry).some((name) => pattern.test(name)));
  if (kept.length === entries.length) throw new Error(`${method} ${shape} does not ask for ${pattern}`);
  found.security = kept as unknown as Editable;
}

/** The authorizers, by the name of their scheme. */
function authorizers(root: Editable): readonly (readonly [string, Editable])[] {
  const found = Object.entries(root.components?.securitySchemes ?? {}).flatMap(([name, scheme]) => {
    const made = scheme["x-amazon-apigateway-authorizer"];
    return made === undefined ? [] : [[name, made] as const];
  });
  if (found.length === 0) throw new Error("there is no authorizer");
  return found;
}

function onFunctions(pattern: RegExp, change: (called: AwsFunction) => AwsFunction): Change {
  return onArtefacts((artefacts) => {
    const functions = Object.entries(artefacts.functions);
    if (!functions.some(([arn]) => pattern.test(arn))) throw new Error(`there is no function ${pattern}`);
    return {
      ...artefacts,
      functions: Object.fromEntries(
        functions.map(([arn, called]) => [arn, pattern.test(arn) ? change(called) : called]),
      ),
    };
  });
}

const allAuthorizers = /:function:contract-/;

/** The function with its answers changed by a text of JavaScript: `run()` is what it would have answered. */
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
    if (!artefacts.usagePlans.some(({ id }) => id === name)) throw new Error(`there is no plan ${name}`);
    return { ...artefacts, usagePlans: artefacts.usagePlans.map((plan) => (plan.id === name ? change(plan) : plan)) };
  });
}

function onQuota(name: string, change: (quota: NonNullable<AwsUsagePlan["quota"]>) => AwsUsagePlan["quota"]): Change {
  return onPlan(name, ({ quota, ...plan }) => {
    const changed = quota === undefined ? undefined : change(quota);
    if (changed === undefined) throw new Error(`the plan ${name} has no quota`);
    return { ...plan, quota: changed };
  });
}

function withSettings(
  key: RegExp,
  change: (settings: Record<string, number>) => Record<string, number> | undefined,
): Change {
  return onArtefacts((artefacts) => {
    const settings = Object.entries(artefacts.stage.methodSettings);
    if (!settings.some(([name]) => key.test(name))) throw new Error(`no settings for ${key}`);
    const methodSettings = Object.fromEntries(
      settings.flatMap(([name, value]) => {
        const changed = key.test(name) ? change({ ...value } as Record<string, number>) : value;
        return changed === undefined ? [] : [[name, changed]];
      }),
    );
    return { ...artefacts, stage: { ...artefacts.stage, methodSettings } };
  });
}

/** What a token is refused for, where the authorizer does not look at it. */
const lets = "try { return await run(); } catch (error) { const token = event.authorizationToken.split('.')[1] ?? '';";
const claims = "const claims = JSON.parse(Buffer.from(token, 'base64url'));";

const VALIDATOR = "x-amazon-apigateway-request-validator";

/** The only model of a schema with this required member. */
function modelOf(root: Editable, member: string): Editable {
  const found = Object.values(root.components?.schemas ?? {}).find((schema) =>
    JSON.stringify(schema.required ?? []).includes(`"${member}"`),
  );
  if (found === undefined) throw new Error(`no model asks for ${member}`);
  return found;
}

function validator(root: Editable): Editable {
  const [found] = Object.values(root[`${VALIDATOR}s`] ?? {});
  if (found === undefined) throw new Error("there is no validator");
  return found;
}

const validationMutants: readonly Mutant[] = (
  [
    {
      says: "the validator of one route is dropped",
      mutate: onDocument((root) => {
        delete operation(root, "post", "/orders")[VALIDATOR];
      }),
      caughtBy: "body-invalid",
    },
    {
      says: "the validator does not look at bodies",
      mutate: onDocument((root) => {
        validator(root).validateRequestBody = false as unknown as Editable;
      }),
      caughtBy: "body-invalid",
    },
    {
      says: "the validator does not look at parameters",
      mutate: onDocument((root) => {
        validator(root).validateRequestParameters = false as unknown as Editable;
      }),
      caughtBy: "parameter-missing",
    },
    {
      says: "a parameter that a route asks for may be missing",
      mutate: onDocument((root) => {
        const parameters = operation(root, "get", "/orders").parameters as unknown as { required: boolean }[];
        for (const parameter of parameters) parameter.required = false;
      }),
      caughtBy: "parameter-missing",
    },
    {
      says: "a member that a body must have may be missing",
      mutate: onDocument((root) => {
        delete modelOf(root, "article").required;
      }),
      caughtBy: "body-invalid",
    },
    {
      says: "a body may have members that nobody named",
      mutate: onDocument((root) => {
        delete modelOf(root, "article").additionalProperties;
      }),
      caughtBy: "body-invalid",
    },
    {
      says: "a member of a body may be anything",
      mutate: onDocument((root) => {
        const { properties } = modelOf(root, "article");
        if (properties !== undefined) properties.count = {} as Editable;
      }),
      caughtBy: "body-invalid",
    },
    {
      says: "bodies of other types than JSON are not checked",
      mutate: onDocument((root) => {
        for (const path of Object.values(root.paths ?? {})) {
          for (const found of Object.values(path)) delete found.requestBody?.content?.$default;
        }
      }),
      caughtBy: "body-type",
    },
    {
      says: "a route checks against another schema",
      mutate: onDocument((root) => {
        operation(root, "post", "/orders").requestBody = operation(root, "post", "/any").requestBody as Editable;
      }),
      caughtBy: "body-invalid",
    },
    {
      says: "bodies that are to be checked pass as bytes",
      mutate: onArtefacts((artefacts) => ({ ...artefacts, binaryMediaTypes: ["*/*"] })),
      caughtBy: "body-invalid",
    },
  ] as const
).map((mutant) => ({ ...mutant, of: "checked" as const }));

export const awsRestMutants: readonly Mutant[] = [
  frozenTime,
  {
    says: "the VPC link is dropped, and a private backend is asked for over the internet",
    mutate: onDocument((root) => {
      const found = integration(root, "get", "/depot/{}");
      for (const member of ["connectionId", "integrationTarget"]) delete found[member];
      found.connectionType = "INTERNET" as unknown as Editable;
    }),
    caughtBy: "private-hit",
  },
  {
    says: "a private backend is asked for over the internet, by the address that it has",
    mutate: onDocument((root) => {
      const found = integration(root, "get", "/depot/{}");
      for (const member of ["connectionId", "integrationTarget"]) delete found[member];
      found.connectionType = "INTERNET" as unknown as Editable;
      found.uri = String(found.uri).replace("depot.private.test:8443", "10.77.0.5:9443") as unknown as Editable;
    }),
    caughtBy: "private-hit",
  },
  {
    says: "the load balancer is left out",
    mutate: onDocument((root) => {
      delete integration(root, "get", "/depot/{}").integrationTarget;
    }),
    caughtBy: "deployment",
  },
  {
    says: "a private backend is asked without TLS",
    mutate: onDocument((root) => {
      const found = integration(root, "get", "/depot/{}");
      found.uri = String(found.uri).replace("https://", "http://") as unknown as Editable;
    }),
    caughtBy: "private-hit",
  },
  {
    says: "a private backend is asked for another host",
    mutate: onDocument((root) => {
      const found = integration(root, "get", "/depot/{}/safe");
      found.uri = String(found.uri).replace("vault.", "other.") as unknown as Editable;
    }),
    caughtBy: "private-hit",
  },
  {
    says: "a VPC link leads to another load balancer",
    mutate: onDocument((root) => {
      const other = integration(root, "get", "/depot/{}/safe").integrationTarget;
      integration(root, "get", "/depot/{}").integrationTarget = other as Editable;
    }),
    caughtBy: "private-hit",
  },
  {
    says: "the authentication of one route is dropped",
    mutate: onDocument((root) => {
      delete operation(root, "get", "/orders/{}/lines/{+}").security;
    }),
    caughtBy: "token-missing",
  },
  {
    says: "the signature of one route is not asked for",
    mutate: onDocument((root) => {
      delete operation(root, "get", "/signed/{}/lines/{+}")["x-amazon-apigateway-auth"];
    }),
    caughtBy: "signature-missing",
  },
  {
    says: "one route of signatures asks for none",
    mutate: onDocument((root) => {
      operation(root, "get", "/signed/{}")["x-amazon-apigateway-auth"] = { type: "NONE" } as unknown as Editable;
    }),
    caughtBy: "signature-missing",
  },
  {
    says: "a resource of signatures that another route's path made necessary asks for none",
    mutate: onDocument((root) => {
      delete operation(root, "get", "/signed/open/lines/{+}")["x-amazon-apigateway-auth"];
    }),
    caughtBy: "route-overlap",
  },
  {
    says: "the callers' policies allow everything",
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
    says: "a resource that another route's path made necessary has no authentication",
    mutate: onDocument((root) => {
      delete operation(root, "get", "/orders/special/lines/{+}").security;
    }),
    caughtBy: "route-overlap",
  },
  {
    says: "a resource that another route's path made necessary is left out",
    mutate: onDocument((root) => {
      delete root.paths?.[pathKey(root, "/orders/special/lines/{+}")];
    }),
    caughtBy: "route-overlap",
  },
  {
    says: "a guarded resource within an open one has no authentication",
    mutate: onDocument((root) => {
      delete operation(root, "get", "/catalog/internal").security;
    }),
    caughtBy: "token-missing",
  },
  {
    says: "a narrow route is lost to a wider one",
    mutate: onDocument((root) => renamePath(root, "/orders/special", "/orders/lost")),
    caughtBy: "route-hit",
  },
  {
    says: "methods are served that no route has",
    mutate: onDocument((root) => {
      const path = root.paths?.[pathKey(root, "/orders/{}")];
      const made = operation(root, "get", "/orders/{}");
      for (const method of ["post", "put", "patch", "head"])
        if (path !== undefined) path[method] = structuredClone(made);
    }),
    caughtBy: "method-unknown",
  },
  {
    says: "another auth's authorizer stands before a route",
    mutate: onDocument((root) => {
      const theirs = operation(root, "delete", "/orders/{}").security as Editable;
      operation(root, "get", "/orders/{}/lines/{+}").security = theirs;
    }),
    caughtBy: "token-valid",
  },
  {
    says: "the scopes of one route are dropped",
    mutate: onDocument((root) => {
      const unscoped = operation(root, "get", "/orders/{}/lines/{+}").security as Editable;
      operation(root, "get", "/orders/{}").security = unscoped;
    }),
    caughtBy: "scope-missing",
  },
  {
    says: "the authorizers do not look at scopes",
    mutate: wrapped(`await run(); return policy("Allow");`),
    caughtBy: "scope-missing",
  },
  {
    says: "the authorizers do not look at audiences",
    mutate: wrapped(
      `${lets} ${claims} if ([claims.aud].flat().includes("somebody-else")) return policy("Allow"); throw error; }`,
    ),
    caughtBy: "audience-wrong",
  },
  {
    says: "the authorizers take tokens without an expiry",
    mutate: wrapped(`${lets} ${claims} if (claims.exp === undefined) return policy("Allow"); throw error; }`),
    caughtBy: "expiry-missing",
  },
  {
    says: "the authorizers take what they cannot read",
    mutate: wrapped(`${lets} try { ${claims} } catch { return policy("Allow"); } throw error; }`),
    caughtBy: "token-malformed",
  },
  {
    says: "the authorizers deny where they should not know the caller",
    mutate: wrapped(`try { return await run(); } catch { return policy("Deny"); }`),
    caughtBy: "issuer-wrong",
  },
  {
    says: "the results of authorizers are cached",
    mutate: onDocument((root) => {
      for (const [, made] of authorizers(root)) {
        made.authorizerResultTtlInSeconds = 300 as unknown as Editable;
      }
    }),
    caughtBy: "token-expires-meanwhile",
  },
  {
    says: "the authorizers may not be called",
    mutate: onFunctions(allAuthorizers, (called) => ({ ...called, permissions: [] })),
    caughtBy: "token-valid",
  },
  {
    says: "a route that asks for a key does not require it",
    mutate: onDocument((root) => withoutScheme(root, "get", "/keyed", /^api_key$/)),
    caughtBy: "api-key-missing",
  },
  {
    says: "of a token and a key the key is lost",
    mutate: onDocument((root) => withoutScheme(root, "get", "/keyed/{}", /^api_key$/)),
    caughtBy: "token-and-key",
  },
  {
    says: "of a token and a key the token is lost",
    mutate: onDocument((root) => withoutScheme(root, "get", "/keyed/{}", /^both_/)),
    caughtBy: "token-and-key",
  },
  {
    says: "a key that was switched off is on",
    mutate: onPlan("free", (plan) => ({ ...plan, keys: plan.keys.map((key) => ({ ...key, enabled: true })) })),
    caughtBy: "api-key-disabled",
  },
  {
    says: "the consumers of a plan have no keys",
    mutate: onPlan("free", (plan) => ({ ...plan, keys: [] })),
    caughtBy: "api-key-valid",
  },
  {
    says: "keys are looked for elsewhere than in a header",
    mutate: onArtefacts((artefacts) => ({ ...artefacts, apiKeySource: "AUTHORIZER" })),
    caughtBy: "api-key-valid",
  },
  {
    says: "a plan loses its limit",
    mutate: onPlan("small", ({ throttle: _, ...plan }) => plan),
    caughtBy: "plan-limit-exceeded",
  },
  {
    says: "a plan's limit is smaller",
    mutate: onPlan("small", (plan) => ({ ...plan, throttle: { rateLimit: 0.05, burstLimit: 2 } })),
    caughtBy: "plan-limit-passes",
  },
  {
    says: "a plan's limit never fills again",
    mutate: onPlan("small", (plan) => ({ ...plan, throttle: { rateLimit: 1e-9, burstLimit: 3 } })),
    caughtBy: "plan-limit-recovers",
  },
  {
    says: "a plan loses its limit of a route",
    mutate: onPlan("single", (plan) => ({ ...plan, methodThrottles: {} })),
    caughtBy: "plan-route-limit-exceeded",
  },
  {
    says: "a plan's limit of a route holds for all routes",
    mutate: onPlan("single", (plan) => {
      const [throttle] = Object.values(plan.methodThrottles);
      if (throttle === undefined) throw new Error("the plan has no limit of a route");
      return { ...plan, throttle };
    }),
    caughtBy: "plan-route-limit-alone",
  },
  {
    says: "consumers of a plan count together",
    mutate: onPlan("small", (plan) => ({ ...plan, keys: plan.keys.map((key) => ({ ...key, id: "all" })) })),
    caughtBy: "plan-limit-by-consumer",
  },
  {
    says: "a limit by consumer is lost",
    mutate: onPlan("free", (plan) => ({ ...plan, methodThrottles: {} })),
    caughtBy: "limit-exceeded",
  },
  {
    says: "a quota is one too many",
    mutate: onQuota("monthly", (quota) => ({ ...quota, limit: quota.limit + 1 })),
    caughtBy: "quota-exceeded",
  },
  {
    says: "a quota of a week is one of a day",
    mutate: onQuota("weekly", (quota) => ({ ...quota, period: "DAY" })),
    caughtBy: "quota-exceeded",
  },
  {
    says: "a quota of a month is one of a week",
    mutate: onQuota("monthly", (quota) => ({ ...quota, period: "WEEK" })),
    caughtBy: "quota-exceeded",
  },
  {
    says: "a quota of a day is one of a month",
    mutate: onQuota("daily", (quota) => ({ ...quota, period: "MONTH" })),
    caughtBy: "quota-recovers",
  },
  {
    says: "a week begins a day late",
    mutate: onQuota("weekly", (quota) => ({ ...quota, offset: 1 })),
    caughtBy: "quota-recovers",
  },
  {
    says: "the limit of one route is dropped",
    mutate: withSettings(/limited\/GET$/, () => undefined),
    caughtBy: "limit-exceeded",
  },
  {
    says: "a limit lets twice as many pass at once",
    mutate: withSettings(/limited\/GET$/, (settings) => ({ ...settings, throttlingBurstLimit: 6 })),
    caughtBy: "limit-exceeded",
  },
  {
    says: "all methods have a throttle of nothing",
    mutate: withSettings(/^\*\/\*$/, () => ({ throttlingBurstLimit: 0, throttlingRateLimit: 0 })),
    caughtBy: "route-hit",
  },
  {
    says: "the path at the backend is another",
    mutate: onDocument((root) => {
      const found = integration(root, "put", "/turn/{}/{}") as unknown as { uri: string };
      found.uri = found.uri.replace("/to/", "/too/");
    }),
    caughtBy: "path-mapped",
  },
  {
    says: "the parameters of a path are exchanged",
    mutate: onDocument((root) => {
      const found = integration(root, "put", "/turn/{}/{}").requestParameters as unknown as Record<string, string>;
      const names = Object.keys(found).filter((name) => name.startsWith("integration.request.path."));
      const [one = "", other = ""] = names;
      [found[one], found[other]] = [found[other] ?? "", found[one] ?? ""];
    }),
    caughtBy: "path-mapped",
  },
  {
    says: "a header is not set",
    mutate: onDocument((root) => {
      const found = integration(root, "get", "/set");
      const kept = Object.entries(found.requestParameters ?? {}).filter(([name]) => !/\.header\./.test(name));
      found.requestParameters = Object.fromEntries(kept) as Editable;
    }),
    caughtBy: "header-set",
  },
  {
    says: "a reply has another status",
    mutate: onDocument((root) => {
      const found = operation(root, "get", "/health");
      Object.assign(found, { responses: {} }, JSON.parse(JSON.stringify(found).replaceAll("203", "202")));
    }),
    caughtBy: "reply",
  },
  {
    says: "a route goes to another backend",
    mutate: onDocument((root) => {
      integration(root, "get", "/orders/special").uri =
        "https://legacy.backend.test/orders/special" as unknown as Editable;
    }),
    caughtBy: "route-hit",
  },
  {
    says: "a route goes to another function",
    mutate: onDocument((root) => {
      integration(root, "get", "/fn/{}").uri = integration(root, "get", "/fn/slow").uri as Editable;
    }),
    caughtBy: "route-hit",
  },
  {
    says: "a function may not be called",
    mutate: onFunctions(/:shipping$/, (called) => ({ ...called, permissions: [] })),
    caughtBy: "function-hit",
  },
  {
    says: "bodies are read as text",
    mutate: onArtefacts((artefacts) => ({ ...artefacts, binaryMediaTypes: [] })),
    caughtBy: "body-intact",
  },
  ...validationMutants,
  {
    says: "preflights are not answered",
    mutate: onDocument((root) => {
      delete root.paths?.[pathKey(root, "/orders/special")]?.options;
    }),
    caughtBy: "preflight",
  },
  {
    says: "every origin is promised something",
    mutate: onDocument((root) => {
      const { responses } = integration(root, "options", "/orders/special");
      const parameters = responses?.default?.responseParameters as unknown as Record<string, string>;
      parameters["method.response.header.access-control-allow-origin"] = "'*'";
    }),
    caughtBy: "preflight-origin-unknown",
  },
  {
    says: "an extension that nobody knows is added to an operation",
    mutate: onDocument((root) => {
      operation(root, "get", "/orders/{}")["x-amazon-apigateway-surprise"] = {} as Editable;
    }),
    caughtBy: "deployment",
  },
  {
    says: "an extension that nobody knows is added to the document",
    mutate: onDocument((root) => {
      root["x-amazon-apigateway-surprise"] = {} as Editable;
    }),
    caughtBy: "deployment",
  },
];
