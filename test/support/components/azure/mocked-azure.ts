import * as pulumi from "@pulumi/pulumi";
import { PolygateError } from "../../../../components/api/problem.ts";

/** A resource that a program registered. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

let registered: Registered[] = [];

const mocks: pulumi.runtime.Mocks = {
  call: () => ({}),
  newResource: ({ type, name, inputs }) => {
    registered.push({ type: type.replace("azure-native:", ""), name, inputs });
    const state = {
      name: inputs.privateZoneName ?? name,
      ipAddress: "198.51.100.1",
      gatewayUrl: `https://${name}.azure-api.net`,
      location: inputs.location,
      identity: { principalId: "principal" },
      outboundPublicIPAddresses: ["198.51.100.2"],
      bgpSettings: { bgpPeeringAddresses: [{ defaultBgpIpAddresses: ["10.10.0.30"] }] },
    };
    return { id: `/id/${name}`, state: { ...inputs, ...state } };
  },
};

/** Runs the program of a test with these resources. */
export function setMocks(): void {
  pulumi.runtime.setMocks(mocks, "shops", "dev", false, "acme");
}

/** The value of an output. */
export function resolved<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as unknown as { promise(): Promise<T> }).promise();
}

/** Declares a component, and returns it with the resources that it registers. */
export async function declared<C>(
  declare: () => C,
): Promise<{ readonly made: C; readonly resources: readonly Registered[] }> {
  registered = [];
  const made = declare();
  // A resource is registered after those that its inputs come from.
  for (let before = -1; before !== registered.length; ) {
    before = registered.length;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  return { made, resources: registered.filter(({ type }) => !type.startsWith("polygate:")) };
}

/** The code and the place of each problem of a component, which registers nothing then. */
export function problemsOf(declare: () => unknown): readonly string[] {
  registered = [];
  try {
    declare();
  } catch (error) {
    if (registered.length > 0) throw new Error("The component has registered resources before it was checked.");
    if (error instanceof PolygateError) return error.problems.map(({ code, place = "" }) => `${code} ${place}`);
    throw error;
  }
  return [];
}
