import type { RequirementText } from "./requirement.ts";

/** What a request shows of a credential. */
export type Shown = "none" | "right" | "wrong";

/** What must become of a request. */
export type Expected = "proxied" | "unauthenticated" | "forbidden";

/** A request with certain credentials to one operation. */
export interface Probe {
  readonly name: string;
  /** A token for the operation's auth; `wrong` is one for another audience. */
  readonly token: Shown;
  readonly scopes: readonly string[];
  readonly key: Shown;
  readonly expected: Expected;
}

/** A scope that no document has. */
const unrelated = "corpus-unrelated";

/** Whether a token with these scopes is enough. */
function suffices(scopes: readonly string[], lists: readonly (readonly string[])[]): boolean {
  return lists.length === 0 || lists.some((all) => all.every((scope) => scopes.includes(scope)));
}

/** The requests that show whether a gateway requires exactly this. */
export function probesOf({ token, key }: RequirementText): readonly Probe[] {
  const lists = token?.scopes ?? [];
  const right = token === undefined ? "none" : "right";
  const rightKey = key ? "right" : "none";
  const good = lists.toSorted((one, other) => one.length - other.length)[0] ?? [];
  const isOpen = token === undefined && !key;
  const probe = (name: string, shown: Partial<Probe>, expected: Expected): Probe => ({
    name,
    token: right,
    scopes: good,
    key: rightKey,
    ...shown,
    expected,
  });
  const probes = [
    probe("without credentials", { token: "none", key: "none" }, isOpen ? "proxied" : "unauthenticated"),
    probe("with good credentials", {}, "proxied"),
  ];
  if (token !== undefined) {
    probes.push(probe("with a token for another audience", { token: "wrong" }, "unauthenticated"));
    // Each scope alone, none, and one that does not matter.
    for (const scopes of [[], [unrelated], ...[...new Set(lists.flat())].map((scope) => [scope])]) {
      const expected = suffices(scopes, lists) ? "proxied" : "forbidden";
      probes.push(probe(`with the scopes ${JSON.stringify(scopes)}`, { scopes }, expected));
    }
  }
  if (key) probes.push(probe("with an unknown key", { key: "wrong" }, "unauthenticated"));
  if (key && token !== undefined) {
    probes.push(probe("without the key", { key: "none" }, "unauthenticated"));
    probes.push(probe("without the token", { token: "none" }, "unauthenticated"));
  }
  return probes;
}
