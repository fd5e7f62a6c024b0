import type { CertificateChecks } from "../../interpreter.ts";
import { type Readings, readingOf } from "../../readings.ts";
import type { ApimBackend } from "./artefacts.ts";
import { HeaderFields } from "./header-fields.ts";
import type { PolicyScope } from "./policy-reader.ts";

/** A backend entity, with the named values of its credentials. */
export interface Backend {
  readonly id: string;
  /** Without slashes at the end. */
  readonly url: string;
  readonly headers: readonly (readonly [name: string, values: readonly string[]])[];
  /** Parameters of a query, as they are sent. */
  readonly query: readonly string[];
  readonly certificates: CertificateChecks;
}

/** The backend entities of a service. Ids are compared without regard to case. */
export class Backends {
  readonly #all: readonly Backend[];
  readonly #byUrl: readonly Backend[];

  /** @throws UnsupportedArtefact for credentials with a named value that does not exist */
  constructor(
    artefacts: Readonly<Record<string, ApimBackend>>,
    resolve: PolicyScope["resolve"],
    settings: { readonly readings?: Partial<Readings> | undefined },
  ) {
    this.#all = Object.entries(artefacts).map(([id, backend]) => readBackend(id, backend, resolve));
    const isLongest = readingOf(settings, "apim-several-backends") === "longest";
    const acts = readingOf(settings, "apim-unnamed-backend") === "acts";
    const sorted = isLongest ? this.#all.toSorted((one, other) => other.url.length - one.url.length) : this.#all;
    this.#byUrl = acts ? sorted : [];
  }

  named(id: string): Backend | undefined {
    return this.#all.find((each) => each.id.toLowerCase() === id.toLowerCase());
  }

  /**
   * The entity that acts on a request to a URL.
   *
   * @param id that which the policy names
   */
  acting(id: string | undefined, url: string): Backend | undefined {
    return id === undefined ? this.#byUrl.find((each) => isBelow(url, each.url)) : this.named(id);
  }
}

/** Unverified: an entity's URL matches a request whose URL continues it by whole segments; hosts are compared without regard to case. */
function isBelow(url: string, base: string): boolean {
  const [asked, wanted] = [URL.parse(url), URL.parse(base)];
  if (asked === null || wanted === null || asked.origin !== wanted.origin) return false;
  const path = wanted.pathname.replace(/\/+$/, "");
  return asked.pathname === path || asked.pathname.startsWith(`${path}/`);
}

function readBackend(id: string, backend: ApimBackend, resolve: PolicyScope["resolve"]): Backend {
  const place = `backends.${id}.credentials`;
  const { header = {}, query = {}, authorization } = backend.credentials ?? {};
  const values = (of: Readonly<Record<string, readonly string[]>>, kind: string) =>
    Object.entries(of).map(
      ([name, list]) => [name, list.map((value) => resolve(value, `${place}.${kind}.${name}`))] as const,
    );
  const scheme =
    authorization && `${authorization.scheme} ${resolve(authorization.parameter, `${place}.authorization`)}`;
  return {
    id,
    url: backend.url.replace(/\/+$/, ""),
    headers: [...values(header, "header"), ...(scheme === undefined ? [] : [["Authorization", [scheme]] as const])],
    query: values(query, "query").flatMap(([name, list]) =>
      list.map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
    ),
    certificates: {
      chain: backend.tls?.validateCertificateChain ?? true,
      name: backend.tls?.validateCertificateName ?? true,
    },
  };
}

/** Adds the credentials of a backend to a path and query. Unverified: a parameter of the same name stays. */
export function withQuery(path: string, { query }: Pick<Backend, "query">): string {
  return query.length === 0 ? path : `${path}${path.includes("?") ? "&" : "?"}${query.join("&")}`;
}

/** Adds the credentials of a backend to headers. Unverified: they replace headers of the same names. */
export function withHeaders(
  fields: readonly (readonly [string, string])[],
  { headers }: Pick<Backend, "headers">,
): readonly (readonly [string, string])[] {
  const all = new HeaderFields(fields);
  for (const [name, values] of headers) all.set(name, values);
  return all.fields;
}
