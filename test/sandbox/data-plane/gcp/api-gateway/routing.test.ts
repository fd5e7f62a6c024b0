import assert from "node:assert/strict";
import fc from "fast-check";
import { canonicalPath } from "../../../../../sandbox/data-plane/gcp/api-gateway/request-path.ts";
import {
  definition,
  gateway,
  refusal,
  swagger,
  values,
} from "../../../../support/sandbox/data-plane/gcp/api-gateway/gateway.ts";

const open = {};

/** The route of a request, or the status of the response when it is rejected. */
async function routeOf(routes: readonly string[], line: string): Promise<string> {
  const outcome = await gateway(swagger(Object.fromEntries(routes.map((route) => [route, open])))).decide(line);
  return "reply" in outcome ? String(outcome.reply.status) : outcome.route;
}

describe("A GCP API Gateway finds the operation of a request", () => {
  it("by literals that match themselves alone, whatever they mean in a regular expression", async () => {
    for (const text of ["a.b", "a+", "$a", "(a)", "[a]", "*a", "it's"]) {
      assert.equal(await routeOf([`GET /x/${text}/{id}`], `GET /x/${text}/7`), `GET /x/${text}/{id}`);
    }
    assert.equal(await routeOf(["GET /v1.2/{id}"], "GET /v1/2/7"), "404");
    assert.equal(await routeOf(["GET /v1.2/{id}"], "GET /v1x2/7"), "404");
  });

  it("by literals before parameters before **, whatever their order in the document", async () => {
    const routes = ["GET /{rest=**}", "GET /orders/{id}", "GET /orders/open", "GET /orders/{id}/{rest=**}"];
    assert.equal(await routeOf(routes, "GET /orders/open"), "GET /orders/open");
    assert.equal(await routeOf(routes, "GET /orders/7"), "GET /orders/{id}");
    assert.equal(await routeOf(routes, "GET /orders/7/lines/2"), "GET /orders/{id}/{rest=**}");
    assert.equal(await routeOf(routes, "GET /orders"), "GET /{rest=**}");
    assert.equal(await routeOf(routes, "GET /"), "GET /{rest=**}");
    assert.deepEqual(gateway(swagger(Object.fromEntries(routes.map((route) => [route, open])))).routes, [
      "GET /orders/open",
      "GET /orders/{id}",
      "GET /orders/{id}/{rest=**}",
      "GET /{rest=**}",
    ]);
  });

  it("by a wider path when the narrower one does not have the method, like ESPv2's routes", async () => {
    const routes = ["POST /orders/{id}", "GET /{kind}/{id}"];
    assert.equal(await routeOf(routes, "GET /orders/7"), "GET /{kind}/{id}");
    assert.equal(await routeOf(routes, "POST /orders/7"), "POST /orders/{id}");
  });

  it("with an empty ** only after a slash", async () => {
    assert.equal(await routeOf(["GET /files/{rest=**}"], "GET /files/"), "GET /files/{rest=**}");
    assert.equal(await routeOf(["GET /files/{rest=**}"], "GET /files"), "404");
    assert.equal(await routeOf(["GET /files/**"], "GET /files/a/b/"), "GET /files/**");
    assert.equal(await routeOf(["GET /**/raw"], "GET /a/b/raw"), "GET /**/raw");
    assert.equal(await routeOf(["GET /**/raw"], "GET /raw"), "404");
  });

  it("with or without a trailing slash", async () => {
    for (const route of ["GET /orders", "GET /orders/{id}", "GET /"]) {
      const path = route.slice(4).replace("{id}", "7");
      assert.equal(await routeOf([route], `GET ${path}`), route);
    }
    assert.equal(await routeOf(["GET /orders"], "GET /orders/"), "GET /orders");
    assert.equal(await routeOf(["GET /orders/{id}"], "GET /orders/7/"), "GET /orders/{id}");
    assert.equal(await routeOf(["GET /orders/{id}"], "GET /orders/"), "404");
  });

  it("with case-sensitive paths and methods", async () => {
    assert.equal(await routeOf(["GET /orders"], "GET /Orders"), "404");
    assert.equal(await routeOf(["GET /orders"], "get /orders"), "405");
  });

  it("after merging slashes, resolving dots and decoding unreserved characters", async () => {
    const routes = ["GET /orders/{id}"];
    for (const path of [
      "//orders///7",
      "/x/../orders/7",
      "/orders/./7",
      "/orders/x/%2e%2e/7",
      "/%6Frders/7",
      "/orders\\7",
    ]) {
      assert.equal(await routeOf(routes, `GET ${path}`), "GET /orders/{id}", path);
    }
    assert.equal(await routeOf(["GET /admin"], "GET /orders/..%2Fadmin"), "404");
  });

  it("with the method of an empty override header, which no route has", async () => {
    const { decide } = gateway(swagger({ "GET /orders": open }));
    const outcome = await decide("GET /orders", { "X-HTTP-Method-Override": "" });
    assert.ok(outcome.decision === "no route" && outcome.reply.status === 405);
  });

  it("without matching / for a path of slashes alone, which stays //", async () => {
    assert.equal(await routeOf(["GET /"], "GET //"), "404");
    assert.equal(await routeOf(["GET /"], "GET ///"), "404");
    const forward = await gateway(swagger({ "GET /{rest=**}": open })).forward("GET ///");
    assert.equal(forward.url, "https://backend.example.com/base//");
  });

  it("with ^ and | encoded, so that a template that contains them never matches", async () => {
    const forward = await gateway(swagger({ "GET /x/{id}": open })).forward("GET /x/a^b|c?q=^|");
    assert.equal(forward.url, "https://backend.example.com/base/x/a%5Eb%7Cc?q=^|");
    assert.equal(await routeOf(["GET /a|b"], "GET /a|b"), "404");
    assert.equal(await routeOf(["GET /a|b"], "GET /a%7Cb"), "404");
  });

  it("with a verb after an optional slash, and no slash after the verb", async () => {
    const routes = ["GET /things:cancel"];
    assert.equal(await routeOf(routes, "GET /things:cancel"), "GET /things:cancel");
    assert.equal(await routeOf(routes, "GET /things/:cancel"), "GET /things:cancel");
    assert.equal(await routeOf(routes, "GET /things:cancel/"), "404");
    assert.equal(await routeOf(routes, "GET /things/cancel"), "404");
    assert.match(
      refusal(swagger({ "GET /things:cancel": open, "GET /things/cancel": open })),
      /duplicate http pattern/,
    );
  });

  it("with a percent sign encoded that would begin an escape after decoding", async () => {
    const { forward } = gateway(swagger({ "GET /x/{id}": open }));
    for (const [path, sent] of [
      ["%7%45a", "%257Ea"],
      ["%%37Ea", "%257Ea"],
      ["%%37ga", "%7ga"],
      ["%7%2F", "%7%2F"],
      ["%zz%41", "%zzA"],
    ]) {
      assert.equal((await forward(`GET /x/${path}`)).url, `https://backend.example.com/base/x/${sent}`, path);
    }
  });

  it("with an encoded slash inside a segment, which stays encoded for the backend", async () => {
    const forward = await gateway(swagger({ "GET /orders/{id}": open })).forward("GET /orders/a%2Fb%2f%5C");
    assert.equal(forward.url, "https://backend.example.com/base/orders/a%2Fb%2f%5C");
  });

  it("below the document's base path", async () => {
    const document = swagger({ "GET /orders": open, "GET /": open }, { basePath: "/v1" });
    const { routes, forward } = gateway(document);
    assert.deepEqual(routes, ["GET /v1", "GET /v1/orders"]);
    assert.equal((await forward("GET /v1/orders")).url, "https://backend.example.com/base/v1/orders");
  });

  it("with the method of an override header, which is not forwarded to the backend", async () => {
    const forward = await gateway(swagger({ "DELETE /orders": open })).forward("POST /orders", {
      "X-HTTP-Method-Override": "DELETE",
    });
    assert.equal(forward.method, "DELETE");
    assert.deepEqual(values(forward, "x-http-method-override"), []);
  });

  it("as the first match in the sorted list, as if all of them were tried", async () => {
    const segment = fc.constantFrom("a", "b", "{x}", "**");
    const template = fc
      .array(segment, { maxLength: 4 })
      .filter((parts) => parts.slice(0, -1).every((part) => part !== "**"))
      .map((parts) => `/${parts.map((part, index) => (part === "{x}" ? `{x${index}}` : part)).join("/")}`);
    const shape = (path: string): string => path.replace(/\{\w+\}/g, "*");
    const path = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 5 }).map((parts) => `/${parts.join("/")}`);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(template, { selector: shape, minLength: 1 }), path, async (templates, wanted) => {
        const rank = (text: string): string =>
          shape(text)
            .split("/")
            .map((part) => (part === "**" ? "2" : part === "*" ? "1" : `0${part}`))
            .join("/");
        const expected = templates
          .filter((text) => expression(text).test(/^\/{2,}$/.test(wanted) ? "//" : wanted.replace(/\/{2,}/g, "/")))
          .sort((left, right) => (rank(left) < rank(right) ? -1 : 1))[0];
        assert.equal(
          await routeOf(
            templates.map((text) => `GET ${text}`),
            `GET ${wanted}`,
          ),
          expected === undefined ? "404" : `GET ${expected}`,
        );
      }),
    );
  });
});

function expression(template: string): RegExp {
  if (template === "/") return /^\/$/;
  return new RegExp(`^${template.replace(/\{\w+\}/g, "[^/]+").replace(/\*\*/g, ".*")}/?$`);
}

describe("A GCP API Gateway responds with", () => {
  it("404 to an undeclared path, and 405 with the template to an undeclared method", async () => {
    const { reply, decide } = gateway(swagger({ "GET /orders/{id}": open, "POST /orders/{id}": open }));
    assert.deepEqual(await reply("GET /nothing"), {
      status: 404,
      headers: [["content-type", "application/json"]],
      body: '{"code":404,"message":"The current request is not defined by this API."}',
    });
    assert.deepEqual(await reply("DELETE /orders/7"), {
      status: 405,
      headers: [["content-type", "application/json"]],
      body: '{"code":405,"message":"The current request is matched to the defined url template \\"/orders/{id}\\" but its http method is not allowed"}',
    });
    assert.equal((await decide("DELETE /orders/7")).decision, "no route");
  });

  it("405 to a preflight, unless the document declares an options operation, which is forwarded", async () => {
    assert.equal((await gateway(swagger({ "GET /orders": open })).reply("OPTIONS /orders")).status, 405);
    const forward = await gateway(swagger({ "OPTIONS /orders": { security: [] } })).forward("OPTIONS /orders", {
      Origin: "https://shop.example.com",
    });
    assert.equal(forward.method, "OPTIONS");
  });

  it("400 to a path and query over 8,192 characters, but only where it rewrites the path", async () => {
    const { reply, forward } = gateway(swagger({ "GET /{rest=**}": open }));
    await forward(`GET /${"a".repeat(8191)}`);
    await forward(`GET /a?${"b".repeat(8189)}`);
    for (const line of [`GET /${"a".repeat(8192)}`, `GET /a?${"b".repeat(8190)}`, `GET /${"a".repeat(20_000)}`]) {
      const answer = await reply(line);
      assert.equal(answer.status, 400);
      assert.equal(answer.body, '{"code":400,"message":"Path is too long, max allowed size is 8192."}');
    }
    const address = "https://backend.example.com/";
    const plain = gateway(swagger({ "GET /{rest=**}": open }, { "x-google-backend": { address, disable_auth: true } }));
    await plain.forward(`GET /${"a".repeat(20_000)}`);
    assert.equal((await gateway(swagger({ "GET /a": open })).reply(`GET /${"b".repeat(9_000)}`)).status, 404);
  });

  it("400 to a fragment, before it looks for a token or a route, and to an encoded NUL", async () => {
    const { reply } = gateway(
      swagger({ "GET /a": { security: [{ login: [] }] } }, { securityDefinitions: { login: definition() } }),
    );
    for (const line of ["GET /a#b", "GET /a?b#c", "GET /nothing#", "GET /a%00", "GET a"]) {
      assert.equal((await reply(line)).status, 400, line);
    }
  });

  it("431 to more than 60 KB of headers", async () => {
    const { reply, forward } = gateway(swagger({ "GET /": open }));
    await forward("GET /", { "x-large": "a".repeat(60_000) });
    assert.equal((await reply("GET /", { "x-large": "a".repeat(62_000) })).status, 431);
  });

  it("400 to a Connection that lists the host, an address of the sender, or ten names", async () => {
    const { decide } = gateway(swagger({ "GET /": open }));
    const of = async (connection: string): Promise<string> =>
      (await decide("GET /", { Connection: connection })).decision;
    assert.equal(await of("close, x-tenant, authorization"), "proxied");
    for (const name of ["Host", "x-forwarded-for", "X-Forwarded-Host", "x-forwarded-proto", "a,b,c,d,e,f,g,h,i"]) {
      assert.equal(await of(`close, ${name}`), "malformed", name);
    }
  });

  it("400 to a header with an underscore", async () => {
    const outcome = await gateway(swagger({ "GET /": open })).decide("GET /", { X_Role: "admin" });
    assert.ok(outcome.decision === "malformed");
    assert.equal(outcome.reply.status, 400);
  });
});

describe("A path in canonical form", () => {
  it("is not changed by another canonicalisation, and never leaves the root", () => {
    const piece = fc.constantFrom(
      "a",
      "Z",
      ".",
      "..",
      "%2e",
      "%2F",
      "%41",
      "%7",
      "%",
      "\\",
      "/",
      "//",
      "é",
      "{",
      '"',
      "%25",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const once = canonicalPath(`/${pieces.join("")}`);
        assert.ok(once);
        assert.ok(once.startsWith("/"));
        assert.ok(!once.split("/").includes("..") && !once.split("/").includes("."));
        assert.ok(once === "//" || !once.includes("//"));
        // Decoding can create a new escape ("%7" before "E"). A single canonicalisation does not decode it.
        if (!/%(?![0-9A-F]{2})/i.test(pieces.join(""))) assert.equal(canonicalPath(once), once);
      }),
    );
  });
});
