import type { DeployedGateway, GatewayArtefacts } from "../../../sandbox/data-plane/artefacts.ts";
import { type Editable, edited } from "./json-document.ts";
import type { Mutant } from "./mutant.ts";

type Change = NonNullable<Mutant["mutateBehind"]>;

const ACCESS = "envoy.filters.http.rbac";
const ROUTE_HEADERS = "polygate.route_headers";

/** Changes the configuration of the companion. */
function onConfiguration(change: (root: Editable) => void): Change {
  return (behind) => behind.map((service) => ({ ...service, artefacts: changed(service.artefacts, change) }));
}

function changed(artefacts: DeployedGateway["artefacts"], change: (root: Editable) => void): GatewayArtefacts {
  if (artefacts.kind !== "gcp-cloud-run") throw new Error("These artefacts do not belong to a companion.");
  return { ...artefacts, document: edited(artefacts.document, change) };
}

/** The settings of the listener with this name. */
function manager(root: Editable, name: string): Editable {
  const listeners = root.static_resources?.listeners as unknown as readonly Editable[];
  const found = listeners.find((listener) => (listener.name as unknown) === name);
  const settings = found?.filter_chains?.[0]?.filters?.[0]?.typed_config;
  if (settings === undefined) throw new Error(`There is no listener ${name}.`);
  return settings;
}

function routesOf(root: Editable, name = "companion"): Editable[] {
  return manager(root, name).route_config?.virtual_hosts?.[0]?.routes as unknown as Editable[];
}

/** The changes of a request's headers. */
function changesOf(mutations: Editable | undefined): Editable[] {
  return (mutations?.request_mutations ?? []) as unknown as Editable[];
}

/** Changes what each route sets for a filter. */
function onFilter(filter: string, change: (settings: Editable) => void): Change {
  return onConfiguration((root) => {
    for (const { typed_per_filter_config: filters } of routesOf(root)) {
      if (filters?.[filter] !== undefined) change(filters[filter]);
    }
  });
}

export const gcpCompanionMutants: readonly Mutant[] = [
  {
    fault: "the scopes of all routes are dropped",
    mutateBehind: onFilter(ACCESS, ({ rbac }) => {
      delete rbac?.rules?.policies?.scopes;
    }),
    caughtBy: "scope-missing",
  },
  {
    fault: "one of several scopes that are all required is enough",
    mutateBehind: onFilter(ACCESS, ({ rbac }) => {
      const required = rbac?.rules?.policies?.scopes?.principals?.[0]?.not_id;
      if (required?.and_ids === undefined) return;
      required.or_ids = required.and_ids;
      delete (required as { and_ids?: unknown }).and_ids;
    }),
    caughtBy: "scopes-incomplete",
  },
  {
    fault: "routes have no rules of their own",
    mutateBehind: onConfiguration((root) => {
      for (const route of routesOf(root)) delete route.typed_per_filter_config?.[ACCESS];
    }),
    caughtBy: "token-valid",
  },
  {
    fault: "the client's token is not restored",
    mutateBehind: onConfiguration((root) => {
      const filters = manager(root, "companion").http_filters as unknown as readonly Editable[];
      const first = filters.find((filter) => (filter.name as unknown) === "polygate.client_headers");
      changesOf(first?.typed_config?.mutations).splice(1, 1);
    }),
    caughtBy: "token-valid",
  },
  {
    fault: "headers are not removed",
    mutateBehind: onFilter(ROUTE_HEADERS, ({ mutations }) => {
      const changes = mutations as unknown as { request_mutations: readonly Editable[] };
      changes.request_mutations = changes.request_mutations.filter(({ remove }) => remove === undefined);
    }),
    caughtBy: "header-removed",
  },
  {
    fault: "the client's value of a header is kept beside the value that is set",
    mutateBehind: onFilter(ROUTE_HEADERS, ({ mutations }) => {
      for (const { append } of changesOf(mutations)) {
        if (append !== undefined) (append as { append_action: unknown }).append_action = "APPEND_IF_EXISTS_OR_ADD";
      }
    }),
    caughtBy: "header-set",
  },
  {
    fault: "paths are not moved",
    mutateBehind: onConfiguration((root) => {
      for (const { route } of routesOf(root)) delete route?.regex_rewrite;
    }),
    caughtBy: "path-mapped",
  },
  {
    fault: "routes are matched in reverse order",
    mutateBehind: onConfiguration((root) => void routesOf(root).reverse()),
    caughtBy: "route-hit",
  },
  {
    fault: "the backends of two routes are exchanged",
    mutateBehind: onConfiguration((root) => {
      const [one, other] = ["backend_shop", "backend_erp"];
      for (const { route } of routesOf(root) as unknown as readonly { readonly route?: { cluster: string } }[]) {
        if (route?.cluster === one) route.cluster = String(other);
        else if (route?.cluster === other) route.cluster = String(one);
      }
    }),
    caughtBy: "route-hit",
  },
  {
    fault: "every origin may read responses",
    mutateBehind: onConfiguration((root) => {
      const policy = manager(root, "companion").route_config?.virtual_hosts?.[0]?.typed_per_filter_config?.[
        "envoy.filters.http.cors"
      ];
      if (policy === undefined) throw new Error("The companion has no policy for origins.");
      policy.allow_origin_string_match = [{ safe_regex: { regex: ".*" } }] as unknown as Editable;
    }),
    caughtBy: "preflight-origin-unknown",
  },
  {
    fault: "replies have another status",
    mutateBehind: onConfiguration((root) => {
      for (const { direct_response: reply } of routesOf(root, "replies")) {
        if (reply !== undefined) (reply as { status: unknown }).status = 299;
      }
    }),
    caughtBy: "reply",
  },
  {
    fault: "an unknown member is added to the configuration",
    mutateBehind: onConfiguration((root) => {
      root.surprise = {} as Editable;
    }),
    caughtBy: "deployment",
  },
];
