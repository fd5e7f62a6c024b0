import * as pulumi from "@pulumi/pulumi";
import type { Description } from "../../../../../../components/api/description.ts";
import type { RestApiOnlyArgs } from "../../../../../../components/aws/rest-api/args.ts";
import { AwsRestApi } from "../../../../../../components/aws/rest-api/rest-api.ts";

type Outputs = Readonly<Record<string, unknown>>;

interface Held {
  readonly id: string;
  readonly inputs: Outputs;
  readonly outputs: Outputs;
}

/** The properties whose change makes the engine replace a resource. */
const replacing: Readonly<Record<string, readonly string[]>> = {
  "aws:apigateway/deployment:Deployment": ["triggers", "restApi"],
  "aws:lambda/function:Function": ["description"],
};

const parent = "urn:pulumi:dev::shops::polygate:index:AwsRestApi";

/** A stack with the gateway `orders`, whose state is updated through Pulumi's mocks. */
export class CanaryStack {
  /** The resources by URN. */
  state: Record<string, Held> = {};
  #created = 0;

  /** Declares the gateway with the state that the last update left, and stores the new state. */
  async up(
    api: Description,
    options: RestApiOnlyArgs & { readonly name?: string; readonly issuer?: string } = {},
  ): Promise<AwsRestApi> {
    const { name = "orders", issuer = "https://login.example.com", ...others } = options;
    const next: Record<string, Held> = {};
    await this.mocked((type, own, inputs) => {
      const urn = `${parent}$${type}::${own}`;
      const held = this.#held(type, this.state[urn], inputs);
      next[urn] = held;
      return { id: held.id, state: held.outputs };
    });
    const binding = { backends: { erp: { url: "https://erp.example.com" } }, auth: { staff: { issuer } }, ...others };
    const gateway = new AwsRestApi(name, { api, ...binding } as never);
    await value(gateway.url);
    await value(gateway.apiKeys);
    // Wait for resources after the stage, which nothing else awaits.
    const end = Date.now() + 5_000;
    while (!Object.keys(next).some((urn) => urn.includes(":MethodSettings::"))) {
      if (Date.now() > end) throw new Error(`The gateway declared no method settings: ${Object.keys(next)}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    this.state = next;
    return gateway;
  }

  /** Sets the state that the program reads, or the reason why it cannot read one, and how resources are created. */
  async mocked(
    newResource: (type: string, name: string, inputs: Outputs) => { id: string; state: object } = () => ({
      id: "",
      state: {},
    }),
    unreadable?: string,
  ): Promise<void> {
    const mocks: pulumi.runtime.Mocks = {
      call: () => {
        if (unreadable !== undefined) throw new Error(unreadable);
        const outputs = Object.entries(this.state).map(([urn, held]) => [urn, { type: "t", outputs: held.outputs }]);
        return { name: "acme/shops/dev", outputs: Object.fromEntries(outputs) };
      },
      newResource: ({ type, name, inputs }) => newResource(type, name, inputs as Outputs),
    };
    await pulumi.runtime.setMocks(mocks, "shops", "dev", false, "acme");
  }

  /** The inputs of a resource of the gateway, by the part of its name after the gateway's. */
  inputs(part: string): Outputs | undefined {
    return this.#find(part)?.inputs;
  }

  id(part: string): string | undefined {
    return this.#find(part)?.id;
  }

  /** Changes the outputs of a resource in the state. Undefined removes the resource. */
  edit(part: string, outputs: Outputs | undefined): void {
    const [urn, held] = Object.entries(this.state).find(([each]) => each.endsWith(`::orders-${part}`)) ?? [];
    if (urn === undefined || held === undefined) throw new RangeError(`the state has no ${part}`);
    if (outputs === undefined) delete this.state[urn];
    else this.state[urn] = { ...held, outputs: { ...held.outputs, ...outputs } };
  }

  /** All resources, for comparing two states. */
  get all(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(
      Object.entries(this.state).map(([urn, { id, inputs }]) => [urn, [id, { ...inputs, code: undefined }]]),
    );
  }

  get names(): readonly string[] {
    return Object.keys(this.state).map((urn) => urn.split("::").at(-1) ?? "");
  }

  #find(part: string): Held | undefined {
    return Object.entries(this.state).find(([urn]) => urn.endsWith(`::orders-${part}`))?.[1];
  }

  #held(type: string, before: Held | undefined, inputs: Outputs): Held {
    const same = (name: string) => JSON.stringify(before?.inputs[name]) === JSON.stringify(inputs[name]);
    const stays = before !== undefined && (replacing[type] ?? []).every(same);
    const id = stays ? before.id : type.endsWith(":RestApi") ? "a1b2c3d4e5" : `id${++this.#created}`;
    const known = {
      arn: `arn:aws:lambda:eu-central-1:123456789012:function:${id}`,
      binaryMediaTypes: [],
      executionArn: "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5",
      invokeUrl: "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/live",
      region: "eu-central-1",
    };
    return { id, inputs, outputs: { ...known, ...inputs } };
  }
}

function value<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => void output.apply(resolve));
}
