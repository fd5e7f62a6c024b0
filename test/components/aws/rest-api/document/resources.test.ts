import assert from "node:assert/strict";
import { normalise } from "../../../../../components/api/check/normalise.ts";
import type { Api } from "../../../../../components/api/checked-api.ts";
import { resourcesOf } from "../../../../../components/aws/rest-api/document/resources.ts";

function api(...keys: readonly string[]): Api {
  return normalise({
    version: 1,
    backends: { shop: { kind: "http" } },
    auth: { anyone: { kind: "open", reason: "a test" } },
    default: { auth: "anyone" },
    routes: Object.fromEntries(keys.map((key) => [key, { to: "shop" }])),
  });
}

/** The paths with methods, and the routes of those methods. */
function served(...keys: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const { resources } = resourcesOf(api(...keys));
  return Object.fromEntries(
    resources.filter(({ routes }) => routes.length > 0).map(({ path, routes }) => [path, routes.map(({ key }) => key)]),
  );
}

describe("the resources of a REST API", () => {
  it("are the paths of the routes if none lies within another, with variables named like their parameters", () => {
    assert.deepEqual(served("GET /", "GET /a/{x}/b", "PUT /a/{y}/b", "GET /c/{rest+}"), {
      "/": ["GET /"],
      "/a/{p2}/b": ["GET /a/{x}/b", "PUT /a/{y}/b"],
      "/c/{rest+}": ["GET /c/{rest+}"],
    });
  });

  it("serve a wider route where a narrower route's literals would hide it", () => {
    assert.deepEqual(served("GET /a/b/c", "GET /a/{rest+}"), {
      "/a/b": ["GET /a/{rest+}"],
      "/a/{rest+}": ["GET /a/{rest+}"],
      "/a/b/c": ["GET /a/b/c"],
      "/a/b/{p3+}": ["GET /a/{rest+}"],
      "/a/b/c/{p4+}": ["GET /a/{rest+}"],
    });
  });

  it("separate a parameter from the rest of a path, since a resource has only one variable child", () => {
    assert.deepEqual(served("GET /a/{x}", "GET /a/{rest+}"), {
      "/a/{x}": ["GET /a/{x}"],
      "/a/{x}/{p3+}": ["GET /a/{rest+}"],
    });
  });

  it("treat methods separately: another method of a narrower path belongs to the wider route", () => {
    assert.deepEqual(served("GET /{x}/d", "POST /b/{y}"), {
      "/b/d": ["POST /b/{y}", "GET /{x}/d"],
      "/b/{y}": ["POST /b/{y}"],
      "/{x}/d": ["GET /{x}/d"],
    });
  });

  it("are counted with every beginning of a path, without the root", () => {
    const { count, complete } = resourcesOf(api("GET /", "GET /a/b/c", "GET /a/d"));
    assert.deepEqual([count, complete], [4, true]);
  });

  it("are counted up to a bound, in a short time, however many combinations the paths have", () => {
    // Each level doubles the resources, so all of them would be 2 to the power of 16.
    const keys = Array.from({ length: 16 }, (_, level) => {
      const parts = Array.from({ length: 17 }, (__, index) => (index === level ? "a" : `{x${index}}`));
      return `${["GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS"][level % 7]} /${parts.join("/")}${level}`;
    }).map((key) => key.replace(/\{x16\}(\d+)$/, "k$1"));
    const started = performance.now();
    const { count, complete, resources } = resourcesOf(api(...keys));
    assert.ok(performance.now() - started < 2_000);
    assert.equal(complete, false);
    assert.ok(count > 3_000 && count < 10_000, `${count}`);
    assert.equal(resources.length, 3_001);
  });
});
