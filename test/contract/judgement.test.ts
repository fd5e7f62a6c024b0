import assert from "node:assert/strict";
import { listed, unexcused } from "./divergence.ts";
import { failuresOf, Judge } from "./judgement.ts";
import type { Outcome } from "./observation.ts";
import type { DescriptionText } from "./oracle/description.ts";
import { type ContractRequest, Oracle } from "./oracle/oracle.ts";
import { vendors } from "./vendors/vendors.ts";
import { plainAnswer } from "./world/backend.ts";

const description: DescriptionText = {
  version: 1,
  backends: { shop: { kind: "http" } },
  auth: { anyone: { kind: "open", reason: "a test" } },
  default: { auth: "anyone" },
  routes: { "POST /health": { reply: { status: 200 } }, "POST /orders": { to: "shop" } },
};
const places = { backends: { shop: { url: "https://shop.test" } }, auth: {}, consumers: {} };

/** Returns the failures of the classes whose gateway rejects the request as malformed with this status. */
function rejected(path: string, headers: ContractRequest["headers"], status: number) {
  const request: ContractRequest = {
    method: "POST",
    path,
    query: "",
    headers,
    credential: { kind: "none" },
    key: { kind: "none" },
    bodyBytes: 0,
    address: "127.0.0.1",
    at: 0,
  };
  const outcome: Outcome = {
    request,
    sending: { method: "POST", target: path, headers },
    answer: plainAnswer,
    received: { status, headers: [], body: Buffer.alloc(0), sentQuery: "" },
    arrived: [],
    logged: { decision: "malformed", backend: false },
  };
  const oracle = new Oracle(description, places, 1000);
  const verdict = oracle.judge(request, () => "up");
  const vendor = { readAnswer: () => "malformed" as const, authorizationHeader: "authorization" } as const;
  const judge = new Judge(description, places, vendor, oracle);
  const failures = failuresOf("route-hit", outcome, verdict, judge.judge(outcome, verdict));
  return vendors
    .filter((vendor) => unexcused(vendor, failures).length > 0)
    .map(({ capabilities }) => capabilities.className);
}

describe("a rejection of a media type", () => {
  const png = [["Content-Type", "image/png"]] as const;
  const all = vendors.map(({ capabilities }) => capabilities.className);

  it("is a divergence that AwsRestApi alone lists", () => {
    const listing = vendors.filter((vendor) => listed(vendor).has("reply-type"));
    assert.deepEqual(
      listing.map(({ capabilities }) => capabilities.className),
      ["AwsRestApi"],
    );
  });

  it("fails every class but AwsRestApi, on a route that replies", () => {
    assert.deepEqual(
      rejected("/health", png, 415),
      all.filter((name) => name !== "AwsRestApi"),
    );
  });

  it("fails every class on a route with a backend, without a declared type, and with another status than 415", () => {
    assert.deepEqual(rejected("/orders", png, 415), all);
    assert.deepEqual(rejected("/health", [], 415), all);
    assert.deepEqual(rejected("/health", png, 400), all);
  });
});
