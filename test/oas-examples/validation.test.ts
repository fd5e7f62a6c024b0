import assert from "node:assert/strict";
import type { Description } from "../../components/api/description.ts";
import { fromOpenApi } from "../../components/api/openapi/from-openapi.ts";
import { PolygateError, type Problem } from "../../components/api/problem.ts";
import type { DescriptionText } from "../contract/oracle/description.ts";
import { vendors } from "../contract/vendors/vendors.ts";
import { placesFor } from "../support/components/problems.ts";
import { documents, fileOf, overridesFor } from "./documents.ts";

const rest = vendors.find(({ capabilities }) => capabilities.className === "AwsRestApi");

/** Sets `validate` for a whole document. */
function overlay(validate: unknown): object {
  const info = { title: "Validation", version: "1" };
  return { overlay: "1.0.0", info, actions: [{ target: "$", update: { "x-polygate": { validate } } }] };
}

interface Outcome {
  readonly description?: Description;
  readonly problems: readonly Problem[];
}

/** Reads a document, and renders it for a REST API. */
function outcomeOf(read: () => Description): Outcome {
  try {
    const description = read();
    rest?.render(description as DescriptionText, placesFor(description));
    return { description, problems: [] };
  } catch (error) {
    if (!(error instanceof PolygateError)) throw error;
    return { problems: error.problems };
  }
}

const readWith = (document: string, validate: unknown): Outcome =>
  outcomeOf(() => fromOpenApi(fileOf(document), { ...overridesFor(document), overlay: overlay(validate) }));

function bodiesOf({ description }: Outcome): number {
  return Object.values(description?.routes ?? {}).filter(({ request }) => request?.body !== undefined).length;
}

describe("the documents of oas-examples with validation", function () {
  this.timeout(60_000);

  it("are carried by AwsRestApi like without it, most of them not with exact validation", () => {
    const count = { plain: 0, validated: 0, exact: 0, bodies: 0 };
    for (const document of documents) {
      if (document.startsWith("2.0/") || !document.includes("/json/")) continue;
      const [plain, validated, exact] = [false, true, "exact"].map((validate) => readWith(document, validate));
      assert.ok(plain && validated && exact);
      assert.deepEqual(
        validated.problems.map(({ code, place }) => `${code} ${place}`),
        plain.problems.map(({ code, place }) => `${code} ${place}`),
        document,
      );
      if (plain.problems.length === 0) count.plain++;
      if (validated.problems.length === 0) count.validated++;
      if (exact.problems.length === 0) count.exact++;
      count.bodies += bodiesOf(validated);
    }
    assert.equal(count.plain, count.validated);
    assert.ok(count.validated >= 57 && count.exact <= 30 && count.bodies >= 72, JSON.stringify(count));
  });
});
