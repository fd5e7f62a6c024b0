import type { GatewayArtefacts } from "../../../sandbox/data-plane/artefacts.ts";
import { type Editable, edited, operation, renamePath } from "./json-document.ts";
import { frozenTime, type Mutant } from "./mutant.ts";

function onDocument(change: (root: Editable) => void): (artefacts: GatewayArtefacts) => GatewayArtefacts {
  return (artefacts) => {
    if (artefacts.kind !== "gcp-api-gateway") throw new Error("These artefacts do not belong to API Gateway.");
    return { ...artefacts, document: edited(artefacts.document, change) };
  };
}

interface Definition {
  "x-google-issuer": string;
  "x-google-audiences"?: string;
  "x-google-jwt-locations"?: readonly object[];
}

function definitions(root: Editable, issuer: string): readonly Definition[] {
  const all = Object.values(root.securityDefinitions ?? {}) as unknown as readonly Definition[];
  const found = all.filter((definition) => definition["x-google-issuer"] === issuer);
  if (found.length === 0) throw new Error(`No security definition trusts ${issuer}.`);
  return found;
}

interface GoogleBackend {
  address: string;
  path_translation?: string;
  disable_auth?: boolean;
}

function backend(root: Editable, method: string, shape: string): GoogleBackend {
  const found = operation(root, method, shape)["x-google-backend"];
  if (found === undefined) throw new Error(`${method} ${shape} has no backend.`);
  return found as unknown as GoogleBackend;
}

const staff = "https://login.issuer.test";

export const gcpMutants: readonly Mutant[] = [
  frozenTime,
  {
    fault: "the authentication of one route is dropped",
    mutate: onDocument((root) => {
      operation(root, "get", "/orders/{}/lines/{+}").security = [] as unknown as Editable;
    }),
    caughtBy: "token-missing",
  },
  {
    fault: "another audience is accepted as well",
    mutate: onDocument((root) => {
      for (const definition of definitions(root, staff)) definition["x-google-audiences"] += ",somebody-else";
    }),
    caughtBy: "audience-wrong",
  },
  {
    fault: "the audiences are dropped",
    mutate: onDocument((root) => {
      for (const definition of definitions(root, staff)) delete definition["x-google-audiences"];
    }),
    caughtBy: "token-valid",
  },
  {
    fault: "tokens are taken from other places, too",
    mutate: onDocument((root) => {
      for (const definition of definitions(root, staff)) delete definition["x-google-jwt-locations"];
    }),
    caughtBy: "token-elsewhere",
  },
  {
    fault: "a token in another place lets an unchecked Authorization through",
    mutate: onDocument((root) => {
      for (const definition of definitions(root, staff)) delete definition["x-google-jwt-locations"];
    }),
    caughtBy: "credential-twice",
  },
  {
    fault: "another issuer is trusted instead",
    mutate: onDocument((root) => {
      for (const definition of definitions(root, staff)) definition["x-google-issuer"] = `${staff}/`;
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
    fault: "the prefix of the backend path is wrong",
    mutate: onDocument((root) => {
      backend(root, "get", "/front/{}").address += "/more";
    }),
    caughtBy: "path-mapped",
  },
  {
    fault: "the path is not passed to the backend",
    mutate: onDocument((root) => {
      backend(root, "get", "/orders/{}").path_translation = "CONSTANT_ADDRESS";
    }),
    caughtBy: "path-mapped",
  },
  {
    fault: "the gateway replaces the client's token with its own",
    mutate: onDocument((root) => {
      delete backend(root, "get", "/orders/{}").disable_auth;
    }),
    caughtBy: "authorization-intact",
  },
  {
    fault: "a route leads to the wrong backend",
    mutate: onDocument((root) => {
      backend(root, "get", "/orders/special").address = "https://legacy.backend.test";
    }),
    caughtBy: "route-hit",
  },
  {
    fault: "an unknown extension is added to an operation",
    mutate: onDocument((root) => {
      operation(root, "get", "/orders/{}")["x-google-surprise"] = {} as Editable;
    }),
    caughtBy: "deployment",
  },
  {
    fault: "an unknown extension is added to the document",
    mutate: onDocument((root) => {
      root["x-google-surprise"] = {} as Editable;
    }),
    caughtBy: "deployment",
  },
];
