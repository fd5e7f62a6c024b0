import { type Api, type Backend, tokenOf } from "../checked-api.ts";
import type { BackendBinding, BindingForms, Bindings } from "./binding.ts";

/**
 * Bindings to use while the real ones are unknown, so that the compiler reports every structural error at preview. Also used by
 * `polygate render`. The hosts are under `.invalid`, which never resolves (RFC 2606).
 *
 * @param forms the forms of the gateway class; its target has them
 */
export function placeholders(api: Api, forms: BindingForms = {}): Bindings {
  const backends = Object.entries(api.backends).map(
    ([name, { kind }]) => [name, placeholder(name, kind, forms)] as const,
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

/** An audience to use while the real one is unknown: another one for each item of a list. */
export function placeholderAudience(auth: string, index = 0): string {
  return `${label(auth)}-${index + 1}.audience.invalid`;
}

function placeholder(name: string, kind: Backend["kind"], { functions, links }: BindingForms): BackendBinding {
  if (kind === "fn") return functions?.placeholder(label(name)) ?? {};
  const url = `https://${label(name)}.backend.invalid`;
  return kind === "onPrem" ? { url, link: links?.placeholder({}) ?? {} } : { url };
}

/** A DNS label. It has no two hyphens in a row, which may introduce Punycode, as in `xn--`. */
function label(name: string): string {
  return name.toLowerCase().replace(/[_-]+/g, "-").replace(/-$/, "");
}
