import { type Api, type Backend, tokenOf } from "../checked-api.ts";
import type { Problem } from "../problem.ts";
import { checkLink, type Link, type LinkForm } from "./link.ts";

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

/** Where a private backend is, and how the gateway gets there, known or stood in for. */
export interface LinkedBinding extends UrlBinding {
  readonly link: Link;
}

export type BackendBinding = UrlBinding | FunctionBinding | LinkedBinding;

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

/** The URL that is bound to a backend of kind `http` or `onPrem`. */
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

/** The link that is bound to a backend of kind `onPrem`. */
export function linkOf({ backends }: Bindings, backend: string): Link {
  const binding = bound(backends, backend);
  if (!("link" in binding)) throw new RangeError(`"${backend}" has no link`);
  return binding.link;
}

/**
 * Stands in for bindings that are not known yet, so that the compiler shows every structural error at preview, and for
 * `polygate render`. The hosts are under `.invalid`, which never resolves (RFC 2606).
 *
 * @param links of the gateway's class; a class without them carries no private backend
 */
export function placeholders(api: Api, links?: LinkForm): Bindings {
  const standIn = (key: string, kind: Backend["kind"]): BackendBinding => {
    if (kind === "fn") return { functionArn: `arn:aws:lambda:us-east-1:000000000000:function:${label(key)}` };
    const url = `https://${label(key)}.backend.invalid`;
    return kind === "onPrem" ? { url, link: links?.standIn({}) ?? {} } : { url };
  };
  return {
    backends: Object.fromEntries(Object.entries(api.backends).map(([key, { kind }]) => [key, standIn(key, kind)])),
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

/** What is bound to a backend of each kind, as a user writes it. */
const shapes = { http: "{ url }", fn: "{ functionArn }", onPrem: "{ url, link }" } as const;

/**
 * Everything wrong with bindings whose values are known: what is missing, what is too much, what is malformed.
 *
 * @param links of the gateway's class
 */
export function checkBindings(api: Api, bindings: Bindings, links?: LinkForm): readonly Problem[] {
  const problems: Problem[] = [];
  const jwts = Object.entries(api.auth).flatMap(([key, auth]) => (tokenOf(auth) === undefined ? [] : [key]));
  const shape = (key: string) => shapes[api.backends[key]?.kind ?? "http"];
  match("backends", Object.keys(api.backends), bindings.backends, shape, problems);
  match("auth", jwts, bindings.auth, () => "{ issuer }", problems);
  for (const [key, binding] of Object.entries(bindings.backends)) {
    if (!Object.hasOwn(api.backends, key)) continue;
    const given = (binding ?? {}) as Partial<LinkedBinding & FunctionBinding>;
    const kind = api.backends[key]?.kind;
    if (kind === "fn") checkFunctionArn(`backends.${key}.functionArn`, given.functionArn, problems);
    else checkUrl(`backends.${key}.url`, given.url, problems);
    if (kind === "onPrem") problems.push(...checkLink(`backends.${key}.link`, given.link, links));
    else if (given.link !== undefined) problems.push(noLink(key));
  }
  for (const [key, binding] of Object.entries(bindings.auth)) {
    if (!jwts.includes(key)) continue;
    checkIssuer(`auth.${key}.issuer`, binding?.issuer, problems);
    if (binding?.jwksUri !== undefined) checkIssuer(`auth.${key}.jwksUri`, binding.jwksUri, problems);
  }
  return problems;
}

/** A link that is left out of the way would have the gateway look for a private address in public. */
function noLink(key: string): Problem {
  return {
    code: "link-not-used",
    place: `backends.${key}.link`,
    rule: "only a backend of kind onPrem is reached through a link",
    remedy: "Declare the backend with onPrem(), or remove the link.",
  };
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
