import * as pulumi from "@pulumi/pulumi";
import type { Bindings } from "../../../../../../components/api/binding/binding.ts";
import { normalise } from "../../../../../../components/api/check/normalise.ts";
import { type Description, http, jwt, open } from "../../../../../../components/api/description.ts";
import { PolygateError } from "../../../../../../components/api/problem.ts";
import { CanaryRelease } from "../../../../../../components/aws/rest-api/canary/release.ts";
import { webAclOf } from "../../../../../../components/aws/rest-api/firewall/rules.ts";
import { restApiTarget, settingsOf } from "../../../../../../components/aws/rest-api/target.ts";
import { restApiTransformRules } from "../../../../../../components/aws/rest-api/transform-rules.ts";
import { ComponentTransforms } from "../../../../../../components/gateway/component-transforms.ts";
import type { CanaryStack } from "./canary-stack.ts";

/** An API that replies with its version. */
export function described(version: number, more: object = {}, members: object = {}): Description {
  return {
    version: 1,
    backends: { erp: http() },
    auth: { staff: jwt({ audiences: ["orders"] }), anyone: open("a test") },
    default: { auth: "staff" },
    routes: {
      "GET /version": { reply: { status: 200, body: { version } }, auth: "anyone" },
      "GET /orders/{id}": { to: "erp" },
      ...more,
    },
    ...members,
  } as Description;
}

export const canary = { percent: 10 };

export interface Place {
  readonly issuer?: string;
  /** Why the state cannot be read. */
  readonly unreadable?: string;
}

/** The canary of the gateway `orders` in this state, before any resource is registered. */
export async function releaseOf(
  stack: CanaryStack,
  description: Description,
  { issuer = "https://login.example.com", unreadable }: Place = {},
): Promise<CanaryRelease> {
  await stack.mocked(undefined, unreadable);
  const api = normalise(description);
  const bindings: Bindings = { backends: { erp: { url: "https://erp.example.com" } }, auth: { staff: { issuer } } };
  const urn = (type: string, part: string) =>
    pulumi.output(`urn:pulumi:dev::shops::polygate:index:AwsRestApi$aws:apigateway/${type}::orders-${part}`);
  return new CanaryRelease(canary, {
    owner: {
      name: "orders",
      apiName: "orders",
      subject: "a test",
      parent: undefined as never,
      transform: new ComponentTransforms("a test", restApiTransformRules).children,
    },
    urns: {
      api: urn("restApi:RestApi", "api"),
      document: urn("restApi:RestApi", "api"),
      deployment: urn("deployment:Deployment", "deployment"),
      canary: urn("deployment:Deployment", "canary-deployment"),
      stage: urn("stage:Stage", "stage"),
    },
    api,
    bindings: pulumi.output(bindings),
    document: pulumi.output(restApiTarget({ name: "orders" }).compile(api, bindings)),
    settings: settingsOf(api),
    metrics: undefined,
    webAcl: webAclOf(api),
  });
}

/** The codes and places of the problems that an output fails with; empty if it resolves. */
export async function refusal(output: pulumi.Output<unknown>): Promise<readonly string[]> {
  try {
    await (output as unknown as { promise(): Promise<unknown> }).promise();
    return [];
  } catch (error) {
    if (error instanceof PolygateError)
      return error.problems.map(({ code, route, place = route }) => `${code} ${place}`);
    throw error;
  }
}

/** The problems that the bindings fail with, on which every resource of a gateway depends. */
export async function refusalOf(...args: Parameters<typeof releaseOf>): Promise<readonly string[]> {
  return refusal((await releaseOf(...args)).bindings);
}

export const limited = (requests: number) => ({ to: "erp", limits: [{ requests, per: "minute", by: "route" }] });
