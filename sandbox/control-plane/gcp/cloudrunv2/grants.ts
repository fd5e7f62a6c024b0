import { containsUnknown, isObject, type Properties, text, texts } from "../../property-value.ts";
import type { Records } from "../../records.ts";
import { type Call, type ResourceModel, VendorError } from "../../resource-model.ts";
import { gcpEcho } from "../echo.ts";
import { type GcpSettings, projectOf } from "../project.ts";
import { objects } from "./container.ts";
import { runGrants, runServices } from "./record.ts";

const INVOKER = "roles/run.invoker";
/** Roles that contain no right to invoke a service. */
const HARMLESS: ReadonlySet<string> = new Set(["roles/run.viewer"]);
/** Members that the sandbox can compare with a token. Who belongs to a group, for example, it cannot tell. */
const MEMBER = /^(?:allUsers|allAuthenticatedUsers|(?:serviceAccount|user):.+)$/;

interface Grant {
  readonly role: string;
  readonly members: readonly string[];
  readonly condition: boolean;
}

/**
 * The resources that say who may invoke a service. Unverified: what a service has after resources that exclude each other, such as a policy
 * and a member, were applied in some order. Here, each of them grants what it contains.
 */
export const runGrantModels: Readonly<Record<string, ResourceModel<GcpSettings>>> = {
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": grantModel(["*"], (inputs) => [
    grantOf({ ...inputs, members: inputs.member === undefined ? [] : [inputs.member] }),
  ]),
  "gcp:cloudrunv2/serviceIamBinding:ServiceIamBinding": grantModel(
    ["condition", "location", "name", "project", "role"],
    (inputs) => [grantOf(inputs)],
  ),
  "gcp:cloudrunv2/serviceIamPolicy:ServiceIamPolicy": grantModel(["location", "name", "project"], policyGrants),
};

function grantModel(
  replaces: readonly string[],
  read: (inputs: Properties) => readonly Grant[],
): ResourceModel<GcpSettings> {
  const grant = (call: Call<GcpSettings>, id: string, inputs: Properties): void => {
    const service = serviceOf(call.settings, inputs);
    const grants = read(inputs);
    const invokers = grants.filter(({ role }) => role === INVOKER).flatMap(({ members }) => members);
    const [problem] = unmodelled(grants).map(({ property, reason }) => `${property}: ${reason}`);
    runGrants.put(call.records, { service, invokers, ...(problem && { unmodelled: problem }) }, id);
    refuseUnmodelledGrants(call.records, service);
  };
  return {
    ...gcpEcho,
    replaces,
    verify(inputs, call) {
      if (containsUnknown(inputs)) return [];
      const service = serviceOf(call.settings, inputs);
      const problem = runServices.get(call.records, service) && unmodelled(read(inputs))[0];
      return problem === undefined ? [] : [problem];
    },
    async create(call, inputs) {
      const created = await gcpEcho.create(call, inputs);
      grant(call, created.id, inputs);
      return created;
    },
    async update(call, id, change) {
      grant(call, id, change.inputs);
      return await gcpEcho.update(call, id, change);
    },
    delete(call, id, state) {
      gcpEcho.delete(call, id, state);
      runGrants.delete(call.records, id);
    },
  };
}

/** @throws VendorError for a service with an Envoy that has a grant which can decide requests and is not modelled */
export function refuseUnmodelledGrants(records: Records, service: string): void {
  if (runServices.get(records, service) === undefined) return;
  for (const [, grant] of runGrants.list(records)) {
    if (grant.service !== service || grant.unmodelled === undefined) continue;
    throw new VendorError(`The grants of ${service}: ${grant.unmodelled}`);
  }
}

/** What can decide requests and is not modelled. */
function unmodelled(grants: readonly Grant[]): readonly { readonly property: string; readonly reason: string }[] {
  return grants.flatMap(({ role, members, condition }) => {
    const say = (property: string, what: string, instead: string) => [
      { property, reason: `${what} is not modelled in the sandbox for a service with Envoy; ${instead}` },
    ];
    if (HARMLESS.has(role)) return [];
    if (role !== INVOKER) return say("role", JSON.stringify(role), `use ${INVOKER}`);
    if (condition) return say("condition", "a condition", "leave it out here");
    const other = members.find((member) => !MEMBER.test(member));
    return other === undefined ? [] : say("member", JSON.stringify(other), "use serviceAccount:EMAIL");
  });
}

function grantOf(value: Properties): Grant {
  return {
    role: text(value, "role") ?? "",
    members: texts(value.members) ?? [],
    condition: isObject(value.condition),
  };
}

function policyGrants(inputs: Properties): readonly Grant[] {
  try {
    const policy = JSON.parse(text(inputs, "policyData") ?? "{}") as Properties;
    return objects(policy.bindings).map(grantOf);
  } catch {
    return [];
  }
}

/** The full name of the service, whether the resource names it in full or not. */
function serviceOf(settings: GcpSettings, inputs: Properties): string {
  const name = text(inputs, "name") ?? "";
  if (name.startsWith("projects/")) return name;
  const location = text(inputs, "location") ?? settings.region ?? "";
  return `projects/${projectOf(settings, inputs)}/locations/${location}/services/${name}`;
}
