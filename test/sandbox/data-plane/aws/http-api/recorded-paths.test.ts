import assert from "node:assert/strict";
import { decodePath } from "../../../../../sandbox/data-plane/aws/http-api/request-path.ts";
import { raw, TestDataPlane, to } from "../../../../support/sandbox/data-plane/test-data-plane.ts";

/**
 * What follows `/capture/` in the path that was sent, and in the path that the function received. Undefined: the response was a 400.
 * Recorded on AWS by hotsock/voker (vokerhttp/testdata/ingress-paths.json, a1c00bf4, July 2026).
 */
const recorded: readonly (readonly [string, string | undefined])[] = [
  ["plain", "plain"],
  ["space%20value", "space value"],
  ["question%3Fvalue", "question"],
  ["percent%25done", undefined],
  ["hash%23value", "hash#value"],
  ["slash%2Fvalue", "slash/value"],
  ["unicode-%CE%BB-%E4%B8%96%E7%95%8C", "unicode-λ-世界"],
  ["literal%252Fvalue", "literal/value"],
  ["literal%253Fvalue", "literal?value"],
  ["literal%2525value", "literal%value"],
];

describe("A request's path on an AWS HTTP API", () => {
  const stand = new TestDataPlane();
  before(() => stand.start());
  after(() => stand.close());

  for (const [sent, received] of recorded) {
    it(`is decoded as it was on AWS: ${sent}`, () => {
      const path = decodePath(`/capture/${sent}`, "refused");
      if (received === undefined) assert.equal(typeof path, "string");
      else assert.equal(typeof path === "string" ? path : path.text, `/capture/${received}`);
    });
  }

  it("reaches the backend decoded twice and encoded again", async () => {
    const url = await stand.serve({ "/a/{x}": { get: to("/a/{x}") } });
    for (const [sent, arrives] of [
      ["/a/b%2520c", "/a/b%20c"],
      ["/a/b%3Fc", "/a/b"],
      ["/a/b%253Fc", "/a/b%3Fc"],
    ] as const) {
      assert.equal((await fetch(`${url}${sent}`)).status, 200, sent);
      assert.equal(stand.backend.last.url, arrives);
    }
    assert.equal((await fetch(`${url}/a/100%25`)).status, 400);
  });

  it("is refused where another round of decoding leads to another route, because no recording shows which round selects it", async () => {
    const url = await stand.serve({ "/admin": { get: to("/admin") }, "/{rest+}": { get: to("/{rest}") } });
    const seen = stand.backend.seen.length;
    for (const path of ["/%2561dmin", "/admin%3Fx"]) {
      const response = await raw(url, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      assert.match(response, /^HTTP\/1\.1 400 /, path);
      assert.equal(stand.log.at(-1)?.decision, "malformed");
    }
    assert.equal(stand.backend.seen.length, seen);
  });
});
