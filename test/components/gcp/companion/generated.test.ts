import assert from "node:assert/strict";
import fc from "fast-check";
import { placeholders } from "../../../../components/api/binding/placeholders.ts";
import { carry } from "../../../../components/api/capability/carry.ts";
import type { Feature } from "../../../../components/api/capability/features.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import type { Api } from "../../../../components/api/checked-api.ts";
import { PolygateError } from "../../../../components/api/problem.ts";
import { gcpApiGatewayWithCompanion } from "../../../../components/gcp/companion/capabilities.ts";
import { checkCompanion } from "../../../../components/gcp/companion/check.ts";
import { companionConfiguration, companionText } from "../../../../components/gcp/companion/configuration.ts";
import { companionLinks } from "../../../../components/gcp/link/link.ts";
import { findEnvoy } from "../../../../engine/index.ts";
import { CertificateAuthority } from "../../../../sandbox/certificate-authority.ts";
import { validateBootstrap } from "../../../../sandbox/data-plane/envoy/validation.ts";
import { descriptions, literals } from "../../../contract/generate/descriptions.ts";
import { withAuthority } from "../../../support/components/gcp/companion/loopback-clusters.ts";
import { seed } from "../../../support/seed.ts";

const carries = (feature: string): boolean =>
  gcpApiGatewayWithCompanion.features[feature as Feature].support !== "none";

/** The generated description as the companion carries it; undefined if its routes conflict. */
function carried(description: object): Api | undefined {
  try {
    return carry(normalise(description), gcpApiGatewayWithCompanion, {}, checkCompanion).api;
  } catch (error) {
    if (error instanceof PolygateError) return undefined;
    throw error;
  }
}

const apis = fc.sample(
  descriptions(
    carries,
    literals.filter((text) => !text.includes(":")),
  ),
  { numRuns: 200, seed },
);

/** The same description with the members of its records in another order. That of a reply's body is a part of the reply. */
function reordered(value: object): object {
  const members = Object.entries(value).toReversed();
  return Object.fromEntries(
    members.map(([name, member]) => [
      name,
      name === "body" || Array.isArray(member) || typeof member !== "object" ? member : reordered(member),
    ]),
  );
}

describe("The configuration of a companion", function () {
  this.timeout(120_000);

  it("is accepted by Envoy for every description that is accepted, hostile texts included", async () => {
    const { certificate } = await CertificateAuthority.create();
    const { program } = findEnvoy();
    const accepted = apis.flatMap((description) => carried(description) ?? []).slice(0, 30);
    assert.equal(accepted.length, 30, "most generated descriptions are accepted");
    for (const api of accepted) {
      const configuration = companionConfiguration(api, placeholders(api, { links: companionLinks }));
      await validateBootstrap(program, { ...withAuthority(configuration, certificate) });
    }
  });

  it("is the same text in whatever order a description lists its members", () => {
    let compared = 0;
    for (const description of apis) {
      const [api, other] = [carried(description), carried(reordered(description))];
      if (api === undefined || other === undefined) continue;
      const bindings = placeholders(api, { links: companionLinks });
      const texts = [api, other].map((each) => companionText(companionConfiguration(each, bindings)));
      assert.equal(texts[1], texts[0]);
      assert.deepEqual(JSON.parse(texts[0] ?? ""), companionConfiguration(api, bindings));
      compared++;
    }
    assert.ok(compared > 50, `${compared}`);
  });

  it("takes little time to compile for hundreds of routes, and Envoy accepts it", async () => {
    const routes = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [
        `GET /r${index}/{id}`,
        {
          to: "shop",
          scopes: ["a", "b"],
          path: `/to/{id}/${index}`,
          limits: [{ requests: 5, per: "second", by: "consumer" }],
        },
      ]),
    );
    const api = normalise({
      version: 1,
      backends: { shop: { kind: "http" } },
      auth: { staff: { kind: "jwt", audiences: ["orders"] } },
      default: { auth: "staff" },
      routes,
    });
    const bindings = placeholders(api);
    companionConfiguration(api, bindings);
    const start = performance.now();
    const text = companionText(companionConfiguration(api, bindings));
    const spent = performance.now() - start;
    assert.ok(spent < 200, `${spent} ms`);
    const { certificate } = await CertificateAuthority.create();
    await validateBootstrap(findEnvoy().program, { ...withAuthority(JSON.parse(text), certificate) });
  });
});
