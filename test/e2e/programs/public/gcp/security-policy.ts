/** Rules of Cloud Armor. */
import { compute } from "@pulumi/gcp";

const policy = new compute.SecurityPolicy("security-policy", {
  rules: [
    {
      action: "deny(403)",
      description: "A range",
      match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["9.9.9.0/24"] } },
      priority: 1000,
    },
    {
      action: "allow",
      description: "All others",
      match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } },
      priority: 2_147_483_647,
    },
  ],
});
export const link = policy.selfLink;
