import type { GatewayArtefacts } from "../../../sandbox/data-plane/artefacts.ts";
import type { ApimApi } from "../../../sandbox/data-plane/azure/api-management/artefacts.ts";
import { frozenTime, type Mutant, replaced } from "./mutant.ts";

function onApi(change: (api: ApimApi) => ApimApi): (artefacts: GatewayArtefacts) => GatewayArtefacts {
  return (artefacts) => {
    if (artefacts.kind !== "azure-api-management") throw new Error("These artefacts do not belong to API Management.");
    return { ...artefacts, apis: artefacts.apis.map(change) };
  };
}

function onPolicy(change: (policy: string) => string): (artefacts: GatewayArtefacts) => GatewayArtefacts {
  return onApi((api) => ({ ...api, policy: change(api.policy ?? "") }));
}

/** Returns the policy with a change in the branch of a route. */
export const inBranch = (policy: string, key: string, change: (branch: string) => string): string => {
  const branches = policy.match(/<when condition='[^']*polygate-route[^']*'>[\s\S]*?<\/when>/g) ?? [];
  const found = branches.find((text) => text.includes("<set-variable") && text.includes(key));
  if (found === undefined) throw new Error(`The policy has no branch for ${key}.`);
  const changed = change(found);
  if (changed === found) throw new Error(`The mutant did not change the branch of ${key}.`);
  return policy.replace(found, () => changed);
};

const withoutDefaultDeny = (policy: string): string => replaced(policy, /<otherwise>[\s\S]*?<\/otherwise>/, "");

export const azureMutants: readonly Mutant[] = [
  frozenTime,
  {
    fault: "the authentication of one route is dropped",
    mutate: onPolicy((policy) =>
      inBranch(policy, "GET /orders/{}/lines/{*}", (text) => text.replace(/\|auth:staff\|/, "|open|")),
    ),
    caughtBy: "token-missing",
  },
  {
    fault: "other spellings of a guarded path are forwarded",
    mutate: onPolicy((policy) => replaced(policy, /"\|\?\|get \/[^"]*"\.Contains/g, '"|none|".Contains')),
    caughtBy: "lenient-spelling",
  },
  {
    fault: "a doubly escaped path is forwarded",
    mutate: onPolicy((policy) => replaced(policy, /\.Replace\("%25", "%"\)/g, "")),
    caughtBy: "lenient-spelling",
  },
  {
    fault: "the audiences are dropped",
    mutate: onPolicy((policy) => replaced(policy, /<audiences>[\s\S]*?<\/audiences>/, "")),
    caughtBy: "audience-wrong",
  },
  {
    fault: "a client_id is compared although the token has an aud",
    mutate: onPolicy((policy) => replaced(policy, /if \(t\.Audiences\.Any\(\)\) \{[^}]*\}/, "")),
    caughtBy: "client-id-wrong",
  },
  {
    fault: "the audience of a token without aud is not checked",
    mutate: onPolicy((policy) => replaced(policy, /return !t\.Claims\[[^;]*;/, "return false;")),
    caughtBy: "client-id-wrong",
  },
  {
    fault: "a token without aud is rejected although its client_id is an audience",
    mutate: onPolicy((policy) => replaced(policy, /return !t\.Claims\[[^;]*;/, "return true;")),
    caughtBy: "client-id-declared",
  },
  {
    fault: "another issuer is trusted as well",
    mutate: onPolicy((policy) =>
      replaced(policy, "<issuers>", "<issuers><issuer>https://login.other.test/other</issuer>"),
    ),
    caughtBy: "issuer-wrong",
  },
  {
    fault: "routes are matched in reverse order",
    mutate: onPolicy((policy) => {
      const attempts = /if \((?:(?!if \().)*?\{ var k\d+ = .*?return k\d+; \} \}/g;
      const reversed = (policy.match(attempts) ?? []).reverse();
      let index = 0;
      return replaced(
        policy.replace(attempts, () => reversed[index++] ?? ""),
        "<inbound>",
        "<inbound><!-- reversed -->",
      );
    }),
    caughtBy: "route-hit",
  },
  {
    fault: "tokens without an expiry are accepted",
    mutate: onPolicy((policy) =>
      replaced(policy, /require-expiration-time="true"/g, 'require-expiration-time="false"'),
    ),
    caughtBy: "expiry-missing",
  },
  {
    fault: "tokens are accepted for one more hour",
    mutate: onPolicy((policy) => replaced(policy, /clock-skew="0"/g, 'clock-skew="3600"')),
    caughtBy: "token-expired",
  },
  {
    fault: "tokens without a signature are accepted",
    mutate: onPolicy((policy) => replaced(policy, /require-signed-tokens="true"/g, 'require-signed-tokens="false"')),
    caughtBy: "deployment",
  },
  {
    fault: "the scopes of one route are dropped",
    mutate: onPolicy((policy) =>
      inBranch(policy, "|GET /orders/{}|", (text) => text.replace(/<set-variable name="polygate-scopes"[^>]*\/>/, "")),
    ),
    caughtBy: "scope-missing",
  },
  {
    fault: "one of several scopes that are all required is enough",
    mutate: onPolicy((policy) =>
      replaced(policy, "return asked.Except(held).Any();", "return !asked.Intersect(held).Any();"),
    ),
    caughtBy: "scopes-incomplete",
  },
  {
    fault: "the scopes that one route requires together are dropped",
    mutate: onPolicy((policy) =>
      inBranch(policy, "|DELETE /orders/{}/lines|", (text) =>
        text.replace(/<set-variable name="polygate-all-scopes"[^>]*\/>/, ""),
      ),
    ),
    caughtBy: "scopes-incomplete",
  },
  {
    fault: "the limit of one route is dropped",
    mutate: onPolicy((policy) => inBranch(policy, "GET /limited", (text) => text.replace(/limit:[^|"]*\|/, ""))),
    caughtBy: "limit-exceeded",
  },
  {
    fault: "a limit allows twice as many requests",
    mutate: onPolicy((policy) => replaced(policy, /calls="3"/, 'calls="6"')),
    caughtBy: "limit-exceeded",
  },
  {
    fault: "the backend path is wrong",
    mutate: onPolicy((policy) => replaced(policy, '"/to/"', '"/too/"')),
    caughtBy: "path-mapped",
  },
  {
    fault: "a header is not removed",
    mutate: onPolicy((policy) => replaced(policy, /<set-header [^>]*exists-action="delete"\s*\/>/, "")),
    caughtBy: "header-removed",
  },
  {
    fault: "the client's value of a header is kept beside the value that is set",
    mutate: onPolicy((policy) =>
      replaced(policy, /name="x-tenant" exists-action="override"/, 'name="x-tenant" exists-action="append"'),
    ),
    caughtBy: "header-set",
  },
  {
    fault: "every origin may read responses",
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
    fault: "the backends of two routes are exchanged",
    mutate: onPolicy((policy) =>
      replaced(policy.replace("https://shop.backend.test", "https://legacy.backend.test"), /<inbound>/, "<inbound >"),
    ),
    caughtBy: "route-hit",
  },
  {
    fault: "a private backend receives the requests of another",
    mutate: onPolicy((policy) => {
      const [depot = ""] = policy.match(/backend-id="[^"]*depot[^"]*"/) ?? [];
      return replaced(policy, /backend-id="[^"]*vault[^"]*"/, depot);
    }),
    caughtBy: "route-hit",
  },
  {
    fault: "no connection leads to the private network",
    mutate: (artefacts) => {
      if (artefacts.kind !== "azure-api-management" || artefacts.network === undefined) throw new Error("no network");
      return { ...artefacts, network: { ...artefacts.network, sites: [] } };
    },
    caughtBy: "private-hit",
  },
  {
    fault: "an unknown policy is added",
    mutate: onPolicy((policy) => replaced(policy, "<inbound>", "<inbound><surprise/>")),
    caughtBy: "deployment",
  },
  {
    fault: "an unknown attribute is added to a policy",
    mutate: onPolicy((policy) => replaced(policy, "<validate-jwt ", '<validate-jwt surprise="1" ')),
    caughtBy: "deployment",
  },
  {
    fault: "the refusal of unlisted routes is removed",
    mutate: onPolicy(withoutDefaultDeny),
    caughtBy: "double-slash",
  },
  {
    fault: "the API has its own backend beside a policy without the operation",
    mutate: onApi((api) => ({
      ...api,
      serviceUrl: "https://shop.backend.test",
      policy:
        "<policies><inbound><base/></inbound><backend><base/></backend><outbound><base/></outbound><on-error><base/></on-error></policies>",
    })),
    caughtBy: "token-missing",
  },
];
