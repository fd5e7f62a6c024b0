import { type AuthBinding, audiencesOf, type Bindings, bound } from "../../../api/binding/binding.ts";
import { type Api, tokenOf } from "../../../api/checked-api.ts";
import type { ProblemList } from "../../../api/problem.ts";
import type { ApiScopes } from "../../../api/scopes.ts";
import { reject } from "./answer.ts";
import { choose, when } from "./choose.ts";
import { element, type PolicyElement } from "./element.ts";
import { type Code, code, type Expression, isLiteral, list, statements, text } from "./expression.ts";
import { letsEveryoneIn, requiresKeys, type Treatments, treats } from "./treatment.ts";
import { isSet, textIn, variables, verifiedToken } from "./variable.ts";

/** Checks the request's token. A request that is neither checked here or by its key nor expressly let in is rejected. */
export function authentication(api: Api, { auths, hasKeys }: Treatments, bindings: Bindings): readonly PolicyElement[] {
  const checks = auths.map(({ name, value: authName }) => {
    const auth = api.auth[authName];
    const token = auth === undefined ? undefined : tokenOf(auth);
    if (token === undefined) throw new RangeError(`The auth "${authName}" cannot be checked.`);
    const audiences = audiencesOf(api, bindings, authName);
    const binding = bound(bindings.auth, authName);
    if (token.audienceFallback === undefined) return when(treats(name), [validateJwt(binding, audiences)]);
    return when(treats(name), [validateJwt(binding), ...checkAudience(audiences)]);
  });
  const isUnchecked = hasKeys
    ? code`!${treats(letsEveryoneIn)} && !${treats(requiresKeys)}`
    : code`!${treats(letsEveryoneIn)}`;
  return choose([...checks, when(isUnchecked, [reject(401, "Unauthorized")])]);
}

/**
 * API Management reads keys from an OpenID configuration or one by one, not from a JWKS URL. A bound `jwksUri` is therefore ignored,
 * and the issuer must serve a discovery document.
 *
 * @param audiences the values of `aud`; undefined if another part of the policy checks them
 *
 * @see https://learn.microsoft.com/azure/api-management/validate-jwt-policy (which prescribes the order of the children)
 */
function validateJwt({ issuer }: AuthBinding, audiences?: readonly string[]): PolicyElement {
  return element(
    "validate-jwt",
    {
      "header-name": "Authorization",
      "failed-validation-httpcode": 401,
      "require-expiration-time": "true",
      "require-scheme": "Bearer",
      "require-signed-tokens": "true",
      "clock-skew": 0,
      "output-token-variable-name": variables.token,
    },
    [
      element("openid-config", { url: discoveryUrl(issuer) }),
      ...(audiences === undefined
        ? []
        : [
            element(
              "audiences",
              {},
              audiences.map((audience) => element("audience", {}, audience)),
            ),
          ]),
      element("issuers", {}, [element("issuer", {}, issuer)]),
    ],
  );
}

/**
 * Rejects a verified token whose `aud`, or `client_id` if it has no `aud`, is none of the audiences. `validate-jwt` compares `aud` alone.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-policy-expressions (`Jwt.Audiences`, `Jwt.Claims`)
 */
function checkAudience(audiences: readonly string[]): readonly PolicyElement[] {
  const clientId = text("client_id");
  const isForOthers = statements(code`var t = ${verifiedToken}; \
var wanted = ${list(audiences)}; \
if (t.Audiences.Any()) { return !t.Audiences.Intersect(wanted).Any(); } \
if (!t.Claims.ContainsKey(${clientId})) { return true; } \
return !t.Claims[${clientId}].Intersect(wanted).Any();`);
  return choose([element("when", { condition: isForOthers }, [reject(401, "Unauthorized")])]);
}

function discoveryUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
}

/**
 * Reports issuers whose discovery document a policy cannot name: the page of `validate-jwt` allows no expression in the URL, so
 * the URL must be one that API Management reads as it is.
 */
export function checkIssuers(auth: Bindings["auth"], problems: ProblemList): void {
  for (const [name, { issuer }] of Object.entries(auth)) {
    if (isLiteral(discoveryUrl(issuer))) continue;
    problems.refuse(
      "issuer-not-literal",
      `API Management would read a part of the issuer ${JSON.stringify(issuer)} as a policy expression.`,
      'Use an issuer whose URL does not contain "@(".',
      { place: `auth.${name}.issuer` },
    );
  }
}

/** The variable that contains the scopes of a route. */
export const scopesVariable = { any: variables.scopes, all: variables.allScopes } as const satisfies Readonly<
  Record<ApiScopes["match"], string>
>;

/**
 * Rejects a token without the required scopes. A token lists its scopes in `scope` or `scp`, as a text with spaces or as an array.
 * The `required-claims` of `validate-jwt` would answer 401 in place of 403, and require both claims.
 *
 * @see https://learn.microsoft.com/azure/api-management/validate-jwt-policy
 */
export function scopes({ table }: Treatments): readonly PolicyElement[] {
  const used = (["any", "all"] as const).filter((match) =>
    table.some((treatment) => treatment.scopes.names.length > 0 && treatment.scopes.match === match),
  );
  return choose(used.map((match) => element("when", { condition: lacksScopes(match) }, [reject(403, "Forbidden")])));
}

function lacksScopes(match: ApiScopes["match"]): Expression {
  const claim = (name: string): Code => code`(c.ContainsKey(${text(name)}) ? c[${text(name)}] : new string[] { })`;
  const isLacking = { any: code`!asked.Intersect(held).Any()`, all: code`asked.Except(held).Any()` }[match];
  return statements(code`if (!${isSet(scopesVariable[match])}) { return false; } \
var asked = (${textIn(scopesVariable[match])}).Split(' '); \
var c = ${verifiedToken}.Claims; \
var held = ${claim("scope")}.Concat(${claim("scp")}).SelectMany(x => x.Split(' ')); \
return ${isLacking};`);
}
