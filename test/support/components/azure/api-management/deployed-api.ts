import { generateKeyPairSync } from "node:crypto";
import type { Bindings } from "../../../../../components/api/binding/binding.ts";
import { placeholders } from "../../../../../components/api/binding/placeholders.ts";
import { normalise } from "../../../../../components/api/check/normalise.ts";
import { apiManagementTarget } from "../../../../../components/azure/api-management/target.ts";
import type { ApimApi } from "../../../../../sandbox/data-plane/azure/api-management/artefacts.ts";
import type { Surroundings } from "../../../../../sandbox/data-plane/interpreter.ts";
import { OPEN_QUESTIONS, type Readings } from "../../../../../sandbox/data-plane/readings.ts";
import type { Service } from "../../../sandbox/data-plane/azure/api-management/service.ts";

export const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
export const set = { keys: [{ kid: "k", alg: "RS256", key: publicKey }], issuer: "https://login.example.com" };
export const discovery = "https://login.example.com/.well-known/openid-configuration";

/** The issuer's keys, at the only URL where a policy may look for them. */
export const keys: Surroundings["keys"] = {
  of: (location) => {
    const known = "discovery" in location && location.discovery === discovery;
    const found = known ? set : { failure: `nothing at ${JSON.stringify(location)}` };
    return { current: () => found, refetched: () => found };
  },
};

/** An API as it is deployed: with a document and a policy, and without a service URL. */
export function deployed(description: unknown, bindings?: Bindings, path = "shop"): Partial<ApimApi> {
  const api = normalise(description);
  const target = apiManagementTarget({ sku: "Developer", path, title: "shop" });
  const { document, policy } = target.compile(api, bindings ?? placeholders(api));
  return { name: "shop-api", path, document, policy, serviceUrl: "" };
}

export const decisionOf = async (gateway: Service, line: string, headers = {}, address = "10.0.0.1"): Promise<string> =>
  (await gateway.decide(line, headers, address)).decision;

/**
 * Every combination of readings of the open questions about API Management, but for those about keys, and that about an attribute that is
 * always written.
 */
export const everyReading: readonly Partial<Readings>[] = Object.entries(OPEN_QUESTIONS)
  .filter(
    ([question]) =>
      question.startsWith("apim-") &&
      !["apim-unmatched-origin", "apim-invalid-key", "apim-optional-key"].includes(question),
  )
  .reduce<Partial<Readings>[]>(
    (combinations, [question, { readings }]) =>
      Object.keys(readings).flatMap((reading) => combinations.map((each) => ({ ...each, [question]: reading }))),
    [{}],
  );
