import assert from "node:assert/strict";
import { interpretApim } from "../../../../../../sandbox/data-plane/azure/api-management/api-management.ts";
import type { ApimApi, ApimArtefacts } from "../../../../../../sandbox/data-plane/azure/api-management/artefacts.ts";
import type { GatewayRequest, Outcome, Reply, Surroundings } from "../../../../../../sandbox/data-plane/interpreter.ts";
import { UnsupportedArtefact } from "../../../../../../sandbox/data-plane/interpreter.ts";
import { ProcessCounters } from "../../../../../../sandbox/data-plane/verifying/counters.ts";
import { type Forwarded, forwarded } from "../../forwarded.ts";
import { noFunctions } from "../../functions/no-functions.ts";

/** An OpenAPI document with operations such as `GET /orders/{id}`. Path parameters are declared automatically. */
export function openApi(...routes: readonly string[]): string {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const [method = "", path = ""] = route.split(" ");
    const parameters = [...path.matchAll(/\{\*?([^{}]*)\}/g)].map(([, name]) => ({ name, in: "path", required: true }));
    paths[path] = { ...paths[path], [method.toLowerCase()]: { parameters } };
  }
  return JSON.stringify({ openapi: "3.0.3", info: { title: "Orders", version: "1" }, paths });
}

/** A policy document. A missing section inherits. */
export function policies(sections: {
  readonly inbound?: string;
  readonly backend?: string;
  readonly outbound?: string;
  readonly onError?: string;
}): string {
  const { inbound = "", backend = "<base />", outbound = "", onError = "" } = sections;
  return `<policies><inbound><base />${inbound}</inbound><backend>${backend}</backend><outbound><base />${outbound}</outbound><on-error><base />${onError}</on-error></policies>`;
}

export function api(overrides: Partial<ApimApi> = {}): ApimApi {
  return {
    name: "orders",
    path: "shop",
    protocols: ["https"],
    subscriptionRequired: false,
    subscriptionKeyNames: { header: "x-api-key", query: "api-key" },
    serviceUrl: "https://backend.example.com/base/",
    document: openApi("GET /orders/{id}", "POST /orders", "GET /orders", "GET /files/{*rest}"),
    ...overrides,
  };
}

export interface Service {
  readonly routes: readonly string[];
  /** Milliseconds since the epoch. Tests advance it. */
  clock: { now: number };
  decide(line: string, headers?: Readonly<Record<string, string>>, remoteAddress?: string): Promise<Outcome>;
  reply(line: string, headers?: Readonly<Record<string, string>>, remoteAddress?: string): Promise<Reply>;
  forward(line: string, headers?: Readonly<Record<string, string>>, remoteAddress?: string): Promise<Forwarded>;
}

export function request(
  line: string,
  headers: Readonly<Record<string, string>>,
  remoteAddress: string,
): GatewayRequest {
  const [method = "", target = ""] = line.split(" ");
  const mark = target.indexOf("?");
  const fields = Object.entries({ Host: "gateway.example.com:8443", ...headers });
  return {
    method,
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? "" : target.slice(mark + 1),
    headers: fields,
    header: (name) => fields.find(([each]) => each.toLowerCase() === name)?.[1],
    remoteAddress,
  };
}

/** A source without keys: every token is rejected. */
export const noKeys: Surroundings["keys"] = {
  of: () => ({ current: () => ({ failure: "no keys" }), refetched: () => ({ failure: "no keys" }) }),
};

/** A service with one or several APIs, called without a server. */
export function service(
  apis: Partial<ApimApi> | readonly Partial<ApimApi>[],
  more: Partial<ApimArtefacts> & Pick<Partial<Surroundings>, "readings" | "keys"> = {},
): Service {
  const { readings, keys = noKeys, ...artefacts } = more;
  const clock = { now: Date.parse("2026-01-01T00:00:00Z") };
  const list = Array.isArray(apis) ? (apis as readonly Partial<ApimApi>[]) : [apis as Partial<ApimApi>];
  const interpreter = interpretApim(
    { kind: "azure-api-management", sku: "Developer", namedValues: {}, ...artefacts, apis: list.map(api) },
    { now: () => clock.now, keys, counters: new ProcessCounters(), functions: noFunctions, readings },
  );
  const decide: Service["decide"] = async (line, headers = {}, remoteAddress = "10.0.0.1") =>
    interpreter.decide(request(line, headers, remoteAddress));
  return {
    routes: interpreter.routes,
    clock,
    decide,
    async reply(...args) {
      const outcome = await decide(...args);
      assert.ok("reply" in outcome, "expected a reply, but the request was proxied");
      return outcome.reply;
    },
    async forward(...args) {
      const outcome = await decide(...args);
      assert.equal(outcome.decision, "proxied", outcome.reason);
      return forwarded((outcome as Extract<Outcome, { decision: "proxied" }>).forward);
    },
  };
}

/** Asserts that the deployment fails with a place and a problem. */
export function refused(build: () => unknown, place: RegExp, problem: RegExp): void {
  assert.throws(build, (error: unknown) => {
    assert.ok(error instanceof UnsupportedArtefact, String(error));
    assert.match(error.place, place);
    assert.match(error.message, problem);
    return true;
  });
}

export const field = (message: { readonly headers: Reply["headers"] }, name: string): string | undefined =>
  message.headers.find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1];
