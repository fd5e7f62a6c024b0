import { type Api, type Backend, tokenOf } from "../checked-api.ts";
import type { BackendBinding, BindingForms, Bindings } from "./binding.ts";
import { commonKinds, placeholderProof } from "./proof.ts";

/**
 * Bindings to use while the real ones are unknown, so that the compiler reports every structural error at preview. Also used by
 * `polygate render`. The hosts are under `.invalid`, which never resolves (RFC 2606).
 *
 * @param forms the forms of the gateway class; its target has them
 */
export function placeholders(api: Api, forms: BindingForms = {}): Bindings {
  const labels = new Set<string>();
  const backends = Object.entries(api.backends).map(
    ([name, backend]) => [name, placeholder(unique(label(name), labels), backend, forms)] as const,
  );
  const auth = Object.entries(api.auth)
    .filter(([, each]) => tokenOf(each) !== undefined)
    .map(([name, each]) => {
      const issuer = `https://${label(name)}.issuer.invalid`;
      const audiences = tokenOf(each)?.audiences === undefined ? { audiences: [placeholderAudience(name)] } : {};
      return [name, { issuer, jwksUri: `${issuer}/jwks`, ...audiences }] as const;
    });
  return { backends: Object.fromEntries(backends), auth: Object.fromEntries(auth) };
}

/** A label that no other backend has, since two backends with one URL are one server. */
function unique(label: string, labels: Set<string>): string {
  let candidate = label;
  for (let number = 2; labels.has(candidate); number++) candidate = `${label}-${number}`;
  labels.add(candidate);
  return candidate;
}

/** An audience to use while the real one is unknown: another one for each item of a list. */
export function placeholderAudience(auth: string, index = 0): string {
  return `${label(auth)}-${index + 1}.audience.invalid`;
}

function placeholder(label: string, backend: Backend, { functions, links, proofs }: BindingForms): BackendBinding {
  if (backend.kind === "fn") return functions?.placeholder(label) ?? {};
  const [kind] = backend.trust === undefined ? [] : commonKinds(backend.trust, proofs);
  const binding = {
    url: `https://${label}.backend.invalid`,
    ...(kind === undefined ? {} : { proof: placeholderProof(kind, proofs) }),
  };
  return backend.kind === "onPrem" ? { ...binding, link: links?.placeholder({}) ?? {} } : binding;
}

/** A DNS label. It has no two hyphens in a row, which may introduce Punycode, as in `xn--`. */
function label(name: string): string {
  return name.toLowerCase().replace(/[_-]+/g, "-").replace(/-$/, "");
}
