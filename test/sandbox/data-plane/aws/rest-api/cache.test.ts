import assert from "node:assert/strict";
import type { AwsMethodSettings } from "../../../../../sandbox/data-plane/aws/artefacts/rest-api.ts";
import { interpretAwsRestApi } from "../../../../../sandbox/data-plane/aws/rest-api/rest-api.ts";
import { UnsupportedArtefact } from "../../../../../sandbox/data-plane/interpreter.ts";
import {
  lambda,
  RestStand,
  restApi,
  to,
  toFunction,
} from "../../../../support/sandbox/data-plane/aws/rest-api/service.ts";

describe("the cache of an AWS REST API's stage", () => {
  const stand = new RestStand();
  before(() => stand.start());
  after(() => stand.close());
  beforeEach(() => {
    stand.frozen = 1_000_000;
    stand.ahead = 0;
    let count = 0;
    stand.backend.answer = (_request, response) => {
      count++;
      response.writeHead(200, { "x-count": String(count) }).end(`answer ${count}`);
    };
  });

  const parameters = [
    { name: "q", in: "query" },
    { name: "X-A", in: "header" },
  ];
  const serve = (
    methodSettings: Readonly<Record<string, AwsMethodSettings>>,
    members: object = {},
    { cached = true, method = "get" } = {},
  ) =>
    stand.serve(
      {
        "/a/{id}": {
          [method]: to("/b", members, { parameters: [{ name: "id", in: "path", required: true }, ...parameters] }),
        },
      },
      { stage: { methodSettings, cached } },
    );
  const on: AwsMethodSettings = { cachingEnabled: true, cacheTtlInSeconds: 60 };
  const get = async (url: string, headers: Readonly<Record<string, string>> = {}, method = "GET") => {
    const answer = await fetch(url, { headers, method });
    return answer.text();
  };

  it("serves a cached response until it expires, without reaching the backend", async () => {
    const url = serve({ "a~1{id}/GET": on });
    assert.equal(await get(`${url}/a/1`), "answer 1");
    const again = await fetch(`${url}/a/1`);
    assert.deepEqual([again.status, again.headers.get("x-count"), await again.text()], [200, "1", "answer 1"]);
    assert.deepEqual([stand.log.at(-1)?.decision, stand.log.at(-1)?.backend], ["replied", false]);
    stand.ahead = 59_999;
    assert.equal(await get(`${url}/a/1`), "answer 1");
    stand.ahead = 60_000;
    assert.equal(await get(`${url}/a/1`), "answer 2");
  });

  it("distinguishes requests only by the parameters of its key, not even by path variables", async () => {
    const url = serve({ "a~1{id}/GET": on });
    assert.equal(await get(`${url}/a/1?q=1`), "answer 1");
    assert.equal(await get(`${url}/a/2?q=2`, { authorization: "other" }), "answer 1");
    const keyed = serve(
      { "a~1{id}/GET": on },
      { cacheKeyParameters: ["method.request.path.id", "method.request.querystring.q", "method.request.header.X-A"] },
    );
    const answers = [];
    for (const [path, a] of [
      ["1?q=1", "x"],
      ["2?q=1", "x"],
      ["1?q=2", "x"],
      ["1?q=1", "y"],
      ["1?q=1&z=1", "x"],
      ["1?q=9&q=1", "x"],
    ] as const) {
      answers.push(await get(`${keyed}/a/${path}`, { "x-a": a }));
    }
    assert.deepEqual(answers, ["answer 2", "answer 3", "answer 4", "answer 5", "answer 2", "answer 2"]);
    const all = serve({ "a~1{id}/GET": on }, { cacheKeyParameters: ["method.request.multivaluequerystring.q"] });
    assert.notEqual(await get(`${all}/a/1?q=1`), await get(`${all}/a/1?q=9&q=1`));
  });

  it("applies to GET by default, and to methods that enable it", async () => {
    const differ = async (url: string, method = "GET") =>
      (await get(`${url}/a/1`, {}, method)) !== (await get(`${url}/a/1?again`, {}, method));
    assert.equal(await differ(serve({})), false);
    assert.equal(await differ(serve({ "*/*": { cachingEnabled: false } })), true);
    assert.equal(await differ(serve({ "*/*": on })), false);
    assert.equal(await differ(serve({ "*/*": on, "a~1{id}/GET": { cachingEnabled: false } })), true);
    assert.equal(await differ(serve({ "*/*": { cachingEnabled: true, cacheTtlInSeconds: 0 } })), true);
    assert.equal(await differ(serve({ "*/*": on }, {}, { method: "post" }), "POST"), true);
    assert.equal(await differ(serve({ "a~1{id}/POST": on }, {}, { method: "post" }), "POST"), false);
    assert.equal(await differ(serve({ "*/*": on }, {}, { cached: false })), true);
  });

  it("lets a client invalidate a response only when no permission is required", async () => {
    const fresh = { "cache-control": "max-age=0" };
    const answered = async (settings: AwsMethodSettings) => {
      const url = serve({ "a~1{id}/GET": { ...on, ...settings } });
      await get(`${url}/a/1`);
      const answer = await fetch(`${url}/a/1`, { headers: fresh });
      const changed = answer.headers.get("x-count") !== null && (await get(`${url}/a/1`)) !== "";
      await answer.body?.cancel();
      return [answer.status, answer.headers.get("warning")?.slice(0, 4) ?? null, changed];
    };
    assert.deepEqual(await answered({}), [200, "199 ", true]);
    const strategy = (unauthorizedCacheControlHeaderStrategy: string) =>
      answered({ unauthorizedCacheControlHeaderStrategy });
    assert.deepEqual(await strategy("SUCCEED_WITHOUT_RESPONSE_HEADER"), [200, null, true]);
    assert.deepEqual((await strategy("FAIL_WITH_403")).slice(0, 2), [403, null]);
    const url = serve({ "a~1{id}/GET": { ...on, requireAuthorizationForCacheControl: false } });
    const first = await get(`${url}/a/1`);
    const dropped = await get(`${url}/a/1`, fresh);
    assert.notEqual(dropped, first);
    assert.equal(await get(`${url}/a/1`), dropped);
  });

  it("caches the responses of functions, but not their failures", async () => {
    let count = 0;
    stand.functions.returns("f", () => {
      count++;
      return count === 1 ? "no answer" : { statusCode: 200, body: String(count) };
    });
    const url = stand.serve(
      { "/f": { get: toFunction("f") } },
      {
        functions: lambda("f"),
        stage: { cached: true, methodSettings: {} },
      },
    );
    assert.equal((await fetch(`${url}/f`)).status, 502);
    assert.deepEqual([await get(`${url}/f`), await get(`${url}/f`)], ["2", "2"]);
  });

  it("does not cache a response of more than a megabyte", async () => {
    let count = 0;
    stand.backend.answer = (_request, response) => {
      count++;
      response.end(`${count}${"x".repeat(1_048_576)}`);
    };
    const url = serve({ "a~1{id}/GET": on });
    const first = await get(`${url}/a/1`);
    assert.notEqual((await get(`${url}/a/1`)).slice(0, 1), first.slice(0, 1));
  });

  it("stops the deployment for a key parameter that the operation does not declare", () => {
    for (const parameter of ["method.request.querystring.none", "method.request.body", "context.path", "q"]) {
      assert.throws(
        () =>
          interpretAwsRestApi(
            restApi({ "/a": { get: to("/", { cacheKeyParameters: [parameter] }, { parameters }) } }),
            stand.surroundings,
          ),
        UnsupportedArtefact,
        parameter,
      );
    }
  });
});
