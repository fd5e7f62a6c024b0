import type { GatewayArtefacts } from "../../../sandbox/data-plane/artefacts.ts";
import type { AwsHttpApiArtefacts } from "../../../sandbox/data-plane/aws/artefacts/http-api.ts";
import { type Editable, edited, operation, renamePath } from "./json-document.ts";
import { frozenTime, type Mutant, replaced } from "./mutant.ts";

type Change = (artefacts: GatewayArtefacts) => GatewayArtefacts;

function onArtefacts(change: (artefacts: AwsHttpApiArtefacts) => AwsHttpApiArtefacts): Change {
  return (artefacts) => {
    if (artefacts.kind !== "aws-http-api") throw new Error("These artefacts do not belong to an HTTP API.");
    return change(artefacts);
  };
}

function onDocument(change: (root: Editable) => void): Change {
  return onArtefacts((artefacts) => ({ ...artefacts, document: edited(artefacts.document, change) }));
}

const INTEGRATION = "x-amazon-apigateway-integration";

/** Returns the integration of an operation. A shared integration is copied into the operation first. */
function integration(root: Editable, method: string, shape: string): Editable {
  const found = operation(root, method, shape);
  const declared = found[INTEGRATION];
  if (declared === undefined) throw new Error(`${method} ${shape} has no integration.`);
  const { $ref } = declared as unknown as { readonly $ref?: string };
  if ($ref !== undefined) {
    const parts = $ref.split("/").slice(1);
    found[INTEGRATION] = structuredClone(parts.reduce((node, part) => node[part] as Editable, root));
  }
  return found[INTEGRATION] as Editable;
}

function requestParameters(root: Editable, method: string, shape: string): Record<string, string> {
  const found = integration(root, method, shape).requestParameters;
  if (found === undefined) throw new Error(`${method} ${shape} has no request parameters.`);
  return found as unknown as Record<string, string>;
}

/** Returns the configurations of the authorizers that trust an issuer. */
function jwtConfigurations(root: Editable, issuer: string): readonly { issuer: string; audience: string[] }[] {
  const found = Object.values(root.components?.securitySchemes ?? {}).flatMap((scheme) => {
    const configuration = scheme["x-amazon-apigateway-authorizer"]?.jwtConfiguration as unknown;
    return (configuration as { issuer?: string } | undefined)?.issuer === issuer ? [configuration] : [];
  });
  if (found.length === 0) throw new Error(`No authorizer trusts ${issuer}.`);
  return found as { issuer: string; audience: string[] }[];
}

const staff = "https://login.issuer.test";

function withSettings(
  key: RegExp,
  change: (settings: Record<string, number>) => Record<string, number> | undefined,
): Change {
  return onArtefacts((artefacts) => {
    const settings = Object.entries(artefacts.stage.routeSettings);
    if (!settings.some(([name]) => key.test(name))) throw new Error(`No route settings match ${key}.`);
    const routeSettings = Object.fromEntries(
      settings.flatMap(([name, value]) => {
        const changed = key.test(name) ? change({ ...value }) : value;
        return changed === undefined ? [] : [[name, changed]];
      }),
    );
    return { ...artefacts, stage: { ...artefacts.stage, routeSettings } };
  });
}

/** Returns the artefacts with a text replaced in the callers' policies. At least one policy must contain the text. */
function withPolicies({ signers = [], ...artefacts }: AwsHttpApiArtefacts, from: RegExp | string, to: string) {
  const before = JSON.stringify(signers);
  const changed = signers.map(({ policies, ...signer }) => ({
    ...signer,
    policies: policies.map((policy) => policy.replace(from, to)),
  }));
  if (JSON.stringify(changed) === before) throw new Error(`No policy contains ${from}.`);
  return { ...artefacts, signers: changed };
}

/** Returns the files of the function that sends the replies, with another status for every reply. */
function withStatus(files: Readonly<Record<string, string>>, status: number): Readonly<Record<string, string>> {
  const { "answers.json": answers, ...others } = files;
  if (answers === undefined) return files;
  const text = Buffer.from(answers, "base64").toString();
  return {
    ...others,
    "answers.json": Buffer.from(replaced(text, /"statusCode": 203/, `"statusCode": ${status}`)).toString("base64"),
  };
}

/** Returns the files of the function that replies, changed to answer 415 to `image/png`; the files of other functions unchanged. */
function rejectingPng(files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { "index.mjs": code, ...others } = files;
  if (code === undefined || others["answers.json"] === undefined) return files;
  const original = replaced(Buffer.from(code, "base64").toString(), "export const handler", "const reply");
  const rejecting = `export const handler = (event) =>
    event.headers["content-type"] === "image/png" ? { statusCode: 415 } : reply(event);`;
  return { ...others, "index.mjs": Buffer.from(`${original}\n${rejecting}\n`).toString("base64") };
}

export const awsMutants: readonly Mutant[] = [
  frozenTime,
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
    fault: "a route with a signature requires a token as well",
    mutate: onDocument((root) => {
      operation(root, "get", "/signed").security = [{ staff: [] }] as unknown as Editable;
    }),
    caughtBy: "deployment",
  },
  {
    fault: "policies that name one route allow every route",
    mutate: onArtefacts((artefacts) => withPolicies(artefacts, /\$default\/POST\/signed\/\?\*"/, '$default/*"')),
    caughtBy: "signature-of-other",
  },
  {
    fault: "policies deny nothing",
    mutate: onArtefacts((artefacts) => withPolicies(artefacts, '"Effect":"Deny"', '"Effect":"Allow"')),
    caughtBy: "signature-of-other",
  },
  {
    fault: "a disabled access key is enabled",
    mutate: onArtefacts(({ signers = [], ...artefacts }) => ({
      ...artefacts,
      signers: signers.map((signer) => ({ ...signer, active: true })),
    })),
    caughtBy: "signature-unknown",
  },
  {
    fault: "the audiences are dropped",
    mutate: onDocument((root) => {
      for (const configuration of jwtConfigurations(root, staff)) configuration.audience = [];
    }),
    caughtBy: "deployment",
  },
  {
    fault: "another audience is accepted as well",
    mutate: onDocument((root) => {
      for (const configuration of jwtConfigurations(root, staff)) configuration.audience.push("somebody-else");
    }),
    caughtBy: "audience-wrong",
  },
  {
    fault: "another issuer is trusted instead",
    mutate: onDocument((root) => {
      for (const configuration of jwtConfigurations(root, staff))
        configuration.issuer = "https://login.other.test/other";
    }),
    caughtBy: "issuer-wrong",
  },
  {
    fault: "a specific route is missing, so that a wider one matches",
    mutate: onDocument((root) => renamePath(root, "/orders/special", "/orders/lost")),
    caughtBy: "route-hit",
  },
  {
    fault: "a guarded route is missing, so that a wider, open one matches",
    mutate: onDocument((root) => renamePath(root, "/catalog/internal", "/catalog/lost")),
    caughtBy: "token-missing",
  },
  {
    fault: "the scopes of one route are dropped",
    mutate: onDocument((root) => {
      const found = operation(root, "get", "/orders/{}");
      found.security = Object.values(found.security ?? {}).map((requirement) =>
        Object.fromEntries(Object.keys(requirement).map((name) => [name, []])),
      ) as unknown as Editable;
    }),
    caughtBy: "scope-missing",
  },
  {
    fault: "the limit of one route is dropped",
    mutate: withSettings(/^GET \/limited$/, () => undefined),
    caughtBy: "limit-exceeded",
  },
  {
    fault: "a limit allows twice the burst",
    mutate: withSettings(/^GET \/limited$/, (settings) => ({ ...settings, throttlingBurstLimit: 6 })),
    caughtBy: "limit-exceeded",
  },
  {
    fault: "a limit has no rate, which the provider sends as 0",
    mutate: withSettings(/^GET \/limited$/, ({ throttlingBurstLimit = 0 }) => ({ throttlingBurstLimit })),
    readings: { "aws-zero-rate": "refuses" },
    caughtBy: "limit-passes",
  },
  {
    fault: "the backend path is wrong",
    mutate: onDocument((root) => {
      const mapping = requestParameters(root, "put", "/turn/{}/{}");
      mapping["overwrite:path"] = mapping["overwrite:path"]?.replace("/to/", "/too/") ?? "";
    }),
    caughtBy: "path-mapped",
  },
  {
    fault: "a header is not removed",
    mutate: onDocument((root) => {
      delete requestParameters(root, "get", "/removed")["remove:header.x-internal"];
    }),
    caughtBy: "header-removed",
  },
  {
    fault: "the client's value of a header is kept beside the value that is set",
    mutate: onDocument((root) => {
      const mapping = requestParameters(root, "get", "/set");
      mapping["append:header.x-tenant"] = mapping["overwrite:header.x-tenant"] ?? "";
      delete mapping["overwrite:header.x-tenant"];
    }),
    caughtBy: "header-set",
  },
  {
    fault: "every origin may read responses",
    mutate: onArtefacts((artefacts) => ({ ...artefacts, cors: { ...artefacts.cors, allowOrigins: ["*"] } })),
    caughtBy: "preflight-origin-unknown",
  },
  {
    fault: "the CORS configuration is missing",
    mutate: onArtefacts(({ cors: _, ...artefacts }) => artefacts),
    caughtBy: "preflight",
  },
  {
    fault: "a route leads to the wrong backend",
    mutate: onDocument((root) => {
      const found = integration(root, "get", "/orders/special");
      found.uri = "https://legacy.backend.test" as unknown as Editable;
    }),
    caughtBy: "route-hit",
  },
  {
    fault: "a private backend is called over the internet, by its private address",
    mutate: onDocument((root) => {
      const found = integration(root, "get", "/depot/{}");
      for (const member of ["connectionType", "connectionId", "tlsConfig"]) delete found[member];
      found.uri = "https://10.77.0.5:9443" as unknown as Editable;
    }),
    caughtBy: "private-hit",
  },
  {
    fault: "the connection through the VPC link is dropped",
    mutate: onDocument((root) => {
      delete integration(root, "get", "/depot/{}").connectionType;
    }),
    caughtBy: "deployment",
  },
  {
    fault: "the server name, and with it TLS, is dropped",
    mutate: onDocument((root) => {
      delete integration(root, "get", "/depot/{}").tlsConfig;
    }),
    caughtBy: "private-hit",
  },
  {
    fault: "a private backend receives the client's Host header",
    mutate: onDocument((root) => {
      delete requestParameters(root, "get", "/depot/{}")["overwrite:header.host"];
    }),
    caughtBy: "private-hit",
  },
  {
    fault: "a VPC link leads to the wrong load balancer",
    mutate: onDocument((root) => {
      integration(root, "get", "/depot/{}").uri = integration(root, "get", "/depot/{}/safe").uri as Editable;
    }),
    caughtBy: "private-hit",
  },
  {
    fault: "a VPC link does not exist",
    mutate: onArtefacts(({ network, ...artefacts }) => {
      if (network === undefined) throw new Error("The gateway has no private network.");
      return { ...artefacts, network: { ...network, vpcLinks: {} } };
    }),
    caughtBy: "private-hit",
  },
  {
    fault: "a route leads to the wrong function",
    mutate: onDocument((root) => {
      integration(root, "get", "/fn/{}").uri = integration(root, "get", "/fn/slow").uri as Editable;
    }),
    caughtBy: "route-hit",
  },
  {
    fault: "API Gateway has no permission to invoke the functions",
    mutate: onArtefacts(({ functions = {}, ...artefacts }) => ({
      ...artefacts,
      functions: Object.fromEntries(
        Object.entries(functions).map(([arn, target]) => [arn, { ...target, permissions: [] }]),
      ),
    })),
    caughtBy: "function-hit",
  },
  {
    fault: "the replies have the wrong status",
    mutate: onArtefacts(({ functions = {}, ...artefacts }) => ({
      ...artefacts,
      functions: Object.fromEntries(
        Object.entries(functions).map(([arn, target]) => [arn, { ...target, files: withStatus(target.files, 202) }]),
      ),
    })),
    caughtBy: "reply",
  },
  {
    fault: "the replies reject a media type",
    mutate: onArtefacts(({ functions = {}, ...artefacts }) => ({
      ...artefacts,
      functions: Object.fromEntries(
        Object.entries(functions).map(([arn, called]) => [arn, { ...called, files: rejectingPng(called.files) }]),
      ),
    })),
    caughtBy: "reply-type",
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
