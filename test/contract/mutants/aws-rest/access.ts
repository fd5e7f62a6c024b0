import { type Editable, operation } from "../json-document.ts";
import type { Mutant } from "../mutant.ts";
import { type Change, onArtefacts, onDocument, onFunctions, onPlan } from "./artefacts.ts";

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

/** Changes the content of an authorizer's function. */
function onContent(change: (content: string) => string): Change {
  const changed = onFunctions(allAuthorizers, ({ files, ...rest }) => {
    const content = Buffer.from(files["requirement.json"] ?? "", "base64").toString();
    return { ...rest, files: { ...files, "requirement.json": Buffer.from(change(content)).toString("base64") } };
  });
  return (artefacts) => {
    const result = changed(artefacts);
    if (JSON.stringify(result) === JSON.stringify(artefacts)) throw new Error("No function has this content.");
    return result;
  };
}

const anyInPlaceOfAll = onContent((content) => content.replaceAll(/\{\s*"all": (\[[^\]]*\])\s*\}/g, "$1"));

/** Changes the table of the authorizer that decides by route. */
function onRoutes(change: (routes: Readonly<Record<string, number>>) => Readonly<Record<string, number>>): Change {
  return onContent((content) => {
    const { requirements, routes } = JSON.parse(content);
    return JSON.stringify({ requirements, routes: change(routes) });
  });
}

/** The beginning of code that accepts a token although the original authorizer rejects it. */
const acceptsRejected =
  "try { return await run(); } catch (error) { const token = event.authorizationToken.split('.')[1] ?? '';";
const claims = "const claims = JSON.parse(Buffer.from(token, 'base64url'));";

/** Mutants of authentication and authorization. */
export const accessMutants: readonly Mutant[] = [
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
    fault: "a guarded resource below an open one has no authentication",
    mutate: onDocument((root) => {
      delete operation(root, "get", "/catalog/internal").security;
    }),
    caughtBy: "token-missing",
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
    fault: "the authorizers accept one of several scopes that are all required",
    mutate: anyInPlaceOfAll,
    caughtBy: "scopes-incomplete",
  },
  {
    fault: "the authorizer that decides by route accepts one of several scopes that are all required",
    description: "scopes",
    mutate: anyInPlaceOfAll,
    caughtBy: "scopes-incomplete",
  },
  {
    fault: "the authorizer that decides by route takes one route for another",
    description: "scopes",
    mutate: onRoutes((routes) => ({ ...routes, "GET /all/1": routes["GET /all/2"] as number })),
    caughtBy: "scopes-complete",
  },
  {
    fault: "the authorizer that decides by route ignores the method",
    description: "scopes",
    mutate: onRoutes((routes) => ({
      ...routes,
      "POST /any/{id}/lines": routes["GET /any/{id}/lines"] as number,
    })),
    caughtBy: "scope-missing",
  },
  {
    fault: "the results of the authorizer that decides by route are cached by the token alone",
    description: "scopes",
    mutate: onDocument((root) => {
      for (const [, authorizer] of authorizers(root)) {
        authorizer.authorizerResultTtlInSeconds = 300 as unknown as Editable;
        authorizer.identitySource = "method.request.header.Authorization" as unknown as Editable;
      }
    }),
    caughtBy: "token-expires-meanwhile",
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
    mutate: onFunctions(allAuthorizers, (target) => ({ ...target, permissions: [] })),
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
];
