import assert from "node:assert/strict";
import { createPrivateKey, sign } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, type GenerateKeyPairResult, generateKeyPair, SignJWT } from "jose";
import { interpretGcpApiGateway } from "../../../../../../sandbox/data-plane/gcp/api-gateway/api-gateway.ts";
import {
  type Forward,
  type Outcome,
  type Reply,
  UnsupportedArtefact,
} from "../../../../../../sandbox/data-plane/interpreter.ts";
import { ProcessCounters } from "../../../../../../sandbox/data-plane/verifying/counters.ts";
import { HttpKeySource, type KeySource } from "../../../../../../sandbox/data-plane/verifying/keys.ts";
import { LoopbackHostMap } from "../../../../../../sandbox/host-map.ts";
import { request } from "../../azure/api-management/service.ts";
import { type Forwarded, forwarded } from "../../forwarded.ts";
import { noFunctions } from "../../functions/no-functions.ts";

export const service = "orders-1abc.apigateway.shop.cloud.goog";
export const issuer = "https://login.example.com";

type Json = Readonly<Record<string, unknown>>;

/** A document with operations such as `GET /orders/{id}`. Path parameters and responses are declared automatically. */
export function swagger(operations: Readonly<Record<string, Json>>, root: Json = {}): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [route, operation] of Object.entries(operations)) {
    const [method = "", path = ""] = route.split(" ");
    const parameters = [...path.matchAll(/\{([^{}=]+)[^{}]*\}/g)].map(([, name]) => ({
      name,
      in: "path",
      required: true,
      type: "string",
    }));
    paths[path] ??= {};
    paths[path][method.toLowerCase()] = {
      operationId: route,
      parameters,
      responses: { default: { description: "any" } },
      ...operation,
    };
  }
  return {
    swagger: "2.0",
    info: { title: "Orders", version: "1" },
    "x-google-backend": { address: "https://backend.example.com/base", disable_auth: true },
    paths,
    ...root,
  };
}

/** A security definition for API Gateway. */
export function definition(more: Json = {}): Json {
  return {
    type: "oauth2",
    flow: "implicit",
    authorizationUrl: "",
    "x-google-issuer": issuer,
    "x-google-jwks_uri": `${issuer}/jwks`,
    "x-google-audiences": "orders",
    ...more,
  };
}

export interface Gateway {
  readonly routes: readonly string[];
  decide(line: string, headers?: Readonly<Record<string, string>>): Promise<Outcome>;
  /** The response of the gateway itself. */
  reply(line: string, headers?: Readonly<Record<string, string>>): Promise<Reply>;
  forward(line: string, headers?: Readonly<Record<string, string>>): Promise<Forwarded>;
}

const noKeys: KeySource = {
  of: () => ({ current: () => ({ failure: "no keys" }), refetched: () => ({ failure: "no keys" }) }),
};

/** A gateway that is called without a server. */
export function gateway(document: Json | string, keys: KeySource = noKeys, now: () => number = Date.now): Gateway {
  const interpreter = interpretGcpApiGateway(
    {
      kind: "gcp-api-gateway",
      document: typeof document === "string" ? document : JSON.stringify(document),
      managedService: service,
    },
    { now, keys, counters: new ProcessCounters(), functions: noFunctions },
  );
  const decide: Gateway["decide"] = async (line, headers = {}) =>
    await interpreter.decide(request(line, headers, "192.0.2.1"));
  return {
    routes: interpreter.routes,
    decide,
    async reply(line, headers) {
      const outcome = await decide(line, headers);
      assert.ok("reply" in outcome, `${outcome.decision}: ${outcome.reason}`);
      return outcome.reply;
    },
    async forward(line, headers) {
      const outcome = await decide(line, headers);
      assert.ok(outcome.decision === "proxied", `${outcome.decision}: ${outcome.reason}`);
      return forwarded(outcome.forward);
    },
  };
}

/** The place and the problem of a rejected document. */
export function refusal(document: Json | string): string {
  try {
    gateway(document);
  } catch (error) {
    assert.ok(error instanceof UnsupportedArtefact, String(error));
    return error.message;
  }
  assert.fail("the document is accepted");
}

/** A real issuer on loopback. The host map leads its public name there. */
export class Issuer {
  readonly keys: KeySource;
  #pair: GenerateKeyPairResult;
  readonly #alg: string;
  readonly #close: () => Promise<void>;
  /** How many times the key set was fetched. */
  fetched = 0;
  /** While true, the issuer responds with 500. */
  broken = false;

  private constructor(
    pair: GenerateKeyPairResult,
    alg: string,
    server: ReturnType<typeof createServer>,
    now: () => number,
  ) {
    this.#pair = pair;
    this.#alg = alg;
    const hosts = new LoopbackHostMap(
      new Map([[issuer, `http://127.0.0.1:${(server.address() as AddressInfo).port}`]]),
    );
    this.keys = new HttpKeySource(hosts, now);
    this.#close = () => new Promise((resolve) => server.close(() => resolve()));
    server.on("request", async (incoming, response) => {
      response.setHeader("content-type", "application/json");
      if (this.broken) response.statusCode = 500;
      if (incoming.url === "/.well-known/openid-configuration") {
        response.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/jwks` }));
      } else {
        this.fetched++;
        response.end(JSON.stringify({ keys: [{ ...(await exportJWK(this.#pair.publicKey)), kid: "1", use: "sig" }] }));
      }
    });
  }

  static async start(alg = "RS256", now: () => number = Date.now): Promise<Issuer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new Issuer(await generateKeyPair(alg, { extractable: true }), alg, server, now);
  }

  async rotate(): Promise<void> {
    this.#pair = await generateKeyPair(this.#alg, { extractable: true });
  }

  /** A token that is valid for an hour from `now`. A claim with the value undefined is omitted. */
  async token(claims: Json = {}, header: Json = {}, now = Date.now()): Promise<string> {
    const seconds = Math.floor(now / 1000);
    const payload = { iss: issuer, aud: "orders", sub: "ann", iat: seconds, exp: seconds + 3600, ...claims };
    return await new SignJWT(payload)
      .setProtectedHeader({ alg: this.#alg, kid: "1", typ: "JWT", ...header })
      .sign(this.#pair.privateKey);
  }

  /** A token of texts that need not be JSON. The algorithm is RS256. */
  async signed(payload: string, header = '{"alg":"RS256","kid":"1"}'): Promise<string> {
    const content = [header, payload].map((text) => Buffer.from(text).toString("base64url")).join(".");
    const key = createPrivateKey({ key: await exportJWK(this.#pair.privateKey), format: "jwk" });
    return `${content}.${sign("sha256", Buffer.from(content), key).toString("base64url")}`;
  }

  close(): Promise<void> {
    return this.#close();
  }
}

/** The values of a header in the request to the backend. */
export function values(forward: Forward, name: string): readonly string[] {
  return forward.headers.filter(([header]) => header.toLowerCase() === name).map(([, value]) => value);
}
