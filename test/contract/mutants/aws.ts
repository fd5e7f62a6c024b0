import type { GatewayArtefacts } from "../../../sandbox/data-plane/artefacts.ts";
import type { AwsHttpApiArtefacts } from "../../../sandbox/data-plane/aws/artefacts/http-api.ts";
import { type Editable, edited, operation, renamePath } from "./json-document.ts";
import { frozenTime, type Mutant, replaced } from "./mutant.ts";

type Change = (artefacts: GatewayArtefacts) => GatewayArtefacts;

function onArtefacts(change: (artefacts: AwsHttpApiArtefacts) => AwsHttpApiArtefacts): Change {
  return (artefacts) => {
    if (artefacts.kind !== "aws-http-api") throw new Error("these are not an HTTP API's");
    return change(artefacts);
  };
}

function onDocument(change: (root: Editable) => void): Change {
  return onArtefacts((artefacts) => ({ ...artefacts, document: edited(artefacts.document, change) }));
}

const INTEGRATION = "x-amazon-apigateway-integration";

/** The integration of an operation, made its own where it is shared. */
function integration(root: Editable, method: string, shape: string): Editable {
  const found = operation(root, method, shape);
  const own = found[INTEGRATION];
  if (own === undefined) throw new Error(`${method} ${shape} has no integration`);
  const { $ref } = own as unknown as { readonly $ref?: string };
  if ($ref !== undefined) {
    const parts = $ref.split("/").slice(1);
    found[INTEGRATION] = structuredClone(parts.reduce((node, part) => node[part] as Editable, root));
  }
  return found[INTEGRATION] as Editable;
}

function requestParameters(root: Editable, method: string, shape: string): Record<string, string> {
  const found = integration(root, method, shape).requestParameters;
  if (found === undefined) throw new Error(`${method} ${shape} maps nothing`);
  return found as unknown as Record<string, string>;
}

/** What the authorizers that trust an issuer are configured with. */
function jwtConfigurations(root: Editable, issuer: string): readonly { issuer: string; audience: string[] }[] {
  const found = Object.values(root.components?.securitySchemes ?? {}).flatMap((scheme) => {
    const configuration = scheme["x-amazon-apigateway-authorizer"]?.jwtConfiguration as unknown;
    return (configuration as { issuer?: string } | undefined)?.issuer === issuer ? [configuration] : [];
  });
  if (found.length === 0) throw new Error(`no authorizer trusts ${issuer}`);
  return found as { issuer: string; audience: string[] }[];
}

const staff = "https://login.issuer.test";

function withSettings(
  key: RegExp,
  change: (settings: Record<string, number>) => Record<string, number> | undefined,
): Change {
  return onArtefacts((artefacts) => {
    const settings = Object.entries(artefacts.stage.routeSettings);
    if (!settings.some(([name]) => key.test(name))) throw new Error(`no settings for ${key}`);
    const routeSettings = Object.fromEntries(
      settings.flatMap(([name, value]) => {
        const changed = key.test(name) ? change({ ...value }) : value;
        return changed === undefined ? [] : [[name, changed]];
      }),
    );
    return { ...artefacts, stage: { ...artefacts.stage, routeSettings } };
  });
}

/** The artefacts with a text in the callers' policies replaced, in one at least. */
function withPolicies({ signers = [], ...artefacts }: AwsHttpApiArtefacts, from: RegExp | string, to: string) {
  const before = JSON.stringify(signers);
  const changed = signers.map(({ policies, ...signer }) => ({
    ...signer,
    policies: policies.map((policy) => policy.replace(from, to)),
  }));
  if (JSON.stringify(changed) === before) throw new Error(`no policy holds ${from}`);
  return { ...artefacts, signers: changed };
}

/** The package of the function that answers, with another status for all. */
function withStatus(files: Readonly<Record<string, string>>, status: number): Readonly<Record<string, string>> {
  const { "answers.json": answers, ...others } = files;
  if (answers === undefined) return files;
  const text = Buffer.from(answers, "base64").toString();
  return {
    ...others,
    "answers.json": Buffer.from(replaced(text, /"statusCode": 203/, `"statusCode": ${status}`)).toString("base64"),
  };
}

export const awsMutants: readonly Mutant[] = [
  frozenTime,
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
    says: "a route of signatures asks for a token as well",
    mutate: onDocument((root) => {
      operation(root, "get", "/signed").security = [{ staff: [] }] as unknown as Editable;
    }),
    caughtBy: "deployment",
  },
  {
    says: "policies allow every route where they name one",
    mutate: onArtefacts((artefacts) => withPolicies(artefacts, /\$default\/POST\/signed\/\?\*"/, '$default/*"')),
    caughtBy: "signature-of-other",
  },
  {
    says: "policies deny nothing",
    mutate: onArtefacts((artefacts) => withPolicies(artefacts, '"Effect":"Deny"', '"Effect":"Allow"')),
    caughtBy: "signature-of-other",
  },
  {
    says: "a key is switched on again",
    mutate: onArtefacts(({ signers = [], ...artefacts }) => ({
      ...artefacts,
      signers: signers.map((signer) => ({ ...signer, active: true })),
    })),
    caughtBy: "signature-unknown",
  },
  {
    says: "the audiences are dropped",
    mutate: onDocument((root) => {
      for (const configuration of jwtConfigurations(root, staff)) configuration.audience = [];
    }),
    caughtBy: "deployment",
  },
  {
    says: "another audience is taken too",
    mutate: onDocument((root) => {
      for (const configuration of jwtConfigurations(root, staff)) configuration.audience.push("somebody-else");
    }),
    caughtBy: "audience-wrong",
  },
  {
    says: "another issuer is trusted instead",
    mutate: onDocument((root) => {
      for (const configuration of jwtConfigurations(root, staff))
        configuration.issuer = "https://login.other.test/other";
    }),
    caughtBy: "issuer-wrong",
  },
  {
    says: "a narrow route is lost to a wider one",
    mutate: onDocument((root) => renamePath(root, "/orders/special", "/orders/lost")),
    caughtBy: "route-hit",
  },
  {
    says: "a guarded route is lost to a wider, open one",
    mutate: onDocument((root) => renamePath(root, "/catalog/internal", "/catalog/lost")),
    caughtBy: "token-missing",
  },
  {
    says: "the scopes of one route are dropped",
    mutate: onDocument((root) => {
      const found = operation(root, "get", "/orders/{}");
      found.security = Object.values(found.security ?? {}).map((requirement) =>
        Object.fromEntries(Object.keys(requirement).map((name) => [name, []])),
      ) as unknown as Editable;
    }),
    caughtBy: "scope-missing",
  },
  {
    says: "the limit of one route is dropped",
    mutate: withSettings(/^GET \/limited$/, () => undefined),
    caughtBy: "limit-exceeded",
  },
  {
    says: "a limit lets twice as many pass at once",
    mutate: withSettings(/^GET \/limited$/, (settings) => ({ ...settings, throttlingBurstLimit: 6 })),
    caughtBy: "limit-exceeded",
  },
  {
    says: "a limit's rate is left out, which the provider sends as 0",
    mutate: withSettings(/^GET \/limited$/, ({ throttlingBurstLimit = 0 }) => ({ throttlingBurstLimit })),
    caughtBy: "limit-passes",
  },
  {
    says: "the path at the backend is another",
    mutate: onDocument((root) => {
      const mapping = requestParameters(root, "put", "/turn/{}/{}");
      mapping["overwrite:path"] = mapping["overwrite:path"]?.replace("/to/", "/too/") ?? "";
    }),
    caughtBy: "path-mapped",
  },
  {
    says: "a header is not removed",
    mutate: onDocument((root) => {
      delete requestParameters(root, "get", "/removed")["remove:header.x-internal"];
    }),
    caughtBy: "header-removed",
  },
  {
    says: "a header that the client sent is kept beside the one that is set",
    mutate: onDocument((root) => {
      const mapping = requestParameters(root, "get", "/set");
      mapping["append:header.x-tenant"] = mapping["overwrite:header.x-tenant"] ?? "";
      delete mapping["overwrite:header.x-tenant"];
    }),
    caughtBy: "header-set",
  },
  {
    says: "every origin may read answers",
    mutate: onArtefacts((artefacts) => ({ ...artefacts, cors: { ...artefacts.cors, allowOrigins: ["*"] } })),
    caughtBy: "preflight-origin-unknown",
  },
  {
    says: "the CORS configuration is lost",
    mutate: onArtefacts(({ cors: _, ...artefacts }) => artefacts),
    caughtBy: "preflight",
  },
  {
    says: "a route goes to another backend",
    mutate: onDocument((root) => {
      const found = integration(root, "get", "/orders/special");
      found.uri = "https://legacy.backend.test" as unknown as Editable;
    }),
    caughtBy: "route-hit",
  },
  {
    says: "a private backend is asked for over the internet, by the address that it has",
    mutate: onDocument((root) => {
      const found = integration(root, "get", "/depot/{}");
      for (const member of ["connectionType", "connectionId", "tlsConfig"]) delete found[member];
      found.uri = "https://10.77.0.5:9443" as unknown as Editable;
    }),
    caughtBy: "private-hit",
  },
  {
    says: "the connection through the VPC link is dropped",
    mutate: onDocument((root) => {
      delete integration(root, "get", "/depot/{}").connectionType;
    }),
    caughtBy: "deployment",
  },
  {
    says: "the server's name is dropped, and with it TLS",
    mutate: onDocument((root) => {
      delete integration(root, "get", "/depot/{}").tlsConfig;
    }),
    caughtBy: "private-hit",
  },
  {
    says: "a private backend is asked for the host that the client named",
    mutate: onDocument((root) => {
      delete requestParameters(root, "get", "/depot/{}")["overwrite:header.host"];
    }),
    caughtBy: "private-hit",
  },
  {
    says: "a VPC link leads to another load balancer",
    mutate: onDocument((root) => {
      integration(root, "get", "/depot/{}").uri = integration(root, "get", "/depot/{}/safe").uri as Editable;
    }),
    caughtBy: "private-hit",
  },
  {
    says: "a VPC link is gone",
    mutate: onArtefacts(({ network, ...artefacts }) => {
      if (network === undefined) throw new Error("there is no network");
      return { ...artefacts, network: { ...network, vpcLinks: {} } };
    }),
    caughtBy: "private-hit",
  },
  {
    says: "a route goes to another function",
    mutate: onDocument((root) => {
      integration(root, "get", "/fn/{}").uri = integration(root, "get", "/fn/slow").uri as Editable;
    }),
    caughtBy: "route-hit",
  },
  {
    says: "the functions may not be called",
    mutate: onArtefacts(({ functions = {}, ...artefacts }) => ({
      ...artefacts,
      functions: Object.fromEntries(
        Object.entries(functions).map(([arn, called]) => [arn, { ...called, permissions: [] }]),
      ),
    })),
    caughtBy: "function-hit",
  },
  {
    says: "the answers of one route are another's",
    mutate: onArtefacts(({ functions = {}, ...artefacts }) => ({
      ...artefacts,
      functions: Object.fromEntries(
        Object.entries(functions).map(([arn, called]) => [arn, { ...called, files: withStatus(called.files, 202) }]),
      ),
    })),
    caughtBy: "reply",
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
