import { UnsupportedArtefact } from "../../interpreter.ts";

/** What a pricing tier allows; https://learn.microsoft.com/azure/api-management/api-management-features */
export interface Sku {
  readonly name: string;
  /** The largest policy document in bytes. */
  readonly policyBytes: number;
  /** The longest URL in bytes, the query included. */
  readonly urlBytes: number;
  /** The longest time for a whole request in milliseconds, where the tier has one. */
  readonly requestMs: number | undefined;
  readonly rateLimitByKey: boolean;
  readonly quotaByKey: boolean;
  /** Rate limits are token buckets, not sliding windows; https://learn.microsoft.com/azure/api-management/rate-limit-by-key-policy */
  readonly tokenBuckets: boolean;
}

const KIB = 1024;
const classic = (name: string): Sku => ({
  name,
  policyBytes: 256 * KIB,
  urlBytes: 16_384,
  requestMs: undefined,
  rateLimitByKey: true,
  quotaByKey: true,
  tokenBuckets: false,
});
const v2 = (name: string): Sku => ({ ...classic(name), quotaByKey: false, tokenBuckets: true });

const SKUS: readonly Sku[] = [
  {
    name: "Consumption",
    policyBytes: 16 * KIB,
    urlBytes: 4096,
    requestMs: 30_000,
    rateLimitByKey: false,
    quotaByKey: false,
    tokenBuckets: false,
  },
  classic("Developer"),
  classic("Basic"),
  classic("Standard"),
  classic("Premium"),
  v2("BasicV2"),
  v2("StandardV2"),
  v2("PremiumV2"),
];

/** @throws UnsupportedArtefact for a tier that is not known */
export function skuNamed(name: string): Sku {
  const sku = SKUS.find((each) => each.name === name);
  if (sku === undefined) {
    throw new UnsupportedArtefact(
      "sku",
      `${JSON.stringify(name)} is none of ${SKUS.map((each) => each.name).join(", ")}`,
    );
  }
  return sku;
}
