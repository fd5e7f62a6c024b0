import type { GatewayArtefacts } from "../../../sandbox/data-plane/artefacts.ts";
import type { ApimApi } from "../../../sandbox/data-plane/azure/api-management/artefacts.ts";
import { frozenTime, type Mutant, replaced } from "./mutant.ts";

function onApi(change: (api: ApimApi) => ApimApi): (artefacts: GatewayArtefacts) => GatewayArtefacts {
  return (artefacts) => {
    if (artefacts.kind !== "azure-api-management") throw new Error("these are not API Management's");
    return { ...artefacts, apis: artefacts.apis.map(change) };
  };
}

function onPolicy(change: (policy: string) => string): (artefacts: GatewayArtefacts) => GatewayArtefacts {
  return onApi((api) => ({ ...api, policy: change(api.policy ?? "") }));
}

/** The branch of the policy's table that holds a route. */
const branch = (policy: string, key: string, change: (branch: string) => string): string => {
  const branches = policy.match(/<when condition='[^']*polygate-route[^']*'>[\s\S]*?<\/when>/g) ?? [];
  const found = branches.find((text) => text.includes(key));
  if (found === undefined) throw new Error(`no branch has ${key}`);
  const changed = change(found);
  if (changed === found) throw new Error(`nothing to change in the branch of ${key}`);
  return policy.replace(found, () => changed);
};

const withoutDefaultDeny = (policy: string): string => replaced(policy, /<otherwise>[\s\S]*?<\/otherwise>/, "");

export const azureMutants: readonly Mutant[] = [
  frozenTime,
  {
    says: "the authentication of one route is dropped",
    mutate: onPolicy((policy) =>
      branch(policy, "GET /orders/{}/lines/{*}", (text) => text.replace(/\|auth:staff\|/, "|open|")),
    ),
    caughtBy: "token-missing",
  },
  {
    says: "the audiences are dropped",
    mutate: onPolicy((policy) => replaced(policy, /<audiences>[\s\S]*?<\/audiences>/, "")),
    caughtBy: "audience-wrong",
  },
  {
    says: "another issuer is trusted too",
    mutate: onPolicy((policy) =>
      replaced(policy, "<issuers>", "<issuers><issuer>https://login.other.test/other</issuer>"),
    ),
    caughtBy: "issuer-wrong",
  },
  {
    says: "the order in which routes are tried is turned round",
    mutate: onPolicy((policy) => {
      const attempts = /if \((?:(?!if \().)*?\{ var k\d+ = .*?return k\d+; \} \}/g;
      const reversed = (policy.match(attempts) ?? []).reverse();
      let index = 0;
      return replaced(
        policy.replace(attempts, () => reversed[index++] ?? ""),
        "<inbound>",
        "<inbound><!-- turned round -->",
      );
    }),
    caughtBy: "route-hit",
  },
  {
    says: "tokens need no expiry",
    mutate: onPolicy((policy) =>
      replaced(policy, /require-expiration-time="true"/g, 'require-expiration-time="false"'),
    ),
    caughtBy: "expiry-missing",
  },
  {
    says: "tokens are good for an hour more",
    mutate: onPolicy((policy) => replaced(policy, /clock-skew="0"/g, 'clock-skew="3600"')),
    caughtBy: "token-expired",
  },
  {
    says: "tokens need no signature",
    mutate: onPolicy((policy) => replaced(policy, /require-signed-tokens="true"/g, 'require-signed-tokens="false"')),
    caughtBy: "deployment",
  },
  {
    says: "the scopes of one route are dropped",
    mutate: onPolicy((policy) =>
      branch(policy, "GET /orders/{}", (text) => text.replace(/<set-variable name="polygate-scopes"[^>]*\/>/, "")),
    ),
    caughtBy: "scope-missing",
  },
  {
    says: "the limit of one route is dropped",
    mutate: onPolicy((policy) => branch(policy, "GET /limited", (text) => text.replace(/limit:[^|"]*\|/, ""))),
    caughtBy: "limit-exceeded",
  },
  {
    says: "a limit lets twice as many pass",
    mutate: onPolicy((policy) => replaced(policy, /calls="3"/, 'calls="6"')),
    caughtBy: "limit-exceeded",
  },
  {
    says: "the path at the backend is another",
    mutate: onPolicy((policy) => replaced(policy, '"/to/"', '"/too/"')),
    caughtBy: "path-mapped",
  },
  {
    says: "a header is not removed",
    mutate: onPolicy((policy) => replaced(policy, /<set-header [^>]*exists-action="delete"\s*\/>/, "")),
    caughtBy: "header-removed",
  },
  {
    says: "a header that the client sent is kept beside the one that is set",
    mutate: onPolicy((policy) =>
      replaced(policy, /name="x-tenant" exists-action="override"/, 'name="x-tenant" exists-action="append"'),
    ),
    caughtBy: "header-set",
  },
  {
    says: "every origin may read answers",
    mutate: onPolicy((policy) =>
      replaced(
        policy,
        /<allowed-origins>[\s\S]*?<\/allowed-origins>/,
        "<allowed-origins><origin>*</origin></allowed-origins>",
      ),
    ),
    caughtBy: "preflight-origin-unknown",
  },
  {
    says: "the backends of two routes are exchanged",
    mutate: onPolicy((policy) =>
      replaced(policy.replace("https://shop.backend.test", "https://legacy.backend.test"), /<inbound>/, "<inbound >"),
    ),
    caughtBy: "route-hit",
  },
  {
    says: "a policy that nobody knows is added",
    mutate: onPolicy((policy) => replaced(policy, "<inbound>", "<inbound><surprise/>")),
    caughtBy: "deployment",
  },
  {
    says: "an attribute that nobody knows is added to a policy",
    mutate: onPolicy((policy) => replaced(policy, "<validate-jwt ", '<validate-jwt surprise="1" ')),
    caughtBy: "deployment",
  },
  {
    says: "the refusal of unlisted routes is removed",
    mutate: onPolicy(withoutDefaultDeny),
    caughtBy: "double-slash",
  },
  {
    says: "the API has a backend of its own beside a policy that lacks the operation",
    mutate: onApi((api) => ({
      ...api,
      serviceUrl: "https://shop.backend.test",
      policy:
        "<policies><inbound><base/></inbound><backend><base/></backend><outbound><base/></outbound><on-error><base/></on-error></policies>",
    })),
    caughtBy: "token-missing",
  },
];
