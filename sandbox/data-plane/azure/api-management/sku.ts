import { UnsupportedArtefact } from "../../interpreter.ts";

/**
 * The features and limits of a pricing tier.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-features
 */
export interface Sku {
  readonly name: string;
  /** The largest policy document in bytes. */
  readonly policyBytes: number;
  /** The longest URL in bytes, including the query. */
  readonly urlBytes: number;
  /** The longest time for a whole request in milliseconds. Undefined for a tier without this limit. */
  readonly requestMs: number | undefined;
  readonly rateLimitByKey: boolean;
  readonly quotaByKey: boolean;
  /** Whether rate limits are token buckets, not sliding windows. https://learn.microsoft.com/azure/api-management/rate-limit-by-key-policy */
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

/** @throws UnsupportedArtefact for an unknown tier */
export function skuNamed(name: string): Sku {
  const sku = SKUS.find((each) => each.name === name);
  if (sku === undefined) {
    throw new UnsupportedArtefact(
      "sku",
      `must be one of ${SKUS.map((each) => each.name).join(", ")}, is ${JSON.stringify(name)}`,
    );
  }
  return sku;
}
