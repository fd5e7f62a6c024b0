import { type Api, type Backend, tokenOf } from "../components/api/checked-api.ts";

/** What a gateway must bind to a backend or an auth. */
export interface RequiredBinding {
  /** Where it is bound, e.g. `auth.staff`. */
  readonly place: string;
  /** What is bound there, e.g. `issuer` and `audiences`. The members that name a function differ by vendor. */
  readonly needs: readonly string[];
}

const ofBackend: Readonly<Record<Backend["kind"], readonly string[]>> = {
  http: ["url"],
  onPrem: ["url", "link"],
  fn: ["function"],
};

/** What every gateway of an API must bind, in the order of the description. */
export function requiredBindings({ backends, auth }: Api): readonly RequiredBinding[] {
  return [
    ...Object.entries(backends).map(([name, { kind }]) => ({ place: `backends.${name}`, needs: ofBackend[kind] })),
    ...Object.entries(auth).flatMap(([name, each]) => {
      const token = tokenOf(each);
      if (token === undefined) return [];
      return [{ place: `auth.${name}`, needs: token.audiences === undefined ? ["issuer", "audiences"] : ["issuer"] }];
    }),
  ];
}
