import type { Api } from "../../api/checked-api.ts";
import type { Caution } from "../../gateway/target.ts";
import type { ConsumerPlans } from "./consumer-plans.ts";
import { hasKeys, mixesKeys } from "./keyless-product.ts";

/** What users should know about the keys of an API. */
export function keyCautions(api: Api, consumers: ConsumerPlans | undefined): readonly Caution[] {
  if (!hasKeys(api)) return [];
  const nobody: Caution = {
    route: "consumers",
    what: "no consumer is declared, so no request passes the routes that require a key",
    advice: "Declare consumers.",
    isDocumented: true,
  };
  const refused: Caution = {
    route: "apiKey",
    what: "a request to a route that requires no key may be answered with 401 if it contains a key of no consumer",
    advice: "Let clients send the header x-api-key with a key of their own only.",
  };
  return [
    ...(consumers !== undefined && Object.keys(consumers).length === 0 ? [nobody] : []),
    ...(mixesKeys(api) ? [refused] : []),
  ];
}
