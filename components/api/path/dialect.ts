interface Notation {
  /** Whose notation it is. */
  readonly of: string;
  readonly form: RegExp;
  readonly greedy: boolean;
}

/** How other frameworks and gateways write a parameter. The first form that fits a segment counts; `name` is optional. */
const notations: readonly Notation[] = [
  { of: "Express", form: /^:(?<name>\w+)(?:\(.*\))?[*+]$/, greedy: true },
  { of: "Express", form: /^:(?<name>\w+)(?:\(.*\))?\??$/, greedy: false },
  { of: "Express", form: /^:(?<name>\w+)/, greedy: false },
  { of: "Flask", form: /^<path:(?<name>\w+)>$/, greedy: true },
  { of: "Flask", form: /^<(?:[^<>]+:)?(?<name>\w+)>$/, greedy: false },
  { of: "Google", form: /^\{(?<name>\w+)=(?:.*\/)?\*\*\}$/, greedy: true },
  { of: "Google", form: /^\{(?<name>\w+)=.*\}$/, greedy: false },
  { of: "Azure", form: /^\{\*{1,2}(?<name>\w*)\}$/, greedy: true },
  { of: "ASP.NET and Spring", form: /^\{(?<name>\w+)(?::.*|\?)\}$/, greedy: false },
  { of: "Google", form: /^\*\*$/, greedy: true },
  { of: "Azure, Express and Google", form: /^\*(?<name>\w*)$/, greedy: true },
];

/** What a literal segment begins with whose first character is a colon. */
const escapedColon = /^%3A/i;

/** The text of a literal segment as clients send it: `:cancel` for `%3Acancel`. */
export function unescapeColon(part: string): string {
  return part.replace(escapedColon, ":");
}

/**
 * The fault of a segment that is a parameter in another notation, and would silently be a literal or a wildcard here. Undefined for
 * every other segment.
 *
 * @param isLast whether the segment is the last of its path; only there can a parameter match the rest
 */
export function foreignParameter(
  part: string,
  isLast: boolean,
): { readonly rule: string; readonly remedy: string } | undefined {
  for (const { of, form, greedy } of notations) {
    const match = form.exec(part);
    if (match === null) continue;
    const name = parameterName(match.groups?.name, greedy && isLast ? "rest" : "id");
    const meant =
      greedy && isLast ? `"{${name}+}" for the rest of the path, or "{${name}}" for one segment` : `"{${name}}"`;
    const literal = part.startsWith(":") ? ` For a literal segment, write "%3A${part.slice(1)}".` : "";
    return {
      rule: `"${part}" is a parameter in the notation of ${of}, but not here.`,
      remedy: `Did you mean ${meant}?${literal}`,
    };
  }
  return undefined;
}

/** A name of a parameter must not begin with a digit. */
function parameterName(name: string | undefined, otherwise: string): string {
  if (name === undefined || name === "") return otherwise;
  return /^\d/.test(name) ? `_${name}` : name;
}
