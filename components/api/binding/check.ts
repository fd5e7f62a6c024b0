import type { Api, Backend } from "../checked-api.ts";
import { type Problem, ProblemList } from "../problem.ts";
import { Reader } from "../reader.ts";
import { suggest } from "../suggestion.ts";
import type { BindingForms, Bindings, LinkedBinding } from "./binding.ts";
import { checkAuth, matchAuth } from "./check-auth.ts";
import { checkLink } from "./link.ts";
import { checkProof, commonKinds } from "./proof.ts";
import { isSafeUrl, missingIn, shown } from "./value.ts";

/**
 * All problems of bindings whose values are known: what is missing, what is unknown, what is malformed.
 *
 * @param forms the forms of the gateway class; its target has them
 */
export function checkBindings(api: Api, bindings: Bindings, forms: BindingForms = {}): readonly Problem[] {
  const problems = new ProblemList();
  matchBackends(api, bindings.backends, forms, problems);
  const backends = Object.entries(bindings.backends).flatMap(([name, binding]) => {
    const backend = Object.hasOwn(api.backends, name) ? api.backends[name] : undefined;
    return backend === undefined ? [] : checkBackend(name, backend, { ...binding }, forms);
  });
  return [...problems.all, ...matchAuth(api, bindings.auth), ...backends, ...checkAuth(api, bindings.auth, forms)];
}

function matchBackends(api: Api, backends: Bindings["backends"], forms: BindingForms, problems: ProblemList): void {
  const names = Object.keys(api.backends);
  for (const name of missingIn(names, backends)) {
    problems.refuse(
      "missing-binding",
      `The description declares the backend "${name}", and nothing is bound to it.`,
      `Write backends: { ${JSON.stringify(name)}: ${shapeOf(api.backends[name], forms)} } where the gateway is declared.`,
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

/** What a user binds to a backend. */
function shapeOf(backend: Backend | undefined, { functions, proofs }: BindingForms): string {
  if (backend?.kind === "fn") return functions?.shape ?? "{ ... }";
  const wantsProof = backend?.trust !== undefined && commonKinds(backend.trust, proofs).length > 0;
  const members = ["url", ...(backend?.kind === "onPrem" ? ["link"] : []), ...(wantsProof ? ["proof"] : [])];
  return `{ ${members.join(", ")} }`;
}

/** The members of a binding. A link or a proof that is not used is reported with a reason. Undefined if the class carries no such backends. */
function membersOf(kind: Backend["kind"], { functions }: BindingForms): readonly string[] | undefined {
  if (kind !== "fn") return kind === "onPrem" ? ["url", "link"] : ["url"];
  return functions === undefined ? undefined : Object.keys(functions.placeholder("x"));
}

function checkBackend(
  name: string,
  backend: Backend,
  binding: Readonly<Record<string, unknown>>,
  forms: BindingForms,
): readonly Problem[] {
  const { kind } = backend;
  const place = `backends.${name}`;
  const { url, link, proof } = binding as Partial<LinkedBinding>;
  const problems = new ProblemList();
  const members = membersOf(kind, forms);
  const { link: _, proof: __, ...others } = binding;
  if (members !== undefined) new Reader(others, place, problems).only(members);
  const wellFormed = kind !== "fn" && checkUrl(`${place}.url`, url, problems);
  if (kind !== "onPrem" && link !== undefined) {
    // An ignored link would make the gateway look for a private address in the public network.
    problems.refuse(
      "link-not-used",
      "Only a backend of kind onPrem is reached through a link.",
      "Declare the backend with the kind onPrem, or remove the link.",
      { place: `${place}.link` },
    );
  }
  const trust = backend.kind === "fn" ? undefined : backend.trust;
  const ofProof = checkProof(`${place}.proof`, proof, { name, trust, url, proofs: forms.proofs });
  if (kind === "fn") return [...(forms.functions?.check(binding, place) ?? []), ...problems.all, ...ofProof];
  const ofClass = wellFormed ? (forms.checkUrl?.(url as string, `${place}.url`) ?? []) : [];
  const all = [...problems.all, ...ofClass, ...ofProof];
  return kind === "onPrem" ? [...all, ...checkLink(`${place}.link`, link, forms.links)] : all;
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
