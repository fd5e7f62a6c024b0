import assert from "node:assert/strict";
import type { ApimApi } from "../../../../sandbox/data-plane/azure/api-management/artefacts.ts";
import {
  decisionOf,
  deployed,
  everyReading,
  keys,
} from "../../../support/components/azure/api-management/deployed-api.ts";
import { service } from "../../../support/sandbox/data-plane/azure/api-management/service.ts";

describe("an API whose path is not the declared one", () => {
  const description = {
    version: 1,
    backends: { shop: { kind: "http" } },
    auth: { staff: { kind: "jwt", audiences: ["orders"] }, anyone: { kind: "open", reason: "a test" } },
    routes: {
      "GET /admin": { to: "shop", auth: "staff" },
      "GET /{rest+}": { to: "shop", auth: "anyone" },
      "GET /mapped/{rest+}": { to: "shop", auth: "anyone", path: "/{rest}" },
    },
  };
  const paths = ["v1/admin", "admin", "v1", "v1/mapped/admin", "mapped/admin", "v1/v1/admin", "x"];

  const decisions = async (change: Partial<ApimApi>, lines: readonly string[]): Promise<readonly string[]> => {
    const decided: string[] = [];
    for (const readings of everyReading) {
      const gateway = service({ ...deployed(description), ...change }, { keys, readings });
      for (const line of lines) decided.push(await decisionOf(gateway, line));
    }
    return [...new Set(decided)];
  };

  it("forwards nothing below a version's segment", async () => {
    const lines = paths.map((path) => `GET /shop/${path}`);
    assert.deepEqual(await decisions({ version: "v1" }, lines), ["no route"]);
    assert.deepEqual(await decisions({ version: "V1" }, lines), ["no route"]);
  });

  it("forwards nothing below another path", async () => {
    for (const path of ["", "other", "shop2", "other/shop"]) {
      const below = path === "" ? "" : `/${path}`;
      const lines = paths.map((each) => `GET ${below}/${each}`);
      assert.deepEqual(await decisions({ path }, lines), ["no route"], path);
    }
  });

  it("forwards nothing below a revision's segment", async () => {
    const lines = paths.map((path) => `GET /shop;rev=2/${path}`);
    assert.deepEqual(await decisions({ path: "shop;rev=2" }, lines), ["no route"]);
  });

  it("reads the declared path in any case, as API Management does", async () => {
    const gateway = service(deployed(description, undefined, "Shop/a"), { keys });
    for (const path of ["Shop/a", "shop/a", "SHOP/A"]) {
      assert.equal(await decisionOf(gateway, `GET /${path}/admin`), "unauthenticated", path);
      assert.equal(await decisionOf(gateway, `GET /${path}/other`), "proxied", path);
    }
  });
});

describe("an interrupted deployment on API Management", () => {
  const before = {
    version: 1,
    backends: { shop: { kind: "http" } },
    auth: { staff: { kind: "jwt", audiences: ["orders"] }, anyone: { kind: "open", reason: "a test" } },
    routes: {
      "GET /a/{x}": { to: "shop", auth: "anyone" },
      "GET /b": { to: "shop", auth: "staff" },
      "GET /gone": { to: "shop", auth: "staff" },
    },
  };
  const after = {
    ...before,
    routes: {
      "GET /a/{x}": { to: "shop", auth: "staff" },
      "GET /a/secret": { to: "shop", auth: "staff", scopes: ["secret"] },
      "GET /b": { to: "shop", auth: "anyone" },
      "GET /{rest+}": { to: "shop", auth: "staff" },
    },
  };
  const lines = ["GET /shop/a/1", "GET /shop/a/secret", "GET /shop/b", "GET /shop/gone", "GET /shop/else/where"];
  const decisions = (api: Partial<ApimApi>): Promise<string[]> => {
    const gateway = service(api, { keys });
    return Promise.all(lines.map((line) => decisionOf(gateway, line)));
  };

  it("forwards nothing without a policy, before it is created and after it is deleted", async () => {
    const { policy: _, ...bare } = deployed(before);
    for (const decision of await decisions(bare)) assert.match(decision, /^(?:no route|malformed)$/);
  });

  it("decides each request by the old description, or rejects it, between an import and its policy", async () => {
    const [old, fresh] = [deployed(before), deployed(after)];
    const was = await decisions(old);
    assert.deepEqual(was, ["proxied", "proxied", "unauthenticated", "unauthenticated", "no route"]);
    const between = await decisions({ ...fresh, policy: old.policy ?? "" });
    for (const [index, decision] of between.entries())
      assert.ok([was[index], "no route"].includes(decision), lines[index]);
    assert.deepEqual(between, ["proxied", "proxied", "unauthenticated", "unauthenticated", "no route"]);
    assert.deepEqual(await decisions(fresh), [
      "unauthenticated",
      "unauthenticated",
      "proxied",
      "unauthenticated",
      "unauthenticated",
    ]);
    const back = await decisions({ ...old, policy: fresh.policy ?? "" });
    assert.deepEqual(back, ["unauthenticated", "unauthenticated", "proxied", "unauthenticated", "no route"]);
  });
});
