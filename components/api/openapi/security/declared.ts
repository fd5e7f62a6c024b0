import type { Auth } from "../../description.ts";
import type { Reader } from "../../reader.ts";
import type { NamedAlternative } from "./alternatives.ts";

/** Who may call an operation, as a level of the document declares it before nearer levels and overrides. */
export interface Declared {
  /**
   * The names of the schemes or auths that each alternative requires. An alternative without names lets everybody in; without
   * alternatives, nothing is declared.
   */
  readonly alternatives: readonly (readonly string[])[];
  readonly hasScopes: boolean;
}

type KindOf = (name: string) => Auth["kind"] | undefined;

/** What an auth requires, as a list that can be compared. */
function credentialsOf(name: string, kind: Auth["kind"] | undefined): readonly string[] {
  if (kind === "open") return [];
  if (kind === "allOf") return ["jwt", "apiKey"];
  return [kind ?? `scheme ${name}`];
}

/** Whether `some` is `all` with something left out. */
function isLess(some: readonly string[], all: readonly string[]): boolean {
  const rest = [...all];
  for (const each of some) {
    const index = rest.indexOf(each);
    if (index < 0) return false;
    rest.splice(index, 1);
  }
  return rest.length > 0;
}

/** Whether an auth of one kind requires less than an auth of another kind. */
export function isLessThan(kind: Auth["kind"] | undefined, other: Auth["kind"] | undefined): boolean {
  return isLess(credentialsOf("", kind), credentialsOf("", other));
}

/**
 * Whether an auth may replace what is declared. Reports an auth that requires less, and one that would drop scopes.
 *
 * @param auth names the auth
 * @param setsScopes whether scopes are set beside it
 * @param kinds the kind of an auth in the description, and in the document before code replaces it
 */
export function mayReplace(
  auth: Reader,
  setsScopes: boolean,
  declared: Declared,
  kinds: { readonly of: KindOf; readonly inDocument: KindOf },
): boolean {
  const name = auth.value;
  const { alternatives, hasScopes } = declared;
  // The description's own check reports a value that is no name.
  if (typeof name !== "string" || alternatives.length === 0) return true;
  if (alternatives.some((names) => names.length === 1 && names[0] === name)) return true;
  const credentials = credentialsOf(name, kinds.of(name));
  // An answer may make something of another kind of a scheme, so both what the document requires and what the gateway would
  // require count.
  const isLessBy = (kindOf: KindOf): boolean =>
    alternatives.every((names) =>
      isLess(
        credentials,
        names.flatMap((each) => credentialsOf(each, kindOf(each))),
      ),
    );
  if (isLessBy(kinds.inDocument) || isLessBy(kinds.of)) {
    const wanted = alternatives.map((names) => names.join(" and ")).join(" or ");
    if (credentials.length === 0) {
      auth.problem(
        "open-contradicted",
        `The document requires authentication here (${wanted}), but "${name}" lets everybody in.`,
        'Remove the auth, or write "security": [] in the document.',
      );
    } else {
      auth.problem(
        "auth-contradicted",
        `The document requires ${wanted} here, and "${name}" requires less.`,
        "Name an auth that requires all of it, or change the document's security.",
      );
    }
    return false;
  }
  if (!hasScopes || setsScopes) return true;
  auth.problem(
    "scopes-dropped",
    `The document requires scopes here, and "${name}" is not the auth that they belong to.`,
    'Set "scopes" beside the auth, or remove the scopes from the document.',
  );
  return false;
}

/** What the alternatives of an operation declare. */
export function declaredBy(alternatives: readonly NamedAlternative[]): Declared {
  // Scopes that are no list are reported where they are read, and count as scopes until then.
  const hasScopes = alternatives.some(({ reader, names }) =>
    names.some((name) => {
      const { value } = reader.at(name);
      return !Array.isArray(value) || value.length > 0;
    }),
  );
  return { alternatives: alternatives.map(({ names }) => names), hasScopes };
}
