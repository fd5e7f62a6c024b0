import type { Api } from "../../../api/checked-api.ts";
import { type Problem, ProblemList } from "../../../api/problem.ts";
import type { Caution, Target } from "../../../gateway/target.ts";
import { awsRestApi } from "../capabilities.ts";
import { hasWebAclArn, managedRulesOf } from "./firewall.ts";
import { hasNoLandmark, lenientPattern } from "./lenient-pattern.ts";
import type { ManagedRules } from "./managed-rules.ts";
import { guardedRoutes } from "./other-readings.ts";
import { webAclOf } from "./rules.ts";
import { unitsOf, type WebAclSettings } from "./web-acl.ts";

const { limits } = awsRestApi;

/** The arguments on which the rules depend. */
interface ReadingArgs {
  readonly refuseOtherReadings?: unknown;
  readonly firewall?: unknown;
}

const refused =
  "a web ACL answers 400 to a path that is a stricter route's in lower case, decoded, and without the parameters of its segments and the dots and spaces at their ends";

/**
 * Adds the rules that refuse other readings of a path to a target's web ACL. The target then carries open routes that meet guarded ones,
 * unless AWS WAF cannot express the rules.
 */
export function withOtherReadings<Document extends { readonly webAcl?: WebAclSettings }>(
  target: Target<Document>,
  args: ReadingArgs,
): Target<Document> {
  const { refuseOtherReadings } = args;
  if (refuseOtherReadings === undefined || refuseOtherReadings === false) return target;
  const { decoding } = target.capabilities.readings;
  return {
    ...target,
    capabilities: { ...target.capabilities, readings: { refused, ...(decoding === undefined ? {} : { decoding }) } },
    resources: (api) => target.resources(api) + (webAclOf(api) === undefined && hasRules(api) ? 2 : 0),
    cautions: (api) => [...target.cautions(api), ...readingCautions(api)],
    check: (api) => [...target.check(api), ...checkArguments(args), ...checkRules(api, managedRulesIn(args))],
    compile: (api, bindings) => {
      const webAcl = webAclOf(api, [], "refused");
      return { ...target.compile(api, bindings), ...(webAcl === undefined ? {} : { webAcl }) };
    },
  };
}

function hasRules(api: Api): boolean {
  return webAclOf(api, [], "refused") !== undefined;
}

function checkArguments({ refuseOtherReadings, firewall }: ReadingArgs): readonly Problem[] {
  const problems = new ProblemList({ vendor: "aws", place: "refuseOtherReadings" });
  if (refuseOtherReadings !== true) {
    const rule = "refuseOtherReadings is true or false, known before the deployment.";
    problems.refuse("bad-firewall", rule, "Write refuseOtherReadings: true, or leave it out.");
  }
  if (hasWebAclArn(firewall)) {
    problems.refuse(
      "bad-firewall",
      "The gateway uses an existing web ACL (firewall.webAclArn), and Polygate adds no rules to it.",
      "Leave webAclArn out so that the gateway creates a web ACL, or leave refuseOtherReadings out.",
    );
  }
  return problems.all;
}

/** The rule groups of the web ACL. A firewall that is not valid is reported elsewhere. */
function managedRulesIn({ firewall }: ReadingArgs): readonly ManagedRules[] {
  if (typeof firewall !== "object" || firewall === null || hasWebAclArn(firewall)) return [];
  const { managedRules } = firewall as { readonly managedRules?: unknown };
  return managedRules === undefined || Array.isArray(managedRules) ? managedRulesOf(firewall) : [];
}

const remedy =
  "Give this route and the wider ones the same auth, or leave refuseOtherReadings out and lead them to different servers.";

/** Refuses open readings as without the option where AWS WAF cannot refuse them, and says why it cannot. */
function checkRules(api: Api, managedRules: readonly ManagedRules[]): readonly Problem[] {
  const problems = new ProblemList({ vendor: "aws" });
  const { value: longest, unit } = limits.patternCharacters;
  for (const { key, pattern } of guardedRoutes(api)) {
    const cannotRefuse = (why: string) =>
      problems.refuse(
        "open-reading",
        `The web ACL cannot refuse other spellings of this route's path. ${why}`,
        remedy,
        {
          route: key,
        },
      );
    const characters = Math.max(0, ...Object.values(lenientPattern(pattern) ?? {}).map(({ length }) => length));
    if (characters > longest) cannotRefuse(`AWS allows ${longest} ${unit}. A pattern for this path has ${characters}.`);
    else if (hasNoLandmark(pattern)) cannotRefuse("Each of its literals is the stage's name or occurs twice.");
  }
  const { value: most, unit: ofWebAcl } = limits.webAclUnits;
  const units = unitsOf(webAclOf(api, managedRules, "refused")?.rules ?? []);
  if (units > most) {
    problems.refuse(
      "open-reading",
      `The web ACL cannot refuse other spellings of the paths of ${guardedRoutes(api).length} routes. Its rules cost ${units} units. AWS allows ${most} ${ofWebAcl}.`,
      `${remedy} Fewer managed rules also leave more units.`,
    );
  }
  return problems.all;
}

function readingCautions(api: Api): readonly Caution[] {
  const [first, ...others] = guardedRoutes(api);
  if (first === undefined) return [];
  return [
    {
      route: others.length === 0 ? first.key : `${first.key} and ${others.length} more`,
      what: "AWS does not document which path AWS WAF sees at a custom domain, so the web ACL refuses another spelling of the route's path at the end of any path. It is associated with a stage after the stage exists, so a new stage forwards such paths for a moment",
      advice:
        "Send such paths to the deployed API and expect 400. Deploy refuseOtherReadings before the routes that need it.",
    },
  ];
}
