import assert from "node:assert/strict";
import { CompanionBench } from "../../../support/components/gcp/companion/companion-bench.ts";
import { bearing, tokenWith } from "../../../support/components/gcp/companion/companion-tokens.ts";
import { shopApi, shopBindings } from "../../../support/components/gcp/companion/shop-api.ts";
import { WireClient } from "../../../support/sandbox/data-plane/gcp/espv2/wire-client.ts";

const open = { auth: "anyone" };
const longName = "l".repeat(3000);

const api = shopApi({
  "GET /": open,
  "GET /shop/item": {},
  "PUT /shop/item": open,
  "GET /shop/{name}": {},
  "DELETE /shop/{name}": {},
  "GET /files/{rest+}": open,
  "GET /files/{id}/meta": open,
  "GET /a.b/(c)+$/{x}": open,
  "POST /orders/{id}/lines/{line}": { ...open, path: "/lines/{line}/of/{id}" },
  "GET /prefixed/{rest+}": { ...open, path: "/v2$1/prefixed/{rest}" },
  "GET /fixed": { ...open, path: "/an/$1&path" },
  "GET /dropped/{x}/{y}": { ...open, path: "/kept/{y}" },
  "GET /moved/{rest+}": { ...open, path: "/to/{rest}" },
  "GET /to-root/{x}": { ...open, path: "/" },
  "GET /nine/{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}/{i}/{j}": { ...open, path: "/{i}/{h}/{g}/{f}/{e}/{d}/{c}/{b}/{a}" },
  [`GET /${longName}/{x}`]: open,
  "GET /admin/{rest+}": {},
  "HEAD /shop/item": open,
});

describe("A companion routes a request as the description does", function () {
  this.timeout(60_000);
  let bench: CompanionBench;
  let based: CompanionBench;
  before(async () => {
    bench = await CompanionBench.start(api, shopBindings);
    const shop = { url: "http://shop.example.com:8081/base/%41b$1//" };
    based = await CompanionBench.start(api, { ...shopBindings, backends: { shop } });
  });
  after(async () => {
    await bench.stop();
    await based.stop();
  });

  /** What the backend receives; the status if it receives nothing. */
  async function landing(line: string, on: CompanionBench = bench, headers = {}): Promise<string | number> {
    const [method = "", target = ""] = line.split(" ");
    const { status, received } = await on.send(target, { method, headers });
    return received === undefined ? status : `${received.method} ${received.target}`;
  }

  async function expectLandings(
    expected: Readonly<Record<string, string | number>>,
    on?: CompanionBench,
  ): Promise<void> {
    const found: Record<string, string | number> = {};
    for (const line of Object.keys(expected)) found[line] = await landing(line, on);
    assert.deepEqual(found, expected);
  }

  it("to the most specific route that has the method, with that route's auth", async () => {
    const token = bearing(tokenWith());
    assert.equal(await landing("GET /shop/item"), 401);
    assert.equal(await landing("GET /shop/item", bench, token), "GET /shop/item");
    assert.equal(await landing("DELETE /shop/item"), 401);
    assert.equal(await landing("DELETE /shop/item", bench, token), "DELETE /shop/item");
    await expectLandings({
      "PUT /shop/item": "PUT /shop/item",
      "HEAD /shop/item": "HEAD /shop/item",
      "PUT /shop/other": 405,
      "POST /shop/item": 405,
      "POST /": 405,
      "OPTIONS /shop/item": 405,
      "PATCH /nowhere": 404,
      "GET /nowhere": 404,
      "GET /shop": 404,
      "GET /shop/a/b": 404,
      "GET /files/7/meta": "GET /files/7/meta",
      "GET /files/7/other": "GET /files/7/other",
      "PROPFIND /files/7": 405,
    });
  });

  it("with literals as themselves, parameters that are not empty, and a rest of at least one segment", async () => {
    await expectLandings({
      "GET /a.b/(c)+$/1": "GET /a.b/(c)+$/1",
      "GET /axb/(c)+$/1": 404,
      "GET /a.b/c/1": 404,
      "GET /a.b/(c)+$/": 404,
      "GET /files": 404,
      "GET /files/": 404,
      "GET /files/a": "GET /files/a",
      "GET /files/a/": "GET /files/a/",
      "GET /Files/a": 404,
      "POST /orders//lines/1": 404,
      [`GET /${longName}/1`]: `GET /${longName}/1`,
      [`GET /${longName}l/1`]: 404,
    });
  });

  it("with a slash at the end as the gateway reads it: as the route without it", async () => {
    await expectLandings({ "GET /shop/item/": 401, "PUT /shop/item/": "PUT /shop/item/", "PUT /shop/item//": 404 });
  });

  it("with odd paths as they arrive, since the gateway has read them already", async () => {
    await expectLandings({
      "GET /files/..;/admin/x": "GET /files/..;/admin/x",
      "GET /files/../admin/x": "GET /files/../admin/x",
      "GET /files/%2e%2e/admin/x": "GET /files/%2e%2e/admin/x",
      "GET /files/..%2Fadmin%5Cx": "GET /files/..%2Fadmin%5Cx",
      "GET /files/a//b": "GET /files/a//b",
      "GET /files//admin": 404,
      "GET //admin/x": 404,
      "GET //": 404,
      "GET /./admin/x": 404,
      "GET /admin%2Fx": 404,
      "GET /%61dmin/x": 404,
      "GET /ADMIN/x": 404,
      "GET /admin/..;/files/x": 401,
      "GET /admin/../files/x": 401,
      "GET /shop%2Fitem": 404,
      "GET /shop/item;v=1": 401,
      "GET /shop/%C3": 401,
      "GET /files/%C3%28%": "GET /files/%C3%28%",
      "GET /files/a\\b": "GET /files/a\\b",
    });
  });

  it("and rejects targets that are no paths", async () => {
    const client = new WireClient(bench.port);
    const statusOf = async (method: string, target: string): Promise<number> => {
      const { status } = await client.send({ method, target, headers: [["host", "x"]] });
      client.close();
      return status;
    };
    assert.equal(await statusOf("OPTIONS", "*"), 404);
    assert.equal(await statusOf("GET", "/files/a#b"), 400);
    assert.equal(await statusOf("GET", "files/a"), 400);
  });

  const mapped: Readonly<Record<string, string>> = {
    "GET /?a=%41&b=$1\\1": "/?a=%41&b=$1\\1",
    "POST /orders/7/lines/8?x=1": "/lines/8/of/7?x=1",
    "POST /orders/\\1/lines/%2F$&": "/lines/%2F$&/of/\\1",
    "GET /prefixed/a//b/?q": "/v2$1/prefixed/a//b/?q",
    "GET /fixed?q=/fixed": "/an/$1&path?q=/fixed",
    "GET /fixed/": "/an/$1&path",
    "GET /dropped/a/b/": "/kept/b",
    "GET /moved/a%20b/../c/": "/to/a%20b/../c/",
    "GET /nine/1/2/3/4/5/6/7/8/9/10": "/9/8/7/6/5/4/3/2/1",
  };

  it("to the path that the description maps it to, with values as they were sent", async () => {
    for (const [line, target] of Object.entries({ ...mapped, "GET /to-root/1?q": "/?q" })) {
      assert.equal(await landing(line), `${line.split(" ")[0]} ${target}`);
    }
  });

  it("below the path of the backend's URL, exactly as it is bound", async () => {
    for (const [line, target] of Object.entries({ ...mapped, "GET /to-root/1?q": "?q" })) {
      assert.equal(await landing(line, based), `${line.split(" ")[0]} /base/%41b$1${target}`);
    }
  });

  it("with its query, body and host of the backend", async () => {
    const body = "x".repeat(300_000);
    const { received } = await based.send("/orders/1/lines/2?a=1&a=2", { method: "POST", body });
    assert.deepEqual(
      [received?.body, received?.headers.host, received?.target],
      [body, "shop.example.com:8081", "/base/%41b$1/lines/2/of/1?a=1&a=2"],
    );
  });
});
