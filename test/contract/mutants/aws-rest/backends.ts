import { type Editable, operation } from "../json-document.ts";
import type { Mutant } from "../mutant.ts";
import { integration, onArtefacts, onDocument, onFunctions } from "./artefacts.ts";

/** Mutants of backends, private networks and functions. */
export const backendMutants: readonly Mutant[] = [
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
    mutate: onFunctions(/:shipping$/, (target) => ({ ...target, permissions: [] })),
    caughtBy: "function-hit",
  },
  {
    fault: "bodies are treated as text",
    mutate: onArtefacts((artefacts) => ({ ...artefacts, binaryMediaTypes: [] })),
    caughtBy: "body-intact",
  },
];
