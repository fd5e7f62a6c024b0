import assert from "node:assert/strict";
import fc from "fast-check";
import {
  api,
  field,
  openApi,
  policies,
  refused,
  service,
} from "../../../../support/sandbox/data-plane/azure/api-management/service.ts";

const json = (status: number, message: string) => ({
  status,
  headers: [["Content-Type", "application/json"]],
  body: `{ "statusCode": ${status}, "message": ${JSON.stringify(message)} }`,
});

describe("an API Management service", () => {
  describe("finds an operation", () => {
    it("below the API's path, by method and template", async () => {
      const { decide, routes } = service({});
      assert.deepEqual([...routes].sort(), [
        "GET /shop/files/{*rest}",
        "GET /shop/orders",
        "GET /shop/orders/{id}",
        "POST /shop/orders",
      ]);
      assert.equal((await decide("GET /shop/orders/7")).route, "GET /shop/orders/{id}");
      assert.equal((await decide("GET /SHOP/Orders/7/")).route, "GET /shop/orders/{id}");
      assert.equal((await decide("GET /shop/files/a/b/c")).route, "GET /shop/files/{*rest}");
    });

    it("or responds with 404, not 405, when no operation matches", async () => {
      const { decide, reply } = service({});
      for (const line of [
        "GET /",
        "GET /other",
        "GET /shop",
        "DELETE /shop/orders/7",
        "GET /shop/orders/7/x",
        "GET /shopping/orders",
      ]) {
        const outcome = await decide(line);
        assert.equal(outcome.decision, "no route", line);
        assert.deepEqual(await reply(line), json(404, "Resource not found"));
      }
    });

    it("in the API with the longest path, and in no other", async () => {
      const { decide } = service([
        { name: "all", path: "", document: openApi("GET /shop/eu/orders", "GET /x", "GET /shop/eu/never") },
        { name: "eu", path: "shop/eu", document: openApi("GET /orders") },
      ]);
      assert.equal((await decide("GET /shop/eu/orders")).route, "GET /shop/eu/orders");
      assert.equal((await decide("GET /x")).route, "GET /x");
      assert.equal((await decide("GET /shop/eu/never")).decision, "no route");
    });

    it("with the most literal of overlapping templates, or with the least literal by option", async () => {
      const document = openApi("GET /a/b", "GET /a/{x}", "GET /{*rest}");
      const most = service({ path: "", document });
      assert.equal((await most.decide("GET /a/b")).route, "GET /a/b");
      assert.equal((await most.decide("GET /a/c")).route, "GET /a/{x}");
      const least = service({ path: "", document }, { readings: { "apim-overlap": "least-literal" } });
      assert.equal((await least.decide("GET /a/b")).route, "GET /{*rest}");
    });

    it("with the options for letters and parameters, which the service does not document", async () => {
      const exact = service({}, { readings: { "apim-letters": "exact-case" } });
      assert.equal((await exact.decide("GET /shop/Orders/7")).decision, "no route");
      assert.equal((await exact.decide("GET /Shop/orders/7")).decision, "no route");
      const policy = policies({
        inbound: `<return-response><set-body>@(context.Request.MatchedParameters["id"])</set-body></return-response>`,
      });
      assert.equal((await service({ policy }).reply("GET /shop/orders/a%2fb")).body, "a%2fb");
      const decoded = service({ policy }, { readings: { "apim-parameters": "decoded" } });
      assert.equal((await decoded.reply("GET /shop/orders/a%2fb")).body, "a/b");
      assert.equal((await decoded.reply("GET /shop/orders/%ff")).body, "%ff");
    });

    it("and rejects a URL that is not valid, or too long for the tier", async () => {
      const { decide } = service({});
      for (const path of ["/shop/ö", "/shop/a b", "/shop/%zz", "/shop/%4", "shop", "/shop#x", "/shop/\u0000"]) {
        const outcome = await decide(`GET ${path.replace(" ", "\u00a0")}`);
        assert.equal(outcome.decision, "malformed", path);
      }
      assert.equal((await decide(`GET /shop/orders/${"a".repeat(1024)}`)).decision, "proxied");
      assert.equal((await decide(`GET /shop/orders/${"a".repeat(1025)}`)).decision, "malformed");
      assert.equal((await decide(`GET /shop/orders?${"a".repeat(2049)}`)).decision, "malformed");
      const line = `GET /shop/files${`/${"a".repeat(999)}`.repeat(5)}`;
      assert.equal((await decide(line)).decision, "proxied");
      assert.equal((await service({}, { sku: "Consumption" }).decide(line)).decision, "malformed");
    });
  });

  describe("without a policy", () => {
    it("is open: it forwards every operation to the service URL", async () => {
      const forward = await service({}).forward("GET /shop/orders/7?a=1&b=%20", {
        "X-A": "1",
        Authorization: "Bearer t",
      });
      assert.equal(forward.url, "https://backend.example.com/base/orders/7?a=1&b=%20");
      assert.equal(forward.method, "GET");
      assert.deepEqual(forward.headers, [
        ["X-A", "1"],
        ["Authorization", "Bearer t"],
        ["X-Forwarded-For", "10.0.0.1"],
      ]);
      assert.equal(forward.timeoutMs, 300_000);
      assert.equal(forward.maxBodyBytes, 1024 ** 3);
    });

    it("uses the first HTTPS server of the document as the service URL, and so is open too", async () => {
      const { serviceUrl: _, ...bare } = api();
      const document = JSON.stringify({ ...JSON.parse(openApi("GET /x")), servers: [{ url: "https://s.example/v1" }] });
      const forward = await service({ ...bare, document }).forward("GET /shop/x");
      assert.equal(forward.url, "https://backend.example.com/base/x");
      const own = await service([{ document, serviceUrl: "" }]).forward("GET /shop/x");
      assert.equal(own.url, "https://s.example/v1/x");
    });

    it("responds with 500 without a backend", async () => {
      const { decide, reply } = service({ serviceUrl: "" });
      assert.equal((await decide("GET /shop/orders")).decision, "malformed");
      assert.deepEqual(await reply("GET /shop/orders"), json(500, "Internal server error"));
    });
  });

  describe("forwards", () => {
    it("the client's address at the end of X-Forwarded-For, whatever a policy does", async () => {
      const policy = policies({ inbound: `<set-header name="x-forwarded-for" exists-action="delete" />` });
      const forward = await service({ policy }).forward(
        "GET /shop/orders",
        { "X-Forwarded-For": "1.2.3.4" },
        "::ffff:9.9.9.9",
      );
      assert.equal(field(forward, "x-forwarded-for"), "1.2.3.4, 9.9.9.9");
    });

    it("the host of the backend unless a policy sets one", async () => {
      assert.equal(field(await service({}).forward("GET /shop/orders"), "host"), undefined);
      const policy = policies({ inbound: `<set-header name="Host"><value>other.example</value></set-header>` });
      assert.equal(field(await service({ policy }).forward("GET /shop/orders"), "host"), "other.example");
    });

    it("an escaped slash as a slash, and odd paths by the reading of apim-odd-paths", async () => {
      const { forward, decide } = service({});
      const refusing = service({}, { readings: { "apim-odd-paths": "refused" } });
      assert.equal((await forward("GET /shop/orders/a%2Fb")).url, "https://backend.example.com/base/orders/a/b");
      for (const path of ["..", ".", "%2e%2E", ".%2e", "..%2f..%2fadmin", "a%2f..%2fb", "..\\admin"]) {
        assert.equal((await decide(`GET /shop/files/${path}`)).decision, "proxied", path);
        assert.equal((await refusing.decide(`GET /shop/files/${path}`)).decision, "malformed", path);
      }
      const { url } = await forward("GET /shop/files/..%2f..%2fadmin");
      assert.equal(url, "https://backend.example.com/base/files/../../admin");
    });

    it("with the time-out, the body limit and the responses of the vendor", async () => {
      const policy = policies({ backend: `<forward-request timeout="20" buffer-request-body="true" />` });
      const forward = await service({ policy }).forward("GET /shop/orders");
      assert.equal(forward.timeoutMs, 20_000);
      assert.equal(forward.maxBodyBytes, 2 * 1024 ** 2);
      assert.equal(forward.tooLarge().status, 413);
      assert.deepEqual(forward.down("refused"), json(500, "Internal server error"));
      assert.deepEqual(forward.down("timeout"), json(500, "Internal server error"));
      assert.equal((await service({}, { sku: "Consumption" }).forward("GET /shop/orders")).timeoutMs, 30_000);
    });

    it("nothing when the backend section is empty: the response is an empty 200 after the outbound section", async () => {
      const policy = policies({ backend: "", outbound: `<set-header name="X-Out"><value>1</value></set-header>` });
      const outcome = await service({ policy }).decide("GET /shop/orders");
      assert.equal(outcome.decision, "replied");
      assert.deepEqual("reply" in outcome && outcome.reply, { status: 200, headers: [["X-Out", "1"]], body: "" });
    });
  });

  describe("stops the deployment", () => {
    it("for two APIs with the same name or path, and for an unsupported path, URL, tier or document", () => {
      refused(() => service([{}, { name: "x" }]), /^apis\.x$/, /same name or path/);
      refused(() => service([{}, { path: "other" }]), /^apis\.orders$/, /same name or path/);
      refused(() => service({ path: "/shop" }), /^apis\.orders\.path$/, /without a slash at either end/);
      refused(() => service({ path: "a/{b}" }), /^apis\.orders\.path$/, /plain text/);
      refused(() => service({ serviceUrl: "ftp://x" }), /^apis\.orders\.serviceUrl$/, /http/);
      refused(() => service({ serviceUrl: "https://x?y" }), /^apis\.orders\.serviceUrl$/, /http/);
      refused(() => service({}, { sku: "Gold" }), /^sku$/, /one of Consumption, .*is "Gold"/);
      refused(() => service({ document: "[" }), /^apis\.orders\.document$/, /neither JSON nor YAML/);
      refused(() => service({ document: "[]" }), /^apis\.orders\.document$/, /object/);
      refused(() => service({ document: `${openApi("GET /a")}${" ".repeat(4 * 1024 ** 2)}` }), /document$/, /4 MB/);
      refused(() => service({ document: "swagger: '2.0'\ninfo: {title: t}\npaths: {}" }), /document$/, /JSON only/);
    });
  });

  it("never crashes on a request, and makes a decision for each", async () => {
    const { decide } = service({
      policy: policies({
        inbound: `<cors allow-credentials="false" terminate-unmatched-request="true"><allowed-origins><origin>https://a.example</origin></allowed-origins><allowed-headers><header>x-a</header></allowed-headers></cors>`,
      }),
    });
    const text = fc.string({ unit: "binary" });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("GET", "OPTIONS", "X"),
        fc.oneof(fc.webPath(), text),
        text,
        async (method, path, origin) => {
          const outcome = await decide(`${method} /shop${path.replaceAll(" ", "")}`, {
            Origin: origin,
            "Access-Control-Request-Method": "GET",
          });
          assert.ok(outcome.decision);
        },
      ),
    );
  });
});
