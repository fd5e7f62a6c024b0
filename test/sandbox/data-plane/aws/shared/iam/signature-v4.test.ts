import assert from "node:assert/strict";
import { canonicalPath } from "../../../../../../sandbox/data-plane/aws/shared/iam/canonical-request.ts";
import {
  type ClaimedSignature,
  claimedSignature,
  isFault,
} from "../../../../../../sandbox/data-plane/aws/shared/iam/claimed-signature.ts";
import { isSignedBy, scopeFault } from "../../../../../../sandbox/data-plane/aws/shared/iam/signature-v4.ts";
import type { SignedRequest } from "../../../../../../sandbox/data-plane/aws/shared/iam/signed-request.ts";
import type { Readings } from "../../../../../../sandbox/data-plane/readings.ts";
import {
  type PublishedRequest,
  publishedQueries,
  publishedRequests,
  secretAccessKey,
  signingTime,
} from "../../../../../support/sandbox/data-plane/aws/shared/iam/published-requests.ts";

const place = { region: "us-east-1", service: "service" };
const none = new Uint8Array();

function signed(request: PublishedRequest): SignedRequest {
  const { method, path, query, headers, signedHeaders, signature } = request;
  const scope = "AKIDEXAMPLE/20150830/us-east-1/service/aws4_request";
  return {
    method,
    path,
    query,
    headers: [
      ["Host", "example.amazonaws.com"],
      ["X-Amz-Date", "20150830T123600Z"],
      ...headers,
      ["Authorization", `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`],
    ],
  };
}

function claimOf(request: SignedRequest, preferred: Readings["aws-two-signatures"] = "header"): ClaimedSignature {
  const claimed = claimedSignature(request, preferred);
  if (isFault(claimed)) assert.fail(claimed.message);
  return claimed;
}

function faultOf(request: SignedRequest, preferred: Readings["aws-two-signatures"] = "header"): string {
  const claimed = claimedSignature(request, preferred);
  return isFault(claimed) ? `${claimed.kind}: ${claimed.message}` : "none";
}

const [vanilla] = publishedRequests as readonly [PublishedRequest];

/** A request that is signed in its query. */
function presigned(query = publishedQueries[0]?.query ?? ""): SignedRequest {
  return { method: "GET", path: "/", query, headers: [["Host", "example.amazonaws.com"]] };
}

/** The first published request with a header replaced or removed. */
function withHeader(name: string, value: string | undefined): SignedRequest {
  const request = signed(vanilla);
  const others = request.headers.filter(([each]) => each.toLowerCase() !== name.toLowerCase());
  return { ...request, headers: value === undefined ? others : [...others, [name, value]] };
}

function withAuthorization(change: (value: string) => string): SignedRequest {
  const [, value = ""] = signed(vanilla).headers.find(([name]) => name === "Authorization") ?? [];
  return withHeader("Authorization", change(value));
}

describe("Signature Version 4", () => {
  for (const request of publishedRequests) {
    it(`verifies ${request.name} of AWS's test suite, and rejects another secret, body, method, path or query`, () => {
      const wire = signed(request);
      const claimed = claimOf(wire);
      const body = Buffer.from(request.body);
      assert.equal(scopeFault(claimed, place, signingTime), undefined);
      assert.equal(isSignedBy(secretAccessKey, claimed, wire, body), true);
      assert.equal(isSignedBy(`${secretAccessKey}x`, claimed, wire, body), false);
      assert.equal(isSignedBy(secretAccessKey, claimed, wire, Buffer.from(`${request.body}x`)), false);
      assert.equal(isSignedBy(secretAccessKey, claimed, { ...wire, method: "PUT" }, body), false);
      assert.equal(isSignedBy(secretAccessKey, claimed, { ...wire, path: `${wire.path}x` }, body), false);
      assert.equal(isSignedBy(secretAccessKey, claimed, { ...wire, query: `${wire.query}&x=1` }, body), false);
    });
  }

  for (const { name, path, query } of publishedQueries) {
    it(`verifies ${name} of AWS's test suite in a query until it expires`, () => {
      const wire: SignedRequest = { method: "GET", path, query, headers: [["Host", "example.amazonaws.com"]] };
      const claimed = claimOf(wire);
      assert.equal(isSignedBy(secretAccessKey, claimed, wire, none), true);
      assert.equal(isSignedBy(secretAccessKey, claimed, { ...wire, query: `${query}&x=1` }, none), false);
      assert.equal(scopeFault(claimed, place, signingTime + 3_600_000), undefined);
      assert.match(scopeFault(claimed, place, signingTime + 3_600_001)?.message ?? "", /^Signature expired: /);
    });
  }

  it("is valid for five minutes before and after its time", () => {
    const claimed = claimOf(signed(vanilla));
    const at = (ms: number) => scopeFault(claimed, place, signingTime + ms)?.message;
    assert.equal(at(300_000), undefined);
    assert.equal(at(-300_000), undefined);
    assert.equal(
      at(301_000),
      "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)",
    );
    assert.equal(
      at(-301_000),
      "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T123059Z + 5 min.)",
    );
  });

  it("is valid for one Region, one service and one day", () => {
    const scoped = (from: string, to: string) => {
      const claimed = claimOf(withAuthorization((value) => value.replace(from, to)));
      return scopeFault(claimed, place, signingTime)?.message;
    };
    assert.equal(scoped("us-east-1", "us-west-2"), "Credential should be scoped to a valid region, not 'us-west-2'. ");
    assert.equal(scoped("/service/", "/s3/"), "Credential should be scoped to correct service: 'service'. ");
    assert.match(scoped("/20150830/", "/20150831/") ?? "", /^Date in Credential scope does not match YYYYMMDD/);
  });

  it("must cover the host and every x-amz header of the request", () => {
    assert.equal(
      faultOf(withAuthorization((value) => value.replace("host;x-amz-date", "x-amz-date"))),
      "incomplete: 'Host' or ':authority' must be a 'SignedHeader' in the Authorization.",
    );
    assert.equal(
      faultOf(withHeader("X-Amz-Security-Token", "token")),
      "incomplete: 'X-Amz-Security-Token' must be a 'SignedHeader' in the Authorization.",
    );
    assert.equal(
      faultOf(withAuthorization((value) => value.replace("host;", "host;my-header;"))),
      "incomplete: The signed header 'my-header' is missing",
    );
  });

  it("reports why it is missing or cannot be read", () => {
    assert.equal(faultOf(withHeader("Authorization", undefined)), "missing: Missing Authentication Token");
    for (const value of [
      "Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln",
      "Basic dXNlcjpwYXNz",
      "",
      "AWS4-HMAC-SHA256",
      "AWS4-HMAC-SHA256 Credential",
      "AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, SignedHeaders=host, Signature=00",
    ]) {
      assert.match(faultOf(withHeader("Authorization", value)), /^incomplete: /, value);
    }
    for (const [from, to] of [
      ["/aws4_request", "/aws5_request"],
      ["/aws4_request", ""],
      ["AKIDEXAMPLE", ""],
      ["Signature=", "Signature=0"],
      ["Signature=5", "Signature=g"],
      [", Signature=", ", Signature=0, Signature="],
      ["host;x-amz-date", "x-amz-date;host"],
      ["host;x-amz-date", "Host;x-amz-date"],
      ["host;x-amz-date", "host;host;x-amz-date"],
      ["SignedHeaders=host;x-amz-date, ", ""],
    ] as const) {
      assert.match(faultOf(withAuthorization((value) => value.replace(from, to))), /^incomplete: /, `${from} -> ${to}`);
    }
    for (const time of [undefined, "20150830", "20150230T123600Z", "20150830T993600Z", "2015-08-30T12:36:00Z"]) {
      assert.match(faultOf(withHeader("X-Amz-Date", time)), /^incomplete: /, time);
    }
    assert.match(faultOf({ ...signed(vanilla), query: "%E1%88" }), /^incomplete: /);
    const { query } = presigned();
    for (const text of [
      query.replace("X-Amz-Expires=3600", "X-Amz-Expires=604801"),
      query.replace("X-Amz-Expires=3600", "X-Amz-Expires=0"),
      query.replace("X-Amz-Expires=3600&", ""),
      query.replace("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"),
      `${query}&X-Amz-Expires=3600`,
      `${query}&X-Amz-Surprise=1`,
      query.replace("X-Amz-Date", "x-amz-date"),
    ]) {
      assert.match(faultOf(presigned(text)), /^incomplete: /, text);
    }
  });

  it("is that of the first header or of the query in a request with several, by the reading of aws-two-signatures", () => {
    const other = ["Authorization", "Bearer x"] as const;
    const inQuery = { ...presigned(), headers: [...presigned().headers, other] };
    assert.match(faultOf(inQuery, "header"), /^incomplete: /);
    assert.equal(claimOf(inQuery, "query").expiresSeconds, 3600);
    const inHeader = { ...signed(vanilla), headers: [...signed(vanilla).headers, other] };
    assert.equal(claimOf(inHeader, "header").accessKeyId, "AKIDEXAMPLE");
    assert.match(faultOf(inHeader, "query"), /^incomplete: /, "the last header");
  });

  it("covers the received body, whatever hash a header declares", () => {
    const [, form] = publishedRequests.filter(({ body }) => body !== "") as readonly PublishedRequest[];
    if (form === undefined) assert.fail("the suite has requests with a body");
    const claimed = claimOf(signed(form));
    assert.equal(isSignedBy(secretAccessKey, claimed, signed(form), Buffer.from("UNSIGNED-PAYLOAD")), false);
  });

  it("encodes a path once more than it was sent", () => {
    assert.equal(canonicalPath("/a%20b"), "/a%2520b");
    assert.equal(canonicalPath("/it's(1)*!"), "/it%27s%281%29%2A%21");
    assert.equal(canonicalPath("//a//./b/../c/"), "/a/c/");
    assert.equal(canonicalPath("/.."), "/");
  });
});
