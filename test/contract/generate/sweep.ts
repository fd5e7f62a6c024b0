import type { OracleRoute } from "../oracle/description.ts";
import { keyCases } from "../world/keys.ts";
import { signatureCases } from "../world/signatures.ts";
import { credentialCases, variantsOf } from "../world/tokens.ts";
import { contentTypes } from "./bodies.ts";
import type { Probe } from "./probe.ts";
import type { Probes } from "./probes.ts";
import { type Oddity, oddities } from "./sample.ts";

/** The number of variants of most kinds. Credentials may have more. */
const variants = 12;

/** Returns each case for each route, and each variant of each credential. Nothing is random. */
export function sweep(probes: Probes, routes: readonly OracleRoute[]): readonly Probe[] {
  const found: (Probe | undefined)[] = [];
  const salts = Array.from({ length: variants }, (_, salt) => salt);
  const reachable = routes.filter((route) => route.limits.length === 0 && route.text.to !== "gone");
  // Two methods stand for all of an `ANY` key in the cases that have nothing to do with the method.
  const isShown = ({ any, method }: OracleRoute): boolean => !any || method === "HEAD" || method === "PATCH";
  const unlimited = reachable.filter(isShown);
  for (const [index, route] of reachable.entries()) {
    if (unlimited.includes(route)) continue;
    found.push(
      probes.requests.proxied(route, index),
      probes.requests.noRoute(route, index),
      probes.access.credential("token-missing", route, index),
    );
  }
  const guarded = unlimited.filter((route) => route.audiences !== undefined);
  const keyed = unlimited.filter((route) => route.keyed);
  for (const [index, route] of unlimited.entries()) {
    for (const salt of salts) {
      found.push(probes.requests.proxied(route, salt));
      if (salt < 4) found.push(probes.requests.noRoute(route, salt + index));
      if (salt < 6) found.push(probes.requests.cors(route, salt));
      if (salt < contentTypes.length) found.push(probes.requests.mediaType(route, salt));
      found.push(probes.access.scope(route, salt));
    }
    for (const other of routes.filter(isShown)) {
      if (other !== route)
        found.push(probes.requests.overlap(route, other, 0), probes.requests.overlap(route, other, 1));
    }
    for (const salt of [...salts, ...salts.map((one) => one + variants)]) {
      found.push(probes.requests.missingParameter(route, salt), probes.requests.invalidBody(route, salt));
    }
    found.push(
      probes.requests.backendAnswer(route, index),
      probes.requests.tooLarge(route),
      probes.access.partial(route, 0),
      probes.access.partial(route, 1),
    );
  }
  for (const [index, route] of guarded.entries()) {
    const isFirst = route === guarded.find(({ byClient }) => byClient === route.byClient);
    for (const kind of credentialCases) {
      // The first route of each way to read a token's audience gets every variant, the others one each.
      const count = Math.max(variants, variantsOf[kind] ?? 0);
      for (const salt of isFirst ? Array(count).keys() : [index])
        found.push(probes.access.credential(kind, route, salt));
    }
    found.push(probes.access.expiry(route));
  }
  for (const [index, route] of keyed.entries()) {
    for (const kind of keyCases) {
      for (const salt of index === 0 ? salts : [index]) found.push(probes.access.key(kind, route, salt));
    }
  }
  for (const [index, route] of unlimited.filter(({ signed }) => signed).entries()) {
    for (const kind of signatureCases) {
      for (const salt of index === 0 ? salts : [index]) found.push(probes.access.signature(kind, route, salt));
    }
  }
  for (const [index, route] of unlimited.entries()) found.push(probes.access.otherCredential(route, index));
  for (const [index, route] of unlimited.filter(({ toFunction }) => toFunction).entries()) {
    for (const salt of index === 0 ? salts.slice(0, 4) : [index])
      found.push(probes.requests.functionFails(route, salt));
  }
  for (const oddity of Object.keys(oddities) as Oddity[]) {
    for (const route of unlimited) {
      for (const salt of salts.slice(0, oddities[oddity].length))
        found.push(probes.requests.oddPath(route, oddity, salt));
    }
  }
  for (const route of routes.filter(({ limits }) => limits.length > 0)) {
    found.push(
      probes.limits.burst(route, 0),
      probes.limits.burst(route, 0),
      probes.limits.spread(route, 0),
      probes.limits.spread(route, 5),
    );
    found.push(probes.access.credential("token-missing", route, 0));
  }
  found.push(...keyed.flatMap((route) => probes.limits.plans(route)));
  for (const route of routes) {
    if (route.text.to === "gone")
      found.push({ ...required(probes.requests.proxied(route, 0)), case: "backend-refused" });
    if (route.text.timeoutSeconds !== undefined) found.push(probes.requests.timeout(route));
  }
  return found.filter((probe) => probe !== undefined);
}

function required(probe: Probe | undefined): Probe {
  if (probe === undefined) throw new Error("A route has no probe.");
  return probe;
}
