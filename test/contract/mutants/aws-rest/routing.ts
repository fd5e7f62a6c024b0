import { type Editable, operation, pathKey, renamePath } from "../json-document.ts";
import type { Mutant } from "../mutant.ts";
import { integration, onDocument } from "./artefacts.ts";

/** Mutants of routing, CORS and unknown members. */
export const routingMutants: readonly Mutant[] = [
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
    fault: "preflights are not answered",
    mutate: onDocument((root) => {
      // Of one path alone, a wider resource would answer them.
      for (const path of Object.values(root.paths ?? {})) delete path?.options;
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
