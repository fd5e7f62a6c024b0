import { readAudiences } from "../check/auth.ts";
import { type Api, tokenOf } from "../checked-api.ts";
import type { JwtAuth } from "../description.ts";
import { type Problem, ProblemList } from "../problem.ts";
import { Reader } from "../reader.ts";
import { suggest } from "../suggestion.ts";
import type { BindingForms, Bindings } from "./binding.ts";
import { isSafeUrl, missingIn, shown } from "./value.ts";

/** Which tokens are bound, and to names that exist. */
export function matchAuth({ auth }: Api, bound: Bindings["auth"]): readonly Problem[] {
  const problems = new ProblemList();
  const tokens = Object.keys(auth).filter((name) => tokenNamed(auth, name) !== undefined);
  for (const name of missingIn(tokens, bound)) {
    const isComplete = tokenNamed(auth, name)?.audiences !== undefined;
    const [needed, members] = isComplete ? ["an issuer", "issuer"] : ["an issuer and audiences", "issuer, audiences"];
    problems.refuse(
      "missing-binding",
      `The description declares the auth "${name}", which needs ${needed}, and nothing is bound to it.`,
      `Write auth: { ${JSON.stringify(name)}: { ${members} } } where the gateway is declared.`,
      { place: `auth.${name}` },
    );
  }
  for (const name of Object.keys(bound).filter((each) => !tokens.includes(each))) {
    problems.refuse(
      "unknown-binding",
      `The description declares no auth called "${name}" that needs an issuer.`,
      suggest(name, tokens, "Remove the binding."),
      { place: `auth.${name}` },
    );
  }
  return problems.all;
}

/** The problems of issuers and audiences. Audiences are listed in the description or bound, and each list is checked where it is. */
export function checkAuth(api: Api, bound: Bindings["auth"], forms: BindingForms): readonly Problem[] {
  const { auth, routes } = api;
  const problems: Problem[] = [];
  const used = new Set(routes.map(({ authName }) => authName));
  for (const name of Object.keys(auth)) {
    const token = tokenNamed(auth, name);
    if (token === undefined) continue;
    const audiences = Object.hasOwn(bound, name)
      ? checkBinding(token, bound[name], { api, name }, problems)
      : token.audiences;
    // The documents contain only auths that a route uses.
    if (audiences === undefined || !used.has(name)) continue;
    problems.push(...(forms.checkAudiences?.(audiences, `auth.${name}.audiences`) ?? []));
  }
  return problems;
}

/** Returns the audiences of the token; undefined if they are missing or malformed. */
function checkBinding(
  token: JwtAuth,
  bound: unknown,
  { api, name }: { readonly api: Api; readonly name: string },
  problems: Problem[],
): readonly string[] | undefined {
  const binding = new Reader(bound, `auth.${name}`, new ProblemList({}, problems));
  if (!binding.only(["issuer", "jwksUri", "audiences"])) return token.audiences;
  checkIssuer(binding.at("issuer"));
  if (binding.at("jwksUri").present) checkIssuer(binding.at("jwksUri"));
  const audiences = binding.at("audiences");
  if (token.audiences !== undefined) {
    if (audiences.present) {
      audiences.problem(
        "audiences-twice",
        `The description of the auth "${name}" lists its audiences, and so does the binding.`,
        "Remove the audiences from the binding, or from the description if they differ between gateways.",
      );
    }
    return token.audiences;
  }
  if (audiences.present) {
    const before = problems.length;
    const read = readAudiences(audiences);
    return problems.length === before ? read : undefined;
  }
  audiences.problem(
    "no-audiences",
    `Neither the description nor the binding of the auth "${name}" lists audiences, so that a token for anybody would be accepted.`,
    `Bind them where the gateway is declared: auth: { ${JSON.stringify(name)}: { issuer, audiences: [...] } }.${inDescription(api, name)}`,
  );
  return undefined;
}

/** How to list the audiences of an auth where the description is written. */
function inDescription({ auth, document }: Api, name: string): string {
  if (document === undefined) return " Or list them in the description: jwt({ audiences: [...] }).";
  // A token beside a key has the name of its scheme in the document.
  if (auth[name]?.kind !== "jwt") return "";
  return ` Or ${document.declare({ auth: { [name]: { kind: "jwt", audiences: ["..."] } } })}`;
}

function checkIssuer(url: Reader): void {
  if (isSafeUrl(url.value) && url.value.startsWith("https://")) return;
  url.problem(
    "bad-issuer",
    `The URL of an issuer or of its keys must be an https URL without query and fragment, but it is ${shown(url.value)}.`,
    'Write the issuer exactly as its tokens contain it in "iss", such as "https://login.example.com".',
  );
}

function tokenNamed(auth: Api["auth"], name: string): JwtAuth | undefined {
  return auth[name] === undefined ? undefined : tokenOf(auth[name]);
}
