import { type Api, tokenOf } from "./api.ts";
import type { Problem } from "./error.ts";

/** Where one backend is, known or stood in for. */
export interface UrlBinding {
  /** `https://host[:port][/base/path]`, without query, fragment or credentials. */
  readonly url: string;
}

/** Which function a backend is, known or stood in for. */
export interface FunctionBinding {
  /** The ARN of an AWS Lambda function. */
  readonly functionArn: string;
}

export type BackendBinding = UrlBinding | FunctionBinding;

/** Who signs the tokens of one auth. */
export interface AuthBinding {
  /** The token's `iss`, exactly. */
  readonly issuer: string;
  /** Where the issuer's keys are. Default: what the issuer's OpenID discovery document says. */
  readonly jwksUri?: string;
}

/** What differs by place: all that a document compiler needs beside the description. */
export interface Bindings {
  readonly backends: Readonly<Record<string, BackendBinding>>;
  readonly auth: Readonly<Record<string, AuthBinding>>;
}

/**
 * What is bound to a name.
 *
 * @throws {RangeError} when nothing is: {@link checkBindings} refuses that, with words for a user.
 */
export function bound<T>(bindings: Readonly<Record<string, T>>, name: string): T {
  const binding = Object.hasOwn(bindings, name) ? bindings[name] : undefined;
  if (binding === undefined) throw new RangeError(`nothing is bound to "${name}"`);
  return binding;
}

/** The URL that is bound to a backend of kind `http`. */
export function urlOf({ backends }: Bindings, backend: string): string {
  const binding = bound(backends, backend);
  if (!("url" in binding)) throw new RangeError(`"${backend}" is a function`);
  return binding.url;
}

/** The ARN that is bound to a backend of kind `fn`. */
export function functionArnOf({ backends }: Bindings, backend: string): string {
  const binding = bound(backends, backend);
  if (!("functionArn" in binding)) throw new RangeError(`"${backend}" is no function`);
  return binding.functionArn;
}

/**
 * Stands in for bindings that are not known yet, so that the compiler shows every structural error at preview, and for
 * `polygate render`. The hosts are under `.invalid`, which never resolves (RFC 2606).
 */
export function placeholders(api: Api): Bindings {
  return {
    backends: Object.fromEntries(
      Object.entries(api.backends).map(([key, { kind }]): [string, BackendBinding] => [
        key,
        kind === "fn"
          ? { functionArn: `arn:aws:lambda:us-east-1:000000000000:function:${label(key)}` }
          : { url: `https://${label(key)}.backend.invalid` },
      ]),
    ),
    auth: Object.fromEntries(
      Object.entries(api.auth)
        .filter(([, auth]) => tokenOf(auth) !== undefined)
        .map(([key]) => [
          key,
          { issuer: `https://${label(key)}.issuer.invalid`, jwksUri: `https://${label(key)}.issuer.invalid/jwks` },
        ]),
    ),
  };
}

/** A host's label: two hyphens in a row may say that the rest is Punycode, as in `xn--`. */
function label(name: string): string {
  return name.toLowerCase().replace(/[_-]+/g, "-").replace(/-$/, "");
}

/** Everything wrong with bindings whose values are known: what is missing, what is too much, what is malformed. */
export function checkBindings(api: Api, bindings: Bindings): readonly Problem[] {
  const problems: Problem[] = [];
  const jwts = Object.entries(api.auth).flatMap(([key, auth]) => (tokenOf(auth) === undefined ? [] : [key]));
  const shape = (key: string) => (api.backends[key]?.kind === "fn" ? "{ functionArn }" : "{ url }");
  match("backends", Object.keys(api.backends), bindings.backends, shape, problems);
  match("auth", jwts, bindings.auth, () => "{ issuer }", problems);
  for (const [key, binding] of Object.entries(bindings.backends)) {
    if (!Object.hasOwn(api.backends, key)) continue;
    const given = (binding ?? {}) as Partial<UrlBinding & FunctionBinding>;
    if (api.backends[key]?.kind === "fn") checkFunctionArn(`backends.${key}.functionArn`, given.functionArn, problems);
    else checkUrl(`backends.${key}.url`, given.url, problems);
  }
  for (const [key, binding] of Object.entries(bindings.auth)) {
    if (!jwts.includes(key)) continue;
    checkIssuer(`auth.${key}.issuer`, binding?.issuer, problems);
    if (binding?.jwksUri !== undefined) checkIssuer(`auth.${key}.jwksUri`, binding.jwksUri, problems);
  }
  return problems;
}

function match(
  kind: "backends" | "auth",
  wanted: readonly string[],
  given: Readonly<Record<string, unknown>>,
  shape: (key: string) => string,
  problems: Problem[],
): void {
  for (const key of wanted) {
    if (Object.hasOwn(given, key) && given[key] !== undefined) continue;
    problems.push({
      code: "missing-binding",
      place: `${kind}.${key}`,
      rule: `the description names ${kind === "auth" ? "the auth" : "the backend"} "${key}", and nothing is bound to it`,
      remedy: `Write ${kind}: { ${JSON.stringify(key)}: ${shape(key)} } where the gateway is declared.`,
    });
  }
  for (const key of Object.keys(given)) {
    if (wanted.includes(key)) continue;
    problems.push({
      code: "unknown-binding",
      place: `${kind}.${key}`,
      rule: `the description has no ${kind === "auth" ? "auth that needs an issuer" : "backend"} called "${key}"`,
      remedy: "Remove the binding, or correct its name.",
    });
  }
}

// What a URL in a vendor's document may hold: no space, quote, brace, backslash or control character, which would be read as syntax.
const safeUrl =
  /^https?:\/\/(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?(?:\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*)?$/;

function checkUrl(place: string, url: unknown, problems: Problem[]): void {
  const fault =
    typeof url !== "string"
      ? "is no string"
      : !safeUrl.test(url) || !URL.canParse(url)
        ? `is no such URL: ${JSON.stringify(url).slice(0, 100)}`
        : undefined;
  if (fault === undefined) return;
  problems.push({
    code: "bad-url",
    place,
    rule: `a backend's URL is http(s)://host[:port][/base/path], without user, query and fragment; this ${fault}`,
    remedy: "Write such a URL; other characters in the base path are percent-encoded.",
  });
}

// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html, FunctionArn: no version, which would be another function.
const functionArn = /^arn:aws[a-zA-Z-]*:lambda:[a-z]{2}(?:-[a-z]+)+-\d{1,2}:\d{12}:function:[a-zA-Z0-9_-]{1,64}$/;

function checkFunctionArn(place: string, arn: unknown, problems: Problem[]): void {
  if (typeof arn === "string" && functionArn.test(arn)) return;
  problems.push({
    code: "bad-function",
    place,
    rule: `a function is bound by its ARN, without a version or alias; this is ${typeof arn === "string" ? JSON.stringify(arn).slice(0, 150) : typeof arn}`,
    remedy: "Bind the arn of an aws.lambda.Function.",
  });
}

function checkIssuer(place: string, url: unknown, problems: Problem[]): void {
  const ok = typeof url === "string" && safeUrl.test(url) && URL.canParse(url) && url.startsWith("https://");
  if (ok) return;
  problems.push({
    code: "bad-issuer",
    place,
    rule: `an issuer and its keys are at an https URL without query and fragment, and never empty; this is ${typeof url === "string" ? JSON.stringify(url).slice(0, 100) : typeof url}`,
    remedy: 'Write the issuer exactly as its tokens say it in "iss", such as "https://login.example.com".',
  });
}
