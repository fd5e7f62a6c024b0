import type { Output } from "@pulumi/pulumi";
import { AwsRestApi, type AwsRestApiArgs } from "polygate/aws";
import { bindings, orders } from "../support/types/orders.ts";
import { typeChecked } from "../support/types/type-check.ts";

const args = { api: orders, ...bindings };

describe("the types of consumers and their API keys", () => {
  it(
    "give a string for each consumer, and reject a name that is misspelt",
    typeChecked(() => {
      const consumers = { acme: { plan: "free" }, globex: { plan: "free" } } as const;
      const gateway = new AwsRestApi("shop", { ...args, consumers });
      const acme: Output<string> = gateway.apiKeys.apply((keys) => keys.acme);
      const globex: Output<string> = gateway.apiKeys.globex;
      // @ts-expect-error no consumer has this name
      gateway.apiKeys.apply((keys) => keys.acmee);
      const inline = new AwsRestApi("shop", { ...args, consumers: { acme: { plan: "free" } } });
      // @ts-expect-error no consumer has this name
      inline.apiKeys.apply((keys) => keys.acmee);
      return [acme, globex, inline.apiKeys.apply((keys) => keys.acme.length)];
    }),
  );

  it(
    "are a plain record if the names are not known to the compiler",
    typeChecked(() => {
      const consumers: NonNullable<AwsRestApiArgs<typeof orders>["consumers"]> = { acme: { plan: "free" } };
      const gateway = new AwsRestApi("shop", { ...args, consumers });
      const key: Output<string | undefined> = gateway.apiKeys.apply((keys) => keys.acme);
      // @ts-expect-error the consumer may not exist
      const certain: Output<string> = gateway.apiKeys.apply((keys) => keys.acme);
      const { apiKeys }: AwsRestApi = new AwsRestApi("shop", { ...args, consumers: { acme: { plan: "free" } } });
      return [key, certain, apiKeys.apply((keys) => keys.acme)];
    }),
  );

  it(
    "reject a plan that the description does not have",
    typeChecked(() => {
      // @ts-expect-error there is no such plan
      new AwsRestApi("shop", { ...args, consumers: { acme: { plan: "fre" } } });
      const inferred: AwsRestApiArgs<typeof orders, "acme"> = { ...args, consumers: { acme: { plan: "free" } } };
      // @ts-expect-error no consumer has this name
      const other: AwsRestApiArgs<typeof orders, "acme"> = { ...args, consumers: { globex: { plan: "free" } } };
      return [inferred, other];
    }),
  );
});
