import { type Api, type Backend, tokenOf } from "../checked-api.ts";
import { type Problem, ProblemList } from "../problem.ts";
import { Reader } from "../reader.ts";
import { suggest } from "../suggestion.ts";
import type { BindingForms, Bindings, LinkedBinding } from "./binding.ts";
import { checkLink } from "./link.ts";

/**
 * All problems of bindings whose values are known: what is missing, what is unknown, what is malformed.
 *
 * @param forms the forms of the gateway class; its target has them
 */
export function checkBindings(api: Api, bindings: Bindings, forms: BindingForms = {}): readonly Problem[] {
  const problems = new ProblemList();
  const tokens = Object.entries(api.auth).flatMap(([name, auth]) => (tokenOf(auth) === undefined ? [] : [name]));
  matchBackends(api, bindings.backends, forms, problems);
  matchAuth(tokens, bindings.auth, problems);
  const backends = Object.entries(bindings.backends).flatMap(([name, binding]) => {
    const kind = Object.hasOwn(api.backends, name) ? api.backends[name]?.kind : undefined;
    return kind === undefined ? [] : checkBackend(`backends.${name}`, kind, { ...binding }, forms);
  });
  const auth = new ProblemList();
  for (const [name, binding] of Object.entries(bindings.auth)) {
    if (!tokens.includes(name)) continue;
    if (!new Reader(binding, `auth.${name}`, auth).only(["issuer", "jwksUri"])) continue;
    checkIssuer(`auth.${name}.issuer`, binding?.issuer, auth);
    if (binding?.jwksUri !== undefined) checkIssuer(`auth.${name}.jwksUri`, binding.jwksUri, auth);
  }
  return [...problems.all, ...backends, ...auth.all];
}

function matchBackends(api: Api, backends: Bindings["backends"], forms: BindingForms, problems: ProblemList): void {
  const names = Object.keys(api.backends);
  for (const name of missingIn(names, backends)) {
    problems.refuse(
      "missing-binding",
      `The description declares the backend "${name}", and nothing is bound to it.`,
      `Write backends: { ${JSON.stringify(name)}: ${shapeOf(api.backends[name]?.kind, forms)} } where the gateway is declared.`,
      { place: `backends.${name}` },
    );
  }
  for (const name of Object.keys(backends).filter((each) => !names.includes(each))) {
    problems.refuse(
      "unknown-binding",
      `The description declares no backend called "${name}".`,
      suggest(name, names, "Remove the binding."),
      { place: `backends.${name}` },
    );
  }
}

function matchAuth(tokens: readonly string[], auth: Bindings["auth"], problems: ProblemList): void {
  for (const name of missingIn(tokens, auth)) {
    problems.refuse(
      "missing-binding",
      `The description declares the auth "${name}", which needs an issuer, and nothing is bound to it.`,
      `Write auth: { ${JSON.stringify(name)}: { issuer } } where the gateway is declared.`,
      { place: `auth.${name}` },
    );
  }
  for (const name of Object.keys(auth).filter((each) => !tokens.includes(each))) {
    problems.refuse(
      "unknown-binding",
      `The description declares no auth called "${name}" that needs an issuer.`,
      suggest(name, tokens, "Remove the binding."),
      { place: `auth.${name}` },
    );
  }
}

function missingIn(names: readonly string[], bindings: Readonly<Record<string, unknown>>): readonly string[] {
  return names.filter((name) => !Object.hasOwn(bindings, name) || bindings[name] === undefined);
}

/** What a user binds to a backend of a kind. */
function shapeOf(kind: Backend["kind"] | undefined, { functions }: BindingForms): string {
  if (kind === "fn") return functions?.shape ?? "{ ... }";
  return kind === "onPrem" ? "{ url, link }" : "{ url }";
}

/** The members of a binding. A link that is not used is reported with a reason. Undefined if the class carries no such backends. */
function membersOf(kind: Backend["kind"], { functions }: BindingForms): readonly string[] | undefined {
  if (kind !== "fn") return kind === "onPrem" ? ["url", "link"] : ["url"];
  return functions === undefined ? undefined : Object.keys(functions.placeholder("x"));
}

function checkBackend(
  place: string,
  kind: Backend["kind"],
  binding: Readonly<Record<string, unknown>>,
  forms: BindingForms,
): readonly Problem[] {
  const { url, link } = binding as Partial<LinkedBinding>;
  const problems = new ProblemList();
  const members = membersOf(kind, forms);
  const { link: _, ...others } = binding;
  if (members !== undefined) new Reader(others, place, problems).only(members);
  const wellFormed = kind !== "fn" && checkUrl(`${place}.url`, url, problems);
  if (kind !== "onPrem" && link !== undefined) {
    // An ignored link would make the gateway look for a private address in the public network.
    problems.refuse(
      "link-not-used",
      "Only a backend of kind onPrem is reached through a link.",
      "Declare the backend with onPrem(), or remove the link.",
      { place: `${place}.link` },
    );
  }
  if (kind === "fn") return [...(forms.functions?.check(binding, place) ?? []), ...problems.all];
  const ofClass = wellFormed ? (forms.checkUrl?.(url as string, `${place}.url`) ?? []) : [];
  const all = [...problems.all, ...ofClass];
  return kind === "onPrem" ? [...all, ...checkLink(`${place}.link`, link, forms.links)] : all;
}

// A URL in a vendor's document must not contain a space, quote, brace, backslash or control character: the document would
// read them as syntax.
const safeUrl =
  /^https?:\/\/(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?(?:\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*)?$/;

function isSafeUrl(url: unknown): url is string {
  return typeof url === "string" && safeUrl.test(url) && URL.canParse(url);
}

/** Whether the URL is well-formed. */
function checkUrl(place: string, url: unknown, problems: ProblemList): boolean {
  if (isSafeUrl(url)) return true;
  problems.refuse(
    "bad-url",
    `The URL of a backend must be http(s)://host[:port][/base/path], without user, query and fragment, but it is ${shown(url)}.`,
    "Write such a URL. Percent-encode other characters of the base path.",
    { place },
  );
  return false;
}

function checkIssuer(place: string, url: unknown, problems: ProblemList): void {
  if (isSafeUrl(url) && url.startsWith("https://")) return;
  problems.refuse(
    "bad-issuer",
    `The URL of an issuer or of its keys must be an https URL without query and fragment, but it is ${shown(url)}.`,
    'Write the issuer exactly as its tokens contain it in "iss", such as "https://login.example.com".',
    { place },
  );
}

function shown(value: unknown): string {
  if (value === undefined) return "missing";
  return typeof value === "string" ? JSON.stringify(value).slice(0, 100) : `of type ${typeof value}`;
}
