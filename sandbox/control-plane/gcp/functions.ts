import { crc32 } from "node:zlib";
import { isObject, type Properties, text, texts } from "../property-value.ts";
import type { ProviderPackage } from "../provider-package.ts";
import { type GcpSettings, projectNumber } from "./project.ts";

/** The functions of the `gcp` package that stacks call. */
export const gcpFunctions: ProviderPackage<GcpSettings>["functions"] = {
  // https://www.pulumi.com/registry/packages/gcp/api-docs/organizations/getclientconfig/
  "gcp:organizations/getClientConfig:getClientConfig": ({ project, region }) => ({
    accessToken: "polygate-sandbox",
    defaultLabels: {},
    id: `projects/${JSON.stringify(project)}/regions/${JSON.stringify(region ?? "")}/zones/""`,
    project,
    region: region ?? "",
    zone: "",
  }),

  // terraform-provider-google, data_source_iam_policy.go. It needs no cloud.
  "gcp:organizations/getIAMPolicy:getIAMPolicy": (_settings, args) => {
    const policyData = JSON.stringify({ bindings: bindingsOf(args) });
    return { ...args, id: String(crc32(policyData)), policyData };
  },

  "gcp:organizations/getProject:getProject": (settings, args) => {
    const project = text(args, "projectId") ?? settings.project;
    return {
      autoCreateNetwork: false,
      billingAccount: "",
      deletionPolicy: "PREVENT",
      effectiveLabels: {},
      folderId: "",
      id: `projects/${project}`,
      labels: {},
      name: project,
      number: projectNumber,
      orgId: "",
      projectId: project,
      pulumiLabels: {},
      tags: {},
    };
  },
};

/** The bindings with sorted members. */
function bindingsOf(args: Properties): readonly Properties[] {
  return (Array.isArray(args.bindings) ? args.bindings.filter(isObject) : []).map((binding) => ({
    ...(isObject(binding.condition) ? { condition: binding.condition } : {}),
    members: [...(texts(binding.members) ?? [])].sort(),
    role: text(binding, "role") ?? "",
  }));
}
