import { type ComponentResource, output } from "@pulumi/pulumi";
import {
  allOf,
  apiKey,
  type Description,
  defineApi,
  fn,
  fromOpenApi,
  type Gateway,
  type GatewayArgs,
  http,
  jwt,
  type LinkInput,
  open,
  type Transform,
} from "polygate";
import {
  type AwsFunctionBinding,
  AwsHttpApi,
  type AwsHttpApiArgs,
  AwsRestApi,
  type AwsRestApiArgs,
} from "polygate/aws";
import {
  AzureApiManagementApi,
  type AzureApiManagementApiArgs,
  type AzureApiManagementApiTransforms,
} from "polygate/azure";
import { GcpApiGateway, type GcpApiGatewayArgs, type GcpApiGatewayTransforms, type Labels } from "polygate/gcp";
import { bindings, orders } from "../support/types/orders.ts";
import { typeChecked } from "../support/types/type-check.ts";

declare const service: AzureApiManagementApiArgs["service"];
const region = "europe-west1";

describe("the types of the gateway classes", () => {
  it(
    "name a class and its arguments without type parameters",
    typeChecked(() => {
      class Shop {
        http?: AwsHttpApi;
        rest?: AwsRestApi;
        azure?: AzureApiManagementApi;
        gcp?: GcpApiGateway;
      }
      const http: AwsHttpApiArgs = { api: orders, ...bindings };
      const rest: AwsRestApiArgs = { api: orders, ...bindings, consumers: { acme: { plan: "free" } } };
      const azure: AzureApiManagementApiArgs = { api: orders, ...bindings, service };
      const gcp: GcpApiGatewayArgs = { api: orders, ...bindings, region };
      const shop = new Shop();
      shop.http = new AwsHttpApi("shop", http);
      shop.rest = new AwsRestApi("shop", rest);
      shop.azure = new AzureApiManagementApi("shop", azure);
      shop.gcp = new GcpApiGateway("shop", gcp);
    }),
  );

  it(
    "accept a gateway of one description where any gateway of the class is expected",
    typeChecked(() => {
      const http: AwsHttpApi = new AwsHttpApi("shop", { api: orders, ...bindings });
      const acme = { consumers: { acme: { plan: "free" } } } as const;
      const rest: AwsRestApi = new AwsRestApi("shop", { api: orders, ...bindings, ...acme });
      const azure: AzureApiManagementApi = new AzureApiManagementApi("shop", { api: orders, ...bindings, service });
      const gcp: GcpApiGateway = new GcpApiGateway("shop", { api: orders, ...bindings, region });
      const args: AwsHttpApiArgs<typeof orders> = { api: orders, ...bindings };
      const components: readonly (ComponentResource & Gateway)[] = [http, rest, azure, gcp];
      return [components, args satisfies AwsHttpApiArgs, args satisfies GatewayArgs];
    }),
  );

  it(
    "bind a function in the terms of each class, and not at all in those of every class",
    typeChecked(() => {
      const api = defineApi({
        version: 1,
        backends: { shipping: fn() },
        auth: { anyone: open("public") },
        routes: { "POST /orders": { to: "shipping", auth: "anyone" } },
      });
      const functionArn = "arn:aws:lambda:eu-central-1:123456789012:function:shipping";
      const lambda: AwsFunctionBinding = { functionArn };
      new AwsHttpApi("shop", { api, backends: { shipping: lambda } });
      new AwsRestApi("shop", { api, backends: { shipping: lambda } });
      // @ts-expect-error a function is bound by its ARN on AWS
      new AwsHttpApi("shop", { api, backends: { shipping: { url: "https://shipping.example.com" } } });
      // @ts-expect-error a Lambda function has no other members
      new AwsRestApi("shop", { api, backends: { shipping: { functionArn, version: "1" } } });
      type Cloud = { readonly functionId: string };
      const other: GatewayArgs<typeof api, LinkInput, Cloud> = { api, backends: { shipping: { functionId: "a" } } };
      // @ts-expect-error the arguments of every class bind no function
      const every: GatewayArgs<typeof api> = { api, backends: { shipping: lambda } };
      // Refused when the program runs, by a message that names the route, unless the routes are omitted.
      const omit = { "POST /orders": "served on AWS" } as const;
      new AzureApiManagementApi("shop", { api, service, backends: { shipping: { functionArn } }, omit });
      new GcpApiGateway("shop", { api, region, backends: { shipping: { functionArn } }, omit });
      return [other, every];
    }),
  );

  it(
    "infer the names of a description that is written in place",
    typeChecked(() => {
      const api = defineApi({
        version: 1,
        backends: { shop: http() },
        auth: { anyone: open("public") },
        routes: { "GET /": { to: "shop", auth: "anyone" } },
      });
      const backends = { shop: { url: "https://shop.example.com" } };
      const gateway = new AwsHttpApi("shop", { api, backends });
      gateway.arnOf("GET /");
      // @ts-expect-error the description has no such route
      gateway.arnOf("GET /nope");
      const inline = new AwsHttpApi("shop", {
        api: defineApi({
          version: 1,
          backends: { shop: http() },
          auth: { anyone: open("public") },
          routes: { "GET /": { to: "shop", auth: "anyone" } },
        }),
        backends,
      });
      inline.arnOf("GET /");
      // @ts-expect-error the description has no such route
      inline.arnOf("GET /nope");
    }),
  );

  it(
    "check bindings against the names of the description",
    typeChecked(() => {
      const { backends, auth } = bindings;
      // @ts-expect-error the auth is not bound
      new AwsRestApi("shop", { api: orders, backends });
      // @ts-expect-error the backend is not bound
      new AwsRestApi("shop", { api: orders, backends: {}, auth });
      // @ts-expect-error no backend has this name
      new GcpApiGateway("shop", { api: orders, backends: { ...backends, erpp: backends.erp }, auth, region });
      // @ts-expect-error an API key has no issuer
      new AwsHttpApi("shop", { api: orders, backends, auth: { ...auth, partners: auth.staff } });
    }),
  );

  it(
    "require audiences in the binding or in the description, and not in both",
    typeChecked(() => {
      const names = {
        version: 1,
        backends: { erp: http() },
        plans: { free: {} },
        routes: { "GET /": { to: "erp", auth: "staff" }, "GET /a": { to: "erp", auth: "both" } },
      } as const;
      const { backends } = bindings;
      const issuer = "https://login.example.com";
      const bare = defineApi({ ...names, auth: { staff: jwt(), both: allOf(jwt({}), apiKey()) } });
      const literal = defineApi({
        ...names,
        auth: { staff: { kind: "jwt" }, both: { kind: "allOf", of: [{ kind: "jwt" }, { kind: "apiKey" }] } },
      });
      const complete = { issuer, audiences: ["orders", output("made-here")] };
      for (const api of [bare, literal] as const) {
        new AwsRestApi("shop", { api, backends, auth: { staff: complete, both: complete } });
        new AwsRestApi("shop", {
          api,
          backends,
          auth: { staff: { issuer, audiences: output(["a"]) }, both: complete },
        });
        // @ts-expect-error no audiences
        new AwsRestApi("shop", { api, backends, auth: { staff: { issuer }, both: complete } });
        // @ts-expect-error no audiences of the token beside the key
        new AwsRestApi("shop", { api, backends, auth: { staff: complete, both: { issuer } } });
        // @ts-expect-error audiences are a list of strings
        new AwsRestApi("shop", { api, backends, auth: { staff: { issuer, audiences: "orders" }, both: complete } });
      }
      // @ts-expect-error the description lists them
      new AwsHttpApi("shop", { api: orders, backends, auth: { staff: complete } });
      const both = defineApi({ ...names, auth: { staff: jwt(), both: allOf(jwt({ audiences: ["a"] }), apiKey()) } });
      new AwsRestApi("shop", { api: both, backends, auth: { staff: complete, both: { issuer } } });
      // @ts-expect-error the description lists those of the token beside the key
      new AwsRestApi("shop", { api: both, backends, auth: { staff: complete, both: complete } });
      new AwsRestApi("shop", {
        api: fromOpenApi("orders.yaml"),
        backends,
        auth: { staff: complete, both: { issuer } },
      });
      return [both] satisfies readonly Description[];
    }),
  );

  it(
    "require no auth for a description whose names are not known to the compiler",
    typeChecked(() => {
      const api = fromOpenApi("orders.yaml");
      new AwsRestApi("shop", { api, backends: {} });
      new AwsHttpApi("shop", { api, backends: { erp: { url: "https://erp.example.com" } }, auth: bindings.auth });
      new AzureApiManagementApi("shop", { api, backends: {}, service });
      new GcpApiGateway("shop", { api, backends: {}, region, omit: { "GET /prices": "the partners use AWS" } });
      // @ts-expect-error an issuer is a string
      new AwsHttpApi("shop", { api, backends: {}, auth: { staff: { issuer: 1 } } });
    }),
  );

  it(
    "reject the omission of a route that the description does not have",
    typeChecked(() => {
      const args = { api: orders, ...bindings };
      const omit = { "GET /prices": "the partners use another gateway" } as const;
      const unknown = { "GET /nope": "no such route" } as const;
      new AwsHttpApi("shop", { ...args, omit });
      new AzureApiManagementApi("shop", { ...args, service, omit });
      // @ts-expect-error the description has no such route
      new AwsHttpApi("shop", { ...args, omit: { "GET /nope": "no such route" } });
      // @ts-expect-error the description has no such route
      new AwsRestApi("shop", { ...args, omit: { ...omit, "GET /nope": "no such route" } });
      // @ts-expect-error the description has no such route
      new AzureApiManagementApi("shop", { ...args, service, omit: unknown });
      // @ts-expect-error the description has no such route
      new GcpApiGateway("shop", { ...args, region, omit: unknown });
    }),
  );

  it(
    "name the transforms of each class, and the labels on Google Cloud",
    typeChecked(() => {
      const azure: AzureApiManagementApiTransforms = {
        api: (args) => {
          args.description = "the shop's";
        },
      };
      const gcp: GcpApiGatewayTransforms = {
        gateway: (args) => {
          args.gatewayId = "shop";
        },
      };
      const labels: Labels = { team: "shop" };
      const rename: Transform = (args) => {
        args.displayName = "Shop";
      };
      const args = { api: orders, ...bindings };
      new AzureApiManagementApi("shop", { ...args, service, transform: azure });
      new AzureApiManagementApi("shop", { ...args, service, transform: { ...azure, api: rename } });
      new GcpApiGateway("shop", { ...args, region, transform: gcp, labels });
      // @ts-expect-error there is no such resource
      new GcpApiGateway("shop", { ...args, region, transform: { policy: () => {} } });
      // @ts-expect-error neither of its resources has Azure tags
      new AzureApiManagementApi("shop", { ...args, service, tags: { team: "shop" } });
    }),
  );
});
