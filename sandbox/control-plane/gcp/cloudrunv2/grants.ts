import { containsUnknown, type Properties, text } from "../../property-value.ts";
import type { Records } from "../../records.ts";
import { type Call, type ResourceModel, VendorError } from "../../resource-model.ts";
import { gcpEcho } from "../echo.ts";
import { type GcpSettings, projectOf } from "../project.ts";
import { type Granted, type GrantReader, ofBinding, ofMember, ofPolicy } from "./granted.ts";
import { type RunGrantRecord, runGrants, runServices } from "./record.ts";

/** https://cloud.google.com/run/docs/securing/authenticating: invokers and admins of Cloud Run, owners and editors of the project. */
const INVOKING: ReadonlySet<string> = new Set(["roles/run.invoker", "roles/run.admin", "roles/owner", "roles/editor"]);
/** Roles of a service that contain no right to invoke it. */
const HARMLESS: ReadonlySet<string> = new Set(["roles/run.viewer"]);
/** Members that the sandbox can compare with a token. Who belongs to a group, for example, it cannot tell. */
const MEMBER = /^(?:allUsers|allAuthenticatedUsers|(?:serviceAccount|user):.+)$/;

interface Scope {
  /** The full name of what a resource grants roles on. */
  readonly of: (settings: GcpSettings, inputs: Properties) => string;
  /** Whether a role can contain the right to invoke a service, beside those of which it is known. */
  readonly mayInvoke: (role: string) => boolean;
}

const SERVICE: Scope = { of: serviceOf, mayInvoke: (role) => !HARMLESS.has(role) };
/** A project has many members with roles that lead to no service: only those of Cloud Run are looked at. */
const PROJECT: Scope = {
  of: (settings, inputs) => `projects/${projectOf(settings, inputs).replace(/^projects\//, "")}`,
  mayInvoke: (role) => INVOKING.has(role) && role.startsWith("roles/run."),
};

/**
 * The resources that say who may invoke a service. Unverified: what a service has after resources that exclude each other, such as a policy
 * and a member, were applied in some order. Here, each of them grants what it contains.
 */
export const runGrantModels: Readonly<Record<string, ResourceModel<GcpSettings>>> = {
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": grantModel(SERVICE, ["*"], ofMember),
  "gcp:cloudrunv2/serviceIamBinding:ServiceIamBinding": grantModel(
    SERVICE,
    ["condition", "location", "name", "project", "role"],
    ofBinding,
  ),
  "gcp:cloudrunv2/serviceIamPolicy:ServiceIamPolicy": grantModel(SERVICE, ["location", "name", "project"], ofPolicy),
  "gcp:projects/iAMMember:IAMMember": grantModel(PROJECT, ["*"], ofMember),
  "gcp:projects/iAMBinding:IAMBinding": grantModel(PROJECT, ["condition", "project", "role"], ofBinding),
  "gcp:projects/iAMPolicy:IAMPolicy": grantModel(PROJECT, ["project"], ofPolicy),
};

function grantModel(scope: Scope, replaces: readonly string[], read: GrantReader): ResourceModel<GcpSettings> {
  const grant = (call: Call<GcpSettings>, id: string, inputs: Properties): void => {
    const granted = read(inputs);
    const invokers = granted.filter(({ role }) => INVOKING.has(role)).flatMap(({ members }) => members);
    const [problem] = unmodelled(scope, granted).map(({ property, reason }) => `${property}: ${reason}`);
    const on = scope.of(call.settings, inputs);
    runGrants.put(call.records, { on, invokers, ...(problem && { unmodelled: problem }) }, id);
    for (const [, { id: service }] of runServices.list(call.records)) refuseUnmodelledGrants(call.records, service);
  };
  return {
    ...gcpEcho,
    replaces,
    verify(inputs, call) {
      if (containsUnknown(inputs)) return [];
      const on = scope.of(call.settings, inputs);
      const decides = runServices.list(call.records).some(([, { id }]) => reaches(on, id));
      return decides ? unmodelled(scope, read(inputs)).slice(0, 1) : [];
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

/** The grants of a service and of its project. */
export function grantsOf(records: Records, service: string): readonly RunGrantRecord[] {
  return runGrants
    .list(records)
    .map(([, grant]) => grant)
    .filter(({ on }) => reaches(on, service));
}

/** @throws VendorError for a service with an Envoy that has a grant which can decide requests and is not modelled */
export function refuseUnmodelledGrants(records: Records, service: string): void {
  for (const { unmodelled: problem, on } of grantsOf(records, service)) {
    if (problem !== undefined) throw new VendorError(`The grants of ${on}: ${problem}`);
  }
}

function reaches(on: string, service: string): boolean {
  return on === service || service.startsWith(`${on}/`);
}

/** What can decide requests and is not modelled. */
function unmodelled(
  { mayInvoke }: Scope,
  granted: readonly Granted[],
): readonly { readonly property: string; readonly reason: string }[] {
  return granted.flatMap(({ role, members, condition }) => {
    const problem = (property: string, what: string, instead: string) => [
      { property, reason: `${what} is not modelled in the sandbox for a service with Envoy; ${instead}` },
    ];
    if (!mayInvoke(role)) return [];
    if (!INVOKING.has(role)) return problem("role", JSON.stringify(role), "use roles/run.invoker");
    if (condition) return problem("condition", "a condition", "leave it out here");
    const other = members.find((member) => !MEMBER.test(member));
    return other === undefined ? [] : problem("member", JSON.stringify(other), "use serviceAccount:EMAIL");
  });
}

/** The full name of the service, whether the resource names it in full or not. */
function serviceOf(settings: GcpSettings, inputs: Properties): string {
  const name = text(inputs, "name") ?? "";
  if (name.startsWith("projects/")) return name;
  const location = text(inputs, "location") ?? settings.region ?? "";
  return `projects/${projectOf(settings, inputs)}/locations/${location}/services/${name}`;
}
