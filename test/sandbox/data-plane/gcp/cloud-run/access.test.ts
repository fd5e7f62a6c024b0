import assert from "node:assert/strict";
import { AccessCheck, type AccessRules } from "../../../../../sandbox/data-plane/gcp/cloud-run/access.ts";
import { deliveredPath, isKept } from "../../../../../sandbox/data-plane/gcp/cloud-run/request-path.ts";
import { GoogleSignature } from "../../../../../sandbox/data-plane/gcp/google-signature.ts";

const AUDIENCE = "https://companion.run.app";
const EMAIL = "caller@project.iam.gserviceaccount.com";

describe("IAM of a Cloud Run service", () => {
  const google = new GoogleSignature();
  let now = Date.now();
  const sign = (claims: object = {}, audience = AUDIENCE, age = 0) =>
    google.sign({ email: EMAIL, ...claims }, audience, Math.floor(now / 1000) - age, 3600);
  const checkOf = (rules: Partial<AccessRules> = {}) =>
    new AccessCheck(
      { audiences: [AUDIENCE], invokers: [`serviceAccount:${EMAIL}`], isOpen: false, ...rules },
      google,
      () => now,
    );
  type Headers = readonly (readonly [string, string])[];
  const decide = async (headers: Headers, rules?: Partial<AccessRules>) => {
    const access = await checkOf(rules).check(headers);
    return access.admitted ? access.caller : [access.status, access.reason];
  };

  it("admits the ID token of a member, whose email's letters may differ in case, for an audience of the service", async () => {
    const token = await sign();
    assert.equal(await decide([["Authorization", `Bearer ${token}`]]), EMAIL);
    assert.equal(
      await decide([["authorization", `bearer ${token}`]], { invokers: [`user:${EMAIL.toUpperCase()}`] }),
      EMAIL,
    );
    assert.equal(await decide([["authorization", `Bearer ${token}`]], { invokers: ["allAuthenticatedUsers"] }), EMAIL);
    const other = await sign({}, "orders");
    assert.deepEqual(await decide([["authorization", `Bearer ${other}`]]), [
      401,
      "the ID token is for another audience, orders",
    ]);
  });

  it("refuses a token of nobody, of another account, of another signer, and one that expired since it was admitted", async () => {
    const refused = async (token: string, invokers?: readonly string[]) =>
      decide([["authorization", `Bearer ${token}`]], invokers === undefined ? {} : { invokers });
    assert.deepEqual(await refused(await sign({ email: undefined })), [401, "the ID token is not valid: no email"]);
    assert.deepEqual(await refused(await sign({ email: "other@x" })), [403, "other@x is no invoker of the service"]);
    assert.deepEqual(await refused(await sign(), ["group:all@example.com", EMAIL]), [
      403,
      `${EMAIL} is no invoker of the service`,
    ]);
    const foreign = await new GoogleSignature().sign({ email: EMAIL }, AUDIENCE, Math.floor(now / 1000), 3600);
    assert.deepEqual(await refused(foreign), [401, "the ID token is not valid: signature verification failed"]);
    const [head, body] = (await sign()).split(".");
    assert.deepEqual(await refused(`${head}.${body}.SIGNATURE_REMOVED_BY_GOOGLE`), [
      401,
      "the ID token is not valid: signature verification failed",
    ]);
    const check = checkOf();
    const headers = [["authorization", `Bearer ${await sign()}`]] as const;
    assert.equal((await check.check(headers)).admitted, true);
    now += 3_601_000;
    assert.equal((await check.check(headers)).admitted, false);
  });

  it("checks X-Serverless-Authorization instead of Authorization, which then is the client's own", async () => {
    const token = await sign();
    const headers = [
      ["Authorization", "Bearer mine"],
      ["X-Serverless-Authorization", `Bearer ${token}`],
    ] as const;
    const access = await checkOf().check(headers);
    assert.ok(access.admitted);
    assert.deepEqual(access.headers, [["Authorization", "Bearer mine"]]);
    assert.deepEqual(
      await decide([
        ["authorization", `Bearer ${token}`],
        ["x-serverless-authorization", "Bearer x"],
      ]),
      [401, "the ID token is not valid: Invalid Compact JWS"],
    );
  });

  it("refuses two tokens, and a credential that is no bearer token", async () => {
    const token = await sign();
    const twice = ["authorization", `Bearer ${token}`] as const;
    for (const headers of [[twice, twice], [["authorization", `Bearer ${token}, Bearer ${token}`] as const]]) {
      assert.deepEqual(await decide(headers), [401, "authorization is not one bearer token"]);
    }
    assert.deepEqual(await decide([]), [403, "no ID token"]);
  });

  it("changes no header where nobody is checked", async () => {
    const headers = [["authorization", "Bearer mine"]] as const;
    for (const rules of [{ isOpen: true }, { invokers: ["allUsers"] }]) {
      const access = await checkOf(rules).check(headers);
      assert.ok(access.admitted);
      assert.deepEqual(access.headers, headers);
    }
  });
});

describe("The path of a request to a Cloud Run service", () => {
  it("is kept when it is reserved, by each reading of the paths that end in z", () => {
    for (const path of ["/eventlog", "/_ah/", "/_ah/health"]) assert.equal(isKept(path, "none"), true, path);
    for (const path of ["/eventlog/1", "/_ahead", "/healthz"]) assert.equal(isKept(path, "none"), false, path);
    assert.deepEqual([isKept("/healthz", "healthz"), isKept("/statusz", "healthz")], [true, false]);
    assert.deepEqual([isKept("/statusz", "all"), isKept("/z/a", "all")], [true, false]);
  });

  it("is delivered with some escapes decoded once", () => {
    const path = "/%41%2e%3B%2F%2541%25%C3%A9%7";
    assert.equal(deliveredPath(path, "unreserved"), "/A.%3B%2F%2541%25%C3%A9%7");
    assert.equal(deliveredPath(path, "printable"), "/A.;%2F%2541%25%C3%A9%7");
  });
});
