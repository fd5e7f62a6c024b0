import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { defineApi } from "../../../../../components/api/define-api.ts";
import { http, open } from "../../../../../components/api/description.ts";
import { PolygateError } from "../../../../../components/api/problem.ts";
import type { AwsDomain } from "../../../../../components/aws/domain/domain.ts";
import { AwsHttpApi } from "../../../../../components/aws/http-api/http-api.ts";
import { AwsRestApi } from "../../../../../components/aws/rest-api/rest-api.ts";
import type { Gateway } from "../../../../../components/gateway/gateway.ts";

/** A resource that was registered. */
interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

export const registered: Registered[] = [];
export const CERTIFICATE = "arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d";

const mocks: pulumi.runtime.Mocks = {
  call: () => ({}),
  newResource: ({ type, name, inputs }) => {
    registered.push({ type, name, inputs });
    const args = inputs as Record<string, Record<string, unknown> | undefined>;
    const proof = {
      domainName: args.domainName,
      resourceRecordName: `_name.${String(args.domainName)}.`,
      resourceRecordType: "CNAME",
      resourceRecordValue: "_value.acm-validations.aws.",
    };
    return {
      id: `${name}-id`,
      state: {
        ...inputs,
        arn: CERTIFICATE,
        fqdn: args.name,
        region: "eu-central-1",
        invokeUrl: "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/",
        executionArn: "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5",
        domainValidationOptions: [proof],
        domainNameConfiguration: {
          ...args.domainNameConfiguration,
          targetDomainName: "d-1.execute-api.eu-central-1.amazonaws.com",
          hostedZoneId: "ZTARGET",
        },
        regionalDomainName: "d-2.execute-api.eu-central-1.amazonaws.com",
        regionalZoneId: "ZTARGET",
      },
    };
  },
};

const api = defineApi({
  version: 1,
  backends: { erp: http() },
  auth: { anyone: open("a test") },
  routes: { "GET /orders": { to: "erp", auth: "anyone" } },
});
const gatewayArgs = { api, backends: { erp: { url: "https://erp.example.com" } } };
export const own = { name: "api.example.com", zoneId: "Z0123456789ABC" };
export const existing = { name: "api.example.com", certificateArn: CERTIFICATE };

export function value<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => void output.apply(resolve));
}

export type ClassName = "AwsHttpApi" | "AwsRestApi";

function gatewayOf(className: ClassName, domain: AwsDomain | undefined, more: object): Gateway {
  const args = { ...gatewayArgs, ...more, ...(domain === undefined ? {} : { domain }) };
  return className === "AwsHttpApi" ? new AwsHttpApi("shop", args) : new AwsRestApi("shop", args);
}

/** Declares a gateway with a domain, and returns its resources. */
export async function declare(className: ClassName, domain: AwsDomain | undefined, more: object = {}) {
  registered.length = 0;
  const gateway = gatewayOf(className, domain, more);
  const url = await value(gateway.url);
  // The URL does not depend on the records, which are registered after the mapping.
  await new Promise((resolve) => setTimeout(resolve, 20));
  const named = (part: string) => registered.find(({ name }) => name === `shop-${part}`)?.inputs ?? {};
  const body = JSON.parse(String(named("api").body)) as Record<string, unknown>;
  return {
    gateway,
    url,
    hostname: await value(gateway.hostname),
    named,
    body,
    names: registered.map(({ name }) => name),
  };
}

/** The problems of a gateway with a domain: code and place of each. */
export function problemsOf(className: ClassName, domain: unknown, more: object = {}): readonly string[] {
  registered.length = 0;
  try {
    gatewayOf(className, domain as AwsDomain, more);
  } catch (error) {
    assert.equal(registered.length, 0, "nothing was registered");
    if (error instanceof PolygateError)
      return error.problems.map(({ code, place, route }) => `${code} ${place ?? route}`);
    throw error;
  }
  return [];
}

export const ownResources = [
  "shop-certificate",
  "shop-certificate-record",
  "shop-certificate-validation",
  "shop-domain",
  "shop-domain-mapping",
  "shop-domain-alias-a",
  "shop-domain-alias-aaaa",
];

/** Runs the program of a test with these resources. */
export function setMocks(): void {
  pulumi.runtime.setMocks(mocks, "shops", "dev", false, "acme");
}
