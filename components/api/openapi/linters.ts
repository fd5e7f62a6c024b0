import type { Problem } from "../problem.ts";
import type { Reader } from "../reader.ts";

/** The rules of Redocly and vacuum that report the same as a problem of a document. */
const rules: Readonly<Record<string, string>> = {
  "ambiguous-routes": "no-ambiguous-paths",
  "bad-reference": "no-unresolved-refs",
  "beside-reference": "no-$ref-siblings",
  "duplicate-route": "no-identical-paths",
  "path-query": "path-not-include-query",
  "trailing-slash": "path-keys-no-trailing-slash",
  "undeclared-server-variable": "no-undefined-server-variable",
  "unknown-security-scheme": "security-defined",
};

const OWASP = "owasp:api2:2023";
const reading = ["GET", "HEAD", "OPTIONS"];

/**
 * Adds to a problem the rules of linters that report the same, by the names of their own documentation: the OWASP ruleset of Spectral,
 * Redocly and vacuum. A user who has a linter knows the problem by these.
 *
 * @see https://github.com/stoplightio/spectral-owasp-ruleset
 * @param schemes the security schemes of the document
 */
export function withLinters(problem: Problem, schemes: Reader): Problem {
  const linters = lintersOf(problem, schemes);
  return linters.length === 0 ? problem : { ...problem, linters };
}

function lintersOf(
  { code, route, at = [{ ...(route === undefined ? {} : { route }) }], questions }: Problem,
  schemes: Reader,
): readonly string[] {
  if (code === "no-auth" || code === "open-without-reason") {
    const methods = at.flatMap((each) => each.route?.split(" ", 1) ?? []);
    return [
      ...(methods.some((method) => !reading.includes(method)) ? [`${OWASP}-write-restricted`] : []),
      ...(methods.some((method) => reading.includes(method)) ? [`${OWASP}-read-restricted`] : []),
    ];
  }
  if (code === "unenforceable-security") {
    const names = (questions ?? []).flatMap(({ at: [, kind, name] }) =>
      kind === "schemes" && name !== undefined ? [name] : [],
    );
    return [...new Set(names.flatMap((name) => ruleOf(schemes.at(name)) ?? []))];
  }
  return Object.hasOwn(rules, code) ? [rules[code] as string] : [];
}

/** The rule of the OWASP ruleset about a security scheme. */
function ruleOf(scheme: Reader): string | undefined {
  const [type, method, location] = ["type", "scheme", "in"].map((member) =>
    String(scheme.at(member).value).toLowerCase(),
  );
  if (type === "http" && method === "basic") return `${OWASP}-no-http-basic`;
  if (type === "http" && ["negotiate", "oauth"].includes(method ?? "")) return `${OWASP}-auth-insecure-schemes`;
  return type === "apikey" && location === "query" ? `${OWASP}-no-api-keys-in-url` : undefined;
}
