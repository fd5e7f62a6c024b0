import type { Bindings } from "../../api/binding/binding.ts";
import type { Api, ApiProxyRoute, ApiRoute } from "../../api/checked-api.ts";
import { type Problem, ProblemList } from "../../api/problem.ts";
import type { Caution } from "../../gateway/target.ts";
import { unknownLink } from "../link/link.ts";
import { tokenAuths } from "./authentication.ts";
import { gcpApiGatewayWithCompanion } from "./capabilities.ts";
import { movedParameters } from "./path-expression.ts";

const { cloudRunSeconds, headerValueBytes, movedParameters: mostMoved } = gcpApiGatewayWithCompanion.limits;

/** How much longer than the companion the gateway and Cloud Run wait at least, so that the companion answers 504, in seconds. */
const PATIENCE_SECONDS = 10;

/** What a companion cannot serve of an API, beyond its capabilities. */
export function checkCompanion({ routes }: Api): readonly Problem[] {
  const problems = new ProblemList({ vendor: "gcp" });
  for (const route of routes) {
    const own = problems.for({ route: route.key });
    checkReserved(route, own);
    checkHeaders(route.kind === "reply" ? route.headers : route.setHeaders, own);
    if (route.kind === "proxy") {
      checkMoved(route, own);
      checkTimeout(route, own);
    }
  }
  return problems.all;
}

/**
 * Rejects paths that Cloud Run keeps.
 *
 * @see https://cloud.google.com/run/docs/known-issues
 */
function checkReserved({ path, pattern }: ApiRoute, problems: ProblemList): void {
  const [first] = pattern;
  const isEventLog = path === "/eventlog";
  if (!isEventLog && !(first?.kind === "literal" && first.text === "_ah")) return;
  problems.refuse(
    "reserved-path",
    `Cloud Run does not deliver ${isEventLog ? '"/eventlog"' : 'paths below "/_ah"'} to the companion, so that the route could not be called.`,
    "Rename the route's path. The path at the backend may stay: write it as path.",
  );
}

function checkHeaders(headers: Readonly<Record<string, string>>, problems: ProblemList): void {
  for (const [name, value] of Object.entries(headers)) {
    // A percent sign is written twice.
    if (value.replaceAll("%", "%%").length <= headerValueBytes.value) continue;
    problems.refuse(
      "header-too-long",
      `Envoy accepts at most ${headerValueBytes.value} bytes in the value of a header, where a percent sign counts twice. That of "${name}" is longer.`,
      "Shorten the value, or let the backend set the header.",
    );
  }
}

function checkMoved(route: ApiProxyRoute, problems: ProblemList): void {
  const { size } = movedParameters(route);
  if (size <= mostMoved.value) return;
  problems.refuse(
    "too-many-moved",
    `Envoy moves at most ${mostMoved.value} parameters of a path to another one, and this path has ${size}.`,
    "Use fewer parameters in path, or let the backend serve the route's own path, with or without a prefix.",
    { feature: "path.rewrite" },
  );
}

function checkTimeout({ timeoutSeconds }: ApiProxyRoute, problems: ProblemList): void {
  const most = cloudRunSeconds.value - PATIENCE_SECONDS;
  if (timeoutSeconds <= most) return;
  problems.refuse(
    "timeout-too-long",
    `Cloud Run ends a request after ${cloudRunSeconds.value} seconds, and the companion must answer before that, but timeoutSeconds is ${timeoutSeconds}.`,
    `Write timeoutSeconds: ${most} or less. For longer work, answer 202 and let clients poll for the result.`,
    { feature: "timeout" },
  );
}

/** Routes that depend on behaviour of the companion's platform that is not documented completely. */
export function companionCautions({ routes }: Api): readonly Caution[] {
  return routes.flatMap((route) => {
    const last = route.pattern.at(-1);
    if (last?.kind !== "literal" || !last.text.endsWith("z")) return [];
    return [
      {
        route: route.key,
        what: "Cloud Run does not deliver some paths that end in `z`, and does not list them",
        advice: "Rename the route's path, or test on the deployed gateway that it can be called.",
      },
    ];
  });
}

/**
 * What a companion cannot use of well-formed bindings: an issuer without the URL of its keys, links to several networks, and addresses that
 * it cannot reach.
 */
export function checkCompanionBindings(api: Api, bindings: Bindings): readonly Problem[] {
  const problems = new ProblemList({ vendor: "gcp" });
  for (const name of tokenAuths(api)) {
    const binding: unknown = Object.hasOwn(bindings.auth, name) ? bindings.auth[name] : undefined;
    // What is missing or no object is reported elsewhere.
    if (typeof binding !== "object" || binding === null || Object.hasOwn(binding, "jwksUri")) continue;
    problems.refuse(
      "no-jwks-uri",
      `The companion reads the keys of an issuer at their own URL, since Envoy reads no discovery document. None is bound to the auth "${name}".`,
      `Write auth: { ${JSON.stringify(name)}: { issuer, jwksUri: "https://..." } }, with the \`jwks_uri\` of the issuer's discovery document.`,
      { feature: "auth.jwt", place: `auth.${name}.jwksUri` },
    );
  }
  const links = privateBackends(api, bindings);
  checkNetworks(links, problems);
  for (const link of links) {
    checkAddress(link.url, problems.for({ place: `backends.${link.name}.url` }));
    checkTrust(link, problems);
  }
  return problems.all;
}

/** A private backend as it is bound. Its members may be malformed, which is reported elsewhere. */
interface PrivateBackend {
  readonly name: string;
  readonly url: unknown;
  readonly link: Readonly<Record<string, unknown>>;
}

function privateBackends(api: Api, { backends }: Bindings): readonly PrivateBackend[] {
  const used = api.routes.flatMap((route) =>
    route.kind === "proxy" && route.backendKind === "onPrem" ? [route.backend] : [],
  );
  return [...new Set(used)].toSorted().flatMap((name) => {
    if (!Object.hasOwn(backends, name)) return [];
    const { url, link } = { ...backends[name] } as { readonly url?: unknown; readonly link?: unknown };
    return [{ name, url, link: typeof link === "object" ? { ...link } : {} }];
  });
}

/** Cloud Run gives an instance one interface. */
function checkNetworks(backends: readonly PrivateBackend[], problems: ProblemList): void {
  for (const member of ["network", "subnetwork"] as const) {
    const [first, ...others] = backends.filter(({ link }) => isKnown(link, member));
    for (const other of others) {
      if (other.link[member] === first?.link[member]) continue;
      problems.refuse(
        "several-networks",
        `A companion has one network interface, but the links of "${first?.name}" and "${other.name}" name two: ${member} is ${JSON.stringify(first?.link[member])} in one and ${JSON.stringify(other.link[member])} in the other.`,
        `Write the same ${member} in all links, in the same form, and let that network route to all sites.`,
        { feature: "backend.onPrem", place: `backends.${other.name}.link.${member}` },
      );
    }
  }
}

/** Whether a member of a link is neither missing nor malformed, which is reported elsewhere, nor unknown until the deployment. */
function isKnown(link: PrivateBackend["link"], member: keyof typeof unknownLink): boolean {
  return typeof link[member] === "string" && link[member] !== unknownLink[member];
}

/** Rejects what a link says of a certificate where none is read. */
function checkTrust({ name, url, link }: PrivateBackend, problems: ProblemList): void {
  if (typeof url !== "string" || !url.startsWith("http:")) return;
  for (const member of ["certificateAuthority", "serverName"] as const) {
    if (!isKnown(link, member)) continue;
    problems.refuse(
      "certificate-not-used",
      `The URL of the backend "${name}" has the scheme http, so that no certificate is checked and ${member} is not used.`,
      `Write an https URL, or remove ${member} from the link.`,
      { feature: "backend.onPrem", place: `backends.${name}.link.${member}` },
    );
  }
}

/**
 * Rejects the addresses that Cloud Run's known issues list as unreachable.
 *
 * Unverified: whether that is still so with Direct VPC egress.
 */
function checkAddress(url: unknown, problems: ProblemList): void {
  if (typeof url !== "string" || !/^https?:\/\/192\.168\.1\.\d{1,3}(?:[:/]|$)/.test(url)) return;
  problems.refuse(
    "unreachable-address",
    "Cloud Run documents that its services cannot reach addresses in 192.168.1.0/24.",
    "Give the server an address in another range, and bind that one.",
    { feature: "backend.onPrem" },
  );
}
