import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { PolygateError, type Problem } from "../../../../../components/api/problem.ts";
import type { AwsOnPremLinkArgs } from "../../../../../components/aws/on-prem-link/args.ts";
import { AwsOnPremLink } from "../../../../../components/aws/on-prem-link/on-prem-link.ts";

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

export const registered: Registered[] = [];
const account = "arn:aws:elasticloadbalancing:eu-central-1:123456789012";
export const balancerArn = `${account}:loadbalancer/net/erp/0123456789abcdef`;
export const listenerArn = `${account}:listener/net/erp/0123456789abcdef/fedcba9876543210`;
const arns: Readonly<Record<string, string>> = {
  "aws:lb/loadBalancer:LoadBalancer": balancerArn,
  "aws:lb/listener:Listener": listenerArn,
};

const mocks: pulumi.runtime.Mocks = {
  call: () => ({}),
  newResource: ({ type, name, inputs }) => {
    registered.push({ type: type.replace(/^aws:(.*)\/.*:/, "$1."), name, inputs });
    return {
      id: type === "aws:apigatewayv2/vpcLink:VpcLink" ? "a1b2c3d4e5" : `${name}-id`,
      state: {
        ...inputs,
        arn: arns[type] ?? `arn:of:${name}`,
        tunnel1Address: "198.51.100.1",
        tunnel2Address: "198.51.100.2",
        customerGatewayConfiguration: "<keys/>",
        transitGatewayAttachmentId: `${name}-attachment`,
        associationDefaultRouteTableId: `${name}-table`,
      },
    };
  },
};

export const targets = [
  { address: "10.20.0.5", port: 8443 },
  { address: "10.20.0.6", port: 8443 },
];
export const vpn = { publicIp: "203.0.113.9", cidrs: ["10.20.0.0/16"], routeTableIds: { private: "rtb-1" } };
export const args: AwsOnPremLinkArgs = { vpcId: "vpc-1", subnetIds: ["subnet-1", "subnet-2"], targets };

/** The timing of all health checks. */
export const healthCheckTiming = { interval: 10, healthyThreshold: 2, unhealthyThreshold: 2 };

/** The value of an output. */
export function resolved<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as unknown as { promise(): Promise<T> }).promise();
}

/** Declares a link, and returns its resources. */
export async function declare(given: Partial<AwsOnPremLinkArgs>, name = "erp") {
  registered.length = 0;
  const made = new AwsOnPremLink(name, { ...args, ...given });
  await resolved(pulumi.all([made.link, made.vpnConfiguration, made.securityGroupId]));
  // The outputs do not depend on routes and rules.
  await new Promise((done) => setTimeout(done, 20));
  const resources = registered.filter(({ type }) => !type.startsWith("polygate:"));
  const inputs = (part: string) => resources.find((one) => one.name === part)?.inputs ?? assert.fail(`no ${part}`);
  return { made, inputs, names: resources.map(({ type, name: own }) => `${type} ${own}`).toSorted() };
}

function wrong(given: object): readonly Problem[] {
  registered.length = 0;
  try {
    new AwsOnPremLink("erp", { ...args, ...given } as AwsOnPremLinkArgs);
  } catch (error) {
    assert.equal(registered.length, 0);
    if (error instanceof PolygateError) return error.problems;
    throw error;
  }
  return [];
}

/** The places of the problems of a link. */
export const places = (given: object) =>
  wrong(given).map(({ code, place }) => {
    assert.ok(["bad-on-prem-link", "bad-tag"].includes(code), code);
    return place;
  });

/** Runs the program of a test with these resources. */
export function setMocks(): void {
  pulumi.runtime.setMocks(mocks, "shops", "dev", false, "acme");
}
