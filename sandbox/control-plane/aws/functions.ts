import { digest } from "../identifier.ts";
import { text } from "../property-value.ts";
import type { ProviderPackage } from "../provider-package.ts";
import { policyDocumentResult } from "./iam/policy-document.ts";
import { type AwsSettings, accountId, checkRegion, partitionOf } from "./region.ts";

/**
 * The functions of the `aws` package that stacks call.
 *
 * @see https://www.pulumi.com/registry/packages/aws/api-docs/getregion/
 */
export const awsFunctions: ProviderPackage<AwsSettings>["functions"] = {
  "aws:index/getRegion:getRegion": (settings, args) => {
    const region = checkRegion(text(args, "region") ?? text(args, "name") ?? settings.region);
    const endpoint = `ec2.${region}.${partitionOf(region).dnsSuffix}`;
    return { description: `Sandbox (${region})`, endpoint, id: region, name: region, region };
  },

  // Three zones, as most Regions have. Filters are not evaluated.
  "aws:index/getAvailabilityZones:getAvailabilityZones": (settings, args) => {
    const region = checkRegion(text(args, "region") ?? settings.region);
    const names = ["a", "b", "c"].map((letter) => `${region}${letter}`);
    return { ...args, groupNames: [region], id: region, names, region, zoneIds: names.map((name) => `id-${name}`) };
  },

  "aws:index/getCallerIdentity:getCallerIdentity": ({ region }) => ({
    accountId,
    arn: `arn:${partitionOf(region).partition}:iam::${accountId}:user/polygate-sandbox`,
    id: accountId,
    userId: "AIDAPOLYGATESANDBOX00",
  }),

  "aws:index/getDefaultTags:getDefaultTags": ({ region }) => ({ id: partitionOf(region).partition, tags: {} }),

  "aws:iam/getPolicyDocument:getPolicyDocument": (_settings, args) => policyDocumentResult(args),

  "aws:index/getPartition:getPartition": ({ region }) => {
    const { partition, dnsSuffix } = partitionOf(region);
    return { partition, dnsSuffix, id: partition, reverseDnsPrefix: dnsSuffix.split(".").reverse().join(".") };
  },

  // Returns a zone for any name, as if it existed outside the stacks of the sandbox. The same name has the same id.
  "aws:route53/getZone:getZone": (_settings, args) => {
    const name = (text(args, "name") ?? "").toLowerCase().replace(/\.$/, "");
    const zoneId = text(args, "zoneId") ?? `Z${digest(`zone ${name}`, 20).toUpperCase()}`;
    return { arn: `arn:aws:route53:::hostedzone/${zoneId}`, id: zoneId, name, privateZone: false, zoneId };
  },
};
