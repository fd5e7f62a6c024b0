import type { Api } from "../../../api/checked-api.ts";
import { type Problem, ProblemList } from "../../../api/problem.ts";
import { authOfAuthorizer, authorizersOf } from "../document/authorizers.ts";
import { resourcesOf } from "../document/resources.ts";
import type { WebAclSettings } from "../firewall/web-acl.ts";
import { methodPath, type RestPlan } from "../stage/settings.ts";
import type { DeploymentCalls } from "./calls.ts";
import { methodText, planArguments, planText } from "./limit-text.ts";
import { containsRules } from "./recorded-rules.ts";
import type { StableDeployment } from "./stable-deployment.ts";

/** What the gateway contains after the update that is being checked. */
export interface UpcomingGateway {
  readonly calls: Pick<DeploymentCalls, "functions" | "links">;
  /** The description of each function that verifies tokens, by the name of its authorizer. */
  readonly authorizers: Readonly<Record<string, string>>;
  /** The stage's settings of methods, by the path of the method. */
  readonly methods: Readonly<Record<string, object>>;
  readonly plans: Readonly<Record<string, RestPlan>>;
  readonly webAcl: WebAclSettings | undefined;
  /** Whether the stage presents a client certificate of the gateway to backends. */
  readonly presentsCertificate: boolean;
  /** A hash of everything compiled from the description, see {@link StableDeployment.draft}. */
  readonly draft: string;
}

const remedy = "Deploy this change without canary.";

/**
 * Checks that a change leaves the stable deployment as it is: what the deployment calls, and the stage's settings, which both
 * deployments share. The engine would not notice: at the end of an update it deletes every resource that the program no longer
 * declares, whether or not a deployment still calls it.
 */
export function checkCanaryChange(stable: StableDeployment, upcoming: UpcomingGateway, api: Api): readonly Problem[] {
  const problems = new ProblemList({ vendor: "aws" });
  checkAuthorizers(problems, stable, upcoming, api);
  checkBackends(problems, stable.calls, upcoming.calls);
  checkCertificate(problems, stable, upcoming);
  // With the same description, a setting that the state lacks is still to be created: the gateway's first update was interrupted.
  if (stable.draft === upcoming.draft) return problems.all;
  checkMethods(problems, stable.methods, upcoming.methods, api);
  checkPlans(problems, stable.plans, upcoming.plans);
  checkWebAcl(problems, stable.webAcl, upcoming.webAcl);
  return problems.all;
}

function checkAuthorizers(
  problems: ProblemList,
  { calls, authorizers }: StableDeployment,
  upcoming: UpcomingGateway,
  api: Api,
): void {
  const required = new Map(authorizersOf(api).all.map((authorizer) => [authorizer.name, authorizer]));
  for (const [name, arn] of Object.entries(calls.authorizers)) {
    const auth = authOfAuthorizer(name);
    const reportChange = (change: string): void => {
      const what = `The function that verifies tokens${auth === undefined ? "" : ` of "${auth}"`} for the requests outside the canary`;
      const place = auth === undefined ? "routes" : `auth.${auth}`;
      problems.refuse("canary-takes-authorizer", `${what} ${change}`, remedy, { place });
    };
    const authorizer = required.get(name);
    if (authorizer === undefined) {
      reportChange(
        auth === undefined
          ? "would be deleted: the routes require so few different tokens that each has its own function."
          : "would be deleted: no route requires its audiences and scopes any more.",
      );
    } else if (authorizers[name]?.arn !== arn) {
      reportChange("no longer belongs to this gateway: another update has begun to replace it.");
    } else if (authorizers[name]?.description !== upcoming.authorizers[name]) {
      const what =
        auth === undefined ? "the routes, what they require of a token, an issuer" : "its issuer, its audiences";
      reportChange(`would be replaced: ${what} or Polygate's code has changed.`);
    }
  }
}

function checkBackends(
  problems: ProblemList,
  stable: UpcomingGateway["calls"],
  upcoming: UpcomingGateway["calls"],
): void {
  const refuse = (rule: string): void => problems.refuse("canary-takes-backend", rule, remedy, { place: "backends" });
  for (const arn of stable.functions.filter((each) => !upcoming.functions.includes(each))) {
    refuse(
      `Requests outside the canary call the function ${arn}, and the API's permission to call it would be deleted.`,
    );
  }
  for (const link of stable.links.filter((each) => !upcoming.links.includes(each))) {
    refuse(`Requests outside the canary pass through ${link}, which no route would use any more.`);
  }
}

/** A stage presents one certificate for both deployments. */
function checkCertificate(problems: ProblemList, stable: StableDeployment, upcoming: UpcomingGateway): void {
  if (!stable.presentsCertificate || upcoming.presentsCertificate) return;
  problems.refuse(
    "canary-takes-certificate",
    "Requests outside the canary reach a backend that wants the client certificate of the gateway, which would be deleted.",
    remedy,
    { place: "backends" },
  );
}

/**
 * A stage has one entry a method for both deployments, so no entry may change. A method that only the canary has cannot have an entry
 * of its own either.
 */
function checkMethods(
  problems: ProblemList,
  stable: StableDeployment["methods"],
  upcoming: UpcomingGateway["methods"],
  api: Api,
): void {
  const routes = new Map(
    resourcesOf(api).resources.flatMap(({ path, routes: served }) =>
      served.map(({ method, key }) => [methodPath(path, method), key]),
    ),
  );
  for (const { name: path, before, after } of differences(stable, upcoming, methodText)) {
    const route = routes.get(path);
    problems.refuse(
      "canary-changes-limit",
      `A route's limit and its cache lifetime apply to all requests, those of the canary and the others. This change would replace "${before}" by "${after}".`,
      remedy,
      route === undefined ? { place: path === "*/*" ? "routes" : `routes["${routeOf(path)}"]` } : { route },
    );
  }
}

function checkPlans(
  problems: ProblemList,
  stable: StableDeployment["plans"],
  upcoming: UpcomingGateway["plans"],
): void {
  const plans = Object.fromEntries(Object.entries(upcoming).map(([name, plan]) => [name, planArguments(plan)]));
  for (const { name, before, after } of differences(stable, plans, planText)) {
    problems.refuse(
      "canary-changes-limit",
      `A plan applies to all requests, those of the canary and the others. This change would replace "${before}" by "${after}".`,
      remedy,
      { place: `plans.${name}` },
    );
  }
}

function checkWebAcl(
  problems: ProblemList,
  stable: StableDeployment["webAcl"],
  upcoming: UpcomingGateway["webAcl"],
): void {
  if (stable === undefined && upcoming === undefined) return;
  if (stable !== undefined && upcoming !== undefined && containsRules(stable.rules, upcoming.rules)) return;
  problems.refuse(
    "canary-changes-limit",
    "The web ACL, which limits client addresses, applies to all requests, those of the canary and the others. This change would replace it.",
    remedy,
    { place: "firewall" },
  );
}

interface Difference {
  readonly name: string;
  /** The text of the stable entry, `none` if there is no such entry. */
  readonly before: string;
  readonly after: string;
}

type Entries = Readonly<Record<string, object>>;

/** Returns the entries whose texts differ, sorted by name. */
function differences(stable: Entries, upcoming: Entries, textOf: (entry: object) => string): readonly Difference[] {
  const text = (entries: Entries, name: string): string => {
    const entry = Object.hasOwn(entries, name) ? entries[name] : undefined;
    return entry === undefined ? "none" : textOf(entry);
  };
  return [...new Set([...Object.keys(stable), ...Object.keys(upcoming)])]
    .toSorted()
    .map((name) => ({ name, before: text(stable, name), after: text(upcoming, name) }))
    .filter(({ before, after }) => before !== after);
}

/** The key of the route behind a method's path, e.g. `GET /orders/{id}` for `~1orders~1{id}/GET`. */
function routeOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return `${path.slice(slash + 1)} ${path.slice(0, slash).replaceAll("~1", "/")}`;
}
