import type { OracleRoute } from "../oracle/description.ts";
import { keyCases } from "../world/keys.ts";
import { signatureCases } from "../world/signatures.ts";
import { credentialCases, variantsOf } from "../world/tokens.ts";
import type { Probe, Probes } from "./probes.ts";
import { type Oddity, oddities } from "./sample.ts";

/** As many as most kinds have. Credentials may have more. */
const variants = 12;

/** Every case on every route, every credential in every variant: nothing left to chance. */
export function sweep(probes: Probes, routes: readonly OracleRoute[]): readonly Probe[] {
  const made: (Probe | undefined)[] = [];
  const salts = Array.from({ length: variants }, (_, salt) => salt);
  const reachable = routes.filter((route) => route.limits.length === 0 && route.text.to !== "gone");
  // Two methods stand for all of an `ANY` key in the cases that have nothing to do with the method.
  const isShown = ({ any, method }: OracleRoute): boolean => !any || method === "HEAD" || method === "PATCH";
  const unlimited = reachable.filter(isShown);
  for (const [index, route] of reachable.entries()) {
    if (unlimited.includes(route)) continue;
    made.push(probes.hit(route, index), probes.miss(route, index), probes.credential("token-missing", route, index));
  }
  const guarded = unlimited.filter((route) => route.audiences !== undefined);
  const keyed = unlimited.filter((route) => route.keyed);
  for (const [index, route] of unlimited.entries()) {
    for (const salt of salts) {
      made.push(probes.hit(route, salt));
      if (salt < 4) made.push(probes.miss(route, salt + index));
      if (salt < 6) made.push(probes.cors(route, salt));
      made.push(probes.scope(route, salt));
    }
    for (const other of routes.filter(isShown)) {
      if (other !== route) made.push(probes.overlap(route, other, 0), probes.overlap(route, other, 1));
    }
    for (const salt of [...salts, ...salts.map((one) => one + variants)]) {
      made.push(probes.lacking(route, salt), probes.wrong(route, salt));
    }
    made.push(probes.backendAnswer(route, index), probes.tooLarge(route), probes.half(route, 0), probes.half(route, 1));
  }
  for (const [index, route] of guarded.entries()) {
    const isFirst = route === guarded.find(({ byClient }) => byClient === route.byClient);
    for (const kind of credentialCases) {
      // The first route of each way to read a token's audience gets every variant, the others one each.
      const count = Math.max(variants, variantsOf[kind] ?? 0);
      for (const salt of isFirst ? Array(count).keys() : [index]) made.push(probes.credential(kind, route, salt));
    }
    made.push(probes.meanwhile(route));
  }
  for (const [index, route] of keyed.entries()) {
    for (const kind of keyCases) {
      for (const salt of index === 0 ? salts : [index]) made.push(probes.key(kind, route, salt));
    }
  }
  for (const [index, route] of unlimited.filter(({ signed }) => signed).entries()) {
    for (const kind of signatureCases) {
      for (const salt of index === 0 ? salts : [index]) made.push(probes.signature(kind, route, salt));
    }
  }
  for (const [index, route] of unlimited.entries()) made.push(probes.instead(route, index));
  for (const [index, route] of unlimited.filter(({ toFunction }) => toFunction).entries()) {
    for (const salt of index === 0 ? salts.slice(0, 4) : [index]) made.push(probes.functionFails(route, salt));
  }
  for (const oddity of Object.keys(oddities) as Oddity[]) {
    for (const route of unlimited) {
      for (const salt of salts.slice(0, oddities[oddity].length)) made.push(probes.odd(route, oddity, salt));
    }
  }
  for (const route of routes.filter(({ limits }) => limits.length > 0)) {
    made.push(probes.burst(route, 0), probes.burst(route, 0), probes.spread(route, 0), probes.spread(route, 5));
    made.push(probes.credential("token-missing", route, 0));
  }
  made.push(...keyed.flatMap((route) => probes.plans(route)));
  for (const route of routes) {
    if (route.text.to === "gone") made.push({ ...present(probes.hit(route, 0)), case: "backend-refused" });
    if (route.text.timeoutSeconds === 1) made.push(probes.timeout(route));
  }
  return made.filter((probe) => probe !== undefined);
}

function present(probe: Probe | undefined): Probe {
  if (probe === undefined) throw new Error("every route has a hit");
  return probe;
}
