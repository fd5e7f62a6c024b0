import { type Bindings, urlOf } from "../../api/binding/binding.ts";
import type { Api, ApiRoute } from "../../api/checked-api.ts";
import type { Pattern } from "../../api/path/pattern.ts";
import { PolygateError, type Problem, ProblemList } from "../../api/problem.ts";
import { hasImportVariable, importVariableRule } from "../import-variable.ts";
import { checkPrivateBackends } from "../link/private-backend.ts";
import { overLimit } from "../vendor-limit.ts";
import { authorizersOf } from "./authorizers.ts";
import { awsHttpApi } from "./capabilities.ts";
import { checkRoute, mappedPathRule } from "./check-route.ts";
import { mappingsOf } from "./integration.ts";
import { routePaths } from "./route-key.ts";

const { limits } = awsHttpApi;

const FEWER_ISSUERS = "Serve the routes of some issuers from another gateway (omit).";

/** Checks what AWS limits or reserves, beyond the capabilities. */
export function checkApi(api: Api): readonly Problem[] {
  const problems = new ProblemList({ vendor: "aws" });
  checkRouteCount(api, problems);
  checkIssuers(api, problems);
  checkTitle(api, problems);
  for (const route of api.routes) checkRoute(route, api, problems);
  return problems.all;
}

function checkRouteCount({ routes }: Api, problems: ProblemList): void {
  if (routes.length <= limits.routes.value) return;
  const remedy = "Serve some of the routes from another gateway (omit).";
  problems.refuse("too-many-routes", overLimit(`There are ${routes.length}`, limits.routes), remedy);
}

/**
 * Auths with the same issuer and audiences share an authorizer. What is bound is known later: {@link checkBound}. Until then, auths whose
 * audiences are bound count as one.
 */
function checkIssuers({ auth, routes }: Api, problems: ProblemList): void {
  const used = new Set(routes.map(({ authName }) => authName));
  const lists = Object.entries(auth).flatMap(([name, its]) =>
    its.kind === "jwt" && used.has(name) ? [JSON.stringify(its.audiences?.toSorted() ?? "bound")] : [],
  );
  refuseIssuers(new Set(lists).size, problems);
}

function refuseIssuers(count: number, problems: ProblemList): void {
  if (count <= limits.authorizers.value) return;
  problems.refuse("too-many-issuers", overLimit(`There are ${count}`, limits.authorizers), FEWER_ISSUERS);
}

function checkTitle({ title }: Api, problems: ProblemList): void {
  if (title === undefined) return;
  const atTitle = problems.for({ place: "title" });
  const { descriptionCharacters } = limits;
  if (title.length > descriptionCharacters.value) {
    const rule = overLimit(`This has ${title.length}`, descriptionCharacters);
    atTitle.refuse("title-too-long", rule, "Shorten the title.");
  }
  if (hasImportVariable(title)) {
    atTitle.refuse("dollar", importVariableRule, "Write the title without ${AWS::.");
  }
}

/** Checks the audiences of one authorizer. */
export function checkAudiences(audiences: readonly string[], place: string): readonly Problem[] {
  const problems = new ProblemList({ vendor: "aws", feature: "auth.jwt" });
  if (audiences.length > limits.audiences.value) {
    const rule = overLimit(`There are ${audiences.length}`, limits.audiences);
    const remedy = "Reduce the number of audiences for which the issuer signs tokens.";
    problems.refuse("too-many-audiences", rule, remedy, { place });
  }
  for (const [index, audience] of audiences.entries()) {
    if (!hasImportVariable(audience)) continue;
    const remedy = "Use an audience without ${AWS:: at the issuer.";
    problems.refuse("dollar", importVariableRule, remedy, { place: `${place}[${index}]` });
  }
  return problems.all;
}

/**
 * Checks what depends on bindings: base paths that a mapping would read as a variable, mappings that are too long, and the numbers of
 * authorizers and VPC links.
 *
 * @throws {PolygateError}
 */
export function checkBound(api: Api, bindings: Bindings): void {
  const problems = new ProblemList({ vendor: "aws" }, [...checkPrivateBackends(api, bindings, limits.vpcLinks)]);
  checkBasePaths(api, bindings, problems);
  const { patternOf } = routePaths(api);
  for (const route of api.routes) checkMappings(route, patternOf(route), bindings, problems);
  refuseIssuers(new Set([...authorizersOf(api, bindings).values()].map(({ name }) => name)).size, problems);
  if (problems.all.length === 0) return;
  throw new PolygateError(`The API${api.title === undefined ? "" : ` "${api.title}"`} on AWS`, problems.all);
}

function checkBasePaths({ backends }: Api, bindings: Bindings, problems: ProblemList): void {
  for (const [backend, { kind }] of Object.entries(backends)) {
    if (kind === "fn" || !urlOf(bindings, backend).includes("$")) continue;
    const place = `backends.${backend}.url`;
    problems.refuse("dollar", mappedPathRule, "Bind a URL whose base path does not contain $.", { place });
  }
}

function checkMappings(route: ApiRoute, pattern: Pattern, bindings: Bindings, problems: ProblemList): void {
  if (route.kind !== "proxy" || route.backendKind === "fn") return;
  const { mappingCharacters } = limits;
  for (const [key, value] of Object.entries(mappingsOf(route, pattern, bindings))) {
    if (value.length <= mappingCharacters.value) continue;
    const isPath = key === "overwrite:path";
    const what = isPath ? "The path at the backend" : `The header ${key.replace(/^overwrite:header\./, "")}`;
    problems
      .for({ route: route.key, feature: isPath ? "path.rewrite" : "headers.set" })
      .refuse(
        "mapping-too-long",
        overLimit(`${what} has ${value.length}`, mappingCharacters),
        "Shorten it, or configure it at the backend.",
      );
  }
}
