import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as settings from "@pulumi/pulumi/runtime/settings.js";
import { PolygateError, type Problem } from "../../../../../components/api/problem.ts";
import type { GcpOnPremLinkArgs, GcpVpn } from "../../../../../components/gcp/on-prem-link/args.ts";
import { GcpOnPremLink } from "../../../../../components/gcp/on-prem-link/on-prem-link.ts";

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

const registered: Registered[] = [];

const mocks: pulumi.runtime.Mocks = {
  call: () => ({}),
  newResource: ({ type, name, inputs }) => {
    registered.push({ type: type.replace(/^gcp:(.*)\/.*:/, "$1."), name, inputs });
    const vpnInterfaces = [
      { id: 1, ipAddress: "198.51.100.2" },
      { id: 0, ipAddress: "198.51.100.1" },
    ];
    return { id: `projects/shop/${name}-id`, state: { ...inputs, name: `${name}-1a2b3c4`, vpnInterfaces } };
  },
};

export const secrets = ["A", "B", "C", "D"].map((end) => `kept-${"x".repeat(20)}-${end}`);
export const vpn: GcpVpn = { deviceAddresses: ["203.0.113.9"], deviceAsn: 65_010, sharedSecrets: secrets.slice(0, 2) };
export const network = "projects/shop/global/networks/main";
export const args: GcpOnPremLinkArgs = { network, subnetRange: "10.8.0.0/26", ranges: ["10.20.0.0/16"] };

/** The value of an output. */
export function resolved<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as unknown as { promise(): Promise<T> }).promise();
}

/** Waits until every resource is registered. The declarations of the SDK do not contain this function. */
const { waitForRPCs } = settings as unknown as { waitForRPCs(): Promise<void> };

/** Declares a link, and returns its resources. */
export async function declare(given: Partial<GcpOnPremLinkArgs>, name = "erp", own = args) {
  registered.length = 0;
  const made = new GcpOnPremLink(name, { ...own, ...given });
  const [link, device] = await resolved(pulumi.all([made.link, made.device]));
  await waitForRPCs();
  const resources = registered.filter(({ type }) => !type.startsWith("polygate:"));
  const inputs = (part: string) => resources.find((one) => one.name === part)?.inputs ?? assert.fail(`no ${part}`);
  return { made, link, device, inputs, names: resources.map(({ type, name: own }) => `${type} ${own}`).toSorted() };
}

/** The problems of a link. */
export function wrong(given: object): readonly Problem[] {
  registered.length = 0;
  try {
    new GcpOnPremLink("erp", { ...args, ...given } as GcpOnPremLinkArgs);
  } catch (error) {
    assert.equal(registered.length, 0);
    if (error instanceof PolygateError) return error.problems;
    throw error;
  }
  return [];
}

/** The places of the problems of a link. */
export const places = (given: object) =>
  wrong(given).map(({ code, place, vendor }) => {
    assert.deepEqual([code, vendor], ["bad-on-prem-link", "gcp"]);
    return place;
  });

/** Runs the program of a test with these resources. */
export function setMocks(): void {
  pulumi.runtime.setMocks(mocks, "shops", "dev", false, "acme");
}
