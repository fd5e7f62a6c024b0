/** Speaks to a provider as the engine does, over gRPC, without an engine. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import grpc from "@grpc/grpc-js";
import pluginMessages from "@pulumi/pulumi/proto/plugin_pb.js";
import type { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type * as rpc from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import statusMessages from "@pulumi/pulumi/proto/status_pb.js";
import type emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import { RequestThrottle } from "../../../../sandbox/control-plane/aws/apigateway/request-throttle.ts";
import { awsPackage } from "../../../../sandbox/control-plane/aws/aws.ts";
import { azurePackage } from "../../../../sandbox/control-plane/azure/azure.ts";
import { Cloud, type Gateways } from "../../../../sandbox/control-plane/cloud.ts";
import { gcpPackage } from "../../../../sandbox/control-plane/gcp/gcp.ts";
import { fromStruct, toStruct } from "../../../../sandbox/control-plane/property-struct.ts";
import type { Properties, PropertyValue } from "../../../../sandbox/control-plane/property-value.ts";
import { Provider } from "../../../../sandbox/control-plane/provider.ts";
import type { ProviderPackage } from "../../../../sandbox/control-plane/provider-package.ts";
import { ProviderServer } from "../../../../sandbox/control-plane/provider-server.ts";
import type { DeployedGateway, GatewayArtefacts } from "../../../../sandbox/data-plane/artefacts.ts";
import { UnsupportedArtefact } from "../../../../sandbox/data-plane/interpreter.ts";
import { Store } from "../../../../sandbox/store.ts";

/** Keeps what it is given, and refuses documents with an `x-refused` member, as an interpreter would refuse others. */
export class RecordingGateways implements Gateways {
  readonly ports = new Map<string, number>();
  served: readonly DeployedGateway[] = [];

  validate(artefacts: GatewayArtefacts): void {
    const documents =
      artefacts.kind === "azure-api-management"
        ? artefacts.apis.flatMap(({ document, policy = "" }) => [document, policy])
        : [artefacts.document];
    if (documents.some((document) => document.includes("x-refused"))) {
      throw new UnsupportedArtefact("paths./x.get.x-refused", "no such extension");
    }
  }

  async reserve(key: string): Promise<number> {
    const port = this.ports.get(key) ?? 40_000 + this.ports.size;
    this.ports.set(key, port);
    return port;
  }

  url(key: string): string {
    const port = this.ports.get(key);
    if (port === undefined) throw new Error(`no port is reserved for ${key}`);
    return `http://127.0.0.1:${port}`;
  }

  async apply(gateways: readonly DeployedGateway[]): Promise<void> {
    this.served = gateways;
  }
}

export interface TestCloud {
  readonly gateways: RecordingGateways;
  readonly cloud: Cloud;
  readonly store: Store;
  readonly directory: string;
  /** Of the AWS control plane. */
  readonly throttle: RequestThrottle;
  /** For `PULUMI_DEBUG_PROVIDERS`. */
  readonly debugProviders: string;
  /** A configured provider instance, on a connection of its own. */
  provider(name: "aws" | "azure-native" | "gcp", config?: Properties): Promise<EngineStandIn>;
  close(): Promise<void>;
}

/** All three providers over one store in a new folder, or in one that is given. */
export async function testCloud(directory = mkdtempSync(join(tmpdir(), "polygate-cloud-"))): Promise<TestCloud> {
  const throttle = new RequestThrottle();
  const packages = {
    aws: awsPackage("us-east-1", throttle),
    "azure-native": azurePackage(),
    gcp: gcpPackage("sandbox-project"),
  };
  const store = new Store(directory);
  const gateways = new RecordingGateways();
  const cloud = new Cloud(store, gateways, (records) =>
    Object.values(packages).flatMap((served) => served.gateways(records)),
  );
  const servers = new Map<string, { readonly server: ProviderServer; readonly port: number }>();
  const clients: EngineStandIn[] = [];
  const serve = async <Settings>(served: ProviderPackage<Settings>) => {
    const server = new ProviderServer(new Provider(served, cloud));
    servers.set(served.name, { server, port: await server.listen(0) });
  };
  await serve(packages.aws);
  await serve(packages["azure-native"]);
  await serve(packages.gcp);
  return {
    gateways,
    cloud,
    store,
    directory,
    throttle,
    debugProviders: [...servers].map(([name, { port }]) => `${name}:${port}`).join(","),
    async provider(name, config = {}) {
      const port = servers.get(name)?.port;
      if (port === undefined) throw new Error(`no provider ${name}`);
      const client = new EngineStandIn(port);
      clients.push(client);
      await client.configure(config);
      return client;
    },
    async close() {
      for (const client of clients) client.close();
      for (const { server } of servers.values()) await server.close(1000);
      store.close();
      rmSync(directory, { recursive: true });
    },
  };
}

export interface Deployed {
  readonly urn: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** What a failed create or update leaves: the engine keeps it together with the reasons. */
export class InitError extends Error {
  readonly left: { readonly id: string; readonly outputs: Properties };
  constructor(message: string, left: { readonly id: string; readonly outputs: Properties }) {
    super(message);
    this.left = left;
  }
}

export class EngineStandIn {
  readonly #client: ResourceProviderClient;

  constructor(port: number) {
    this.#client = new providerGrpc.ResourceProviderClient(
      `127.0.0.1:${port}`,
      grpc.credentials.createInsecure(),
      // One connection an instance, as each of the engine's provider instances has.
      { "grpc.use_local_subchannel_pool": 1 },
    );
  }

  close(): void {
    this.#client.close();
  }

  async configure(config: Properties): Promise<void> {
    const request = new messages.ConfigureRequest();
    request.setArgs(toStruct(config));
    await this.#ask<rpc.ConfigureResponse>((done) => this.#client.configure(request, done));
  }

  async attach(): Promise<void> {
    await this.#ask<emptyProto.Empty>((done) => this.#client.attach(new pluginMessages.PluginAttach(), done));
  }

  async invoke(token: string, args: Properties = {}): Promise<Properties> {
    const request = new messages.InvokeRequest();
    request.setTok(token);
    request.setArgs(toStruct(args));
    return fromStruct((await this.#ask<rpc.InvokeResponse>((done) => this.#client.invoke(request, done))).getReturn());
  }

  async check(
    type: string,
    name: string,
    news: Properties,
    olds?: Properties,
    autonaming?: { readonly mode: "propose" | "disable"; readonly name: string },
  ): Promise<{ readonly inputs: Properties; readonly failures: readonly string[] }> {
    const request = new messages.CheckRequest();
    request.setUrn(urnOf(type, name));
    request.setNews(toStruct(news));
    if (olds !== undefined) request.setOlds(toStruct(olds));
    if (autonaming !== undefined) {
      const { AutonamingOptions } = messages.CheckRequest;
      const options = new AutonamingOptions();
      options.setMode(autonaming.mode === "disable" ? AutonamingOptions.Mode.DISABLE : AutonamingOptions.Mode.PROPOSE);
      options.setProposedName(autonaming.name);
      request.setAutonaming(options);
    }
    request.setRandomseed(Uint8Array.from({ length: 32 }, (_, index) => index));
    const response = await this.#ask<rpc.CheckResponse>((done) => this.#client.check(request, done));
    return {
      inputs: fromStruct(response.getInputs()),
      failures: response.getFailuresList().map((failure) => `${failure.getProperty()}: ${failure.getReason()}`),
    };
  }

  /** Check, then Create, as at `up`. */
  async create(type: string, name: string, news: Properties): Promise<Deployed> {
    const { inputs, failures } = await this.check(type, name, news);
    if (failures.length > 0) throw new Error(failures.join("\n"));
    const request = new messages.CreateRequest();
    request.setUrn(urnOf(type, name));
    request.setProperties(toStruct(inputs));
    const response = await this.#ask<rpc.CreateResponse>((done) => this.#client.create(request, done));
    return { urn: urnOf(type, name), id: response.getId(), inputs, outputs: fromStruct(response.getProperties()) };
  }

  async previewCreate(type: string, name: string, inputs: Properties): Promise<Properties> {
    const request = new messages.CreateRequest();
    request.setUrn(urnOf(type, name));
    request.setProperties(toStruct(inputs));
    request.setPreview(true);
    const response = await this.#ask<rpc.CreateResponse>((done) => this.#client.create(request, done));
    return (response.getProperties()?.toJavaScript() ?? {}) as Properties;
  }

  async diff(deployed: Deployed, news: Properties): Promise<Readonly<Record<string, string>>> {
    const request = new messages.DiffRequest();
    request.setUrn(deployed.urn);
    request.setId(deployed.id);
    request.setOlds(toStruct(deployed.outputs));
    request.setOldInputs(toStruct(deployed.inputs));
    request.setNews(toStruct(news));
    return kindsOf(await this.#ask<rpc.DiffResponse>((done) => this.#client.diff(request, done)));
  }

  async checkConfig(news: Properties): Promise<readonly string[]> {
    const request = new messages.CheckRequest();
    request.setNews(toStruct(news));
    const response = await this.#ask<rpc.CheckResponse>((done) => this.#client.checkConfig(request, done));
    return response.getFailuresList().map((failure) => `${failure.getProperty()}: ${failure.getReason()}`);
  }

  async diffConfig(olds: Properties, news: Properties): Promise<Readonly<Record<string, string>>> {
    const request = new messages.DiffRequest();
    request.setOldInputs(toStruct(olds));
    request.setNews(toStruct(news));
    return kindsOf(await this.#ask<rpc.DiffResponse>((done) => this.#client.diffConfig(request, done)));
  }

  async update(deployed: Deployed, news: Properties, preview = false): Promise<Deployed> {
    const request = new messages.UpdateRequest();
    request.setUrn(deployed.urn);
    request.setId(deployed.id);
    request.setOlds(toStruct(deployed.outputs));
    request.setOldInputs(toStruct(deployed.inputs));
    request.setNews(toStruct(news));
    request.setPreview(preview);
    const response = await this.#ask<rpc.UpdateResponse>((done) => this.#client.update(request, done));
    return { ...deployed, inputs: news, outputs: fromStruct(response.getProperties()) };
  }

  /** As a refresh does; undefined when the vendor holds no such thing. */
  async read(deployed: Deployed): Promise<Deployed | undefined> {
    const request = new messages.ReadRequest();
    request.setUrn(deployed.urn);
    request.setId(deployed.id);
    request.setProperties(toStruct(deployed.outputs));
    request.setInputs(toStruct(deployed.inputs));
    return this.#read(request, deployed.urn);
  }

  async import(type: string, name: string, id: string): Promise<Deployed | undefined> {
    const request = new messages.ReadRequest();
    request.setUrn(urnOf(type, name));
    request.setId(id);
    return this.#read(request, urnOf(type, name));
  }

  async #read(request: rpc.ReadRequest, urn: string): Promise<Deployed | undefined> {
    const response = await this.#ask<rpc.ReadResponse>((done) => this.#client.read(request, done));
    if (response.getId() === "") return undefined;
    return {
      urn,
      id: response.getId(),
      inputs: fromStruct(response.getInputs()),
      outputs: fromStruct(response.getProperties()),
    };
  }

  async delete(deployed: Deployed): Promise<void> {
    const request = new messages.DeleteRequest();
    request.setUrn(deployed.urn);
    request.setId(deployed.id);
    request.setProperties(toStruct(deployed.outputs));
    request.setOldInputs(toStruct(deployed.inputs));
    await this.#ask<emptyProto.Empty>((done) => this.#client.delete(request, done));
  }

  async #ask<Response>(
    call: (done: (error: grpc.ServiceError | null, response: Response) => void) => unknown,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      call((error, response) => (error === null ? resolve(response) : reject(engineError(error))));
    });
  }
}

function kindsOf(response: rpc.DiffResponse): Readonly<Record<string, string>> {
  const kinds = ["add", "add-replace", "delete", "delete-replace", "update", "update-replace"];
  const found: Record<string, string> = {};
  response.getDetaileddiffMap().forEach((difference, path) => {
    found[path] = kinds[difference.getKind()] ?? "";
  });
  return found;
}

function engineError(error: grpc.ServiceError): Error {
  const [details] = error.metadata.get("grpc-status-details-bin");
  if (details === undefined) return new Error(error.details);
  const status = statusMessages.Status.deserializeBinary(details as Buffer);
  const packed = status.getDetailsList()[0];
  if (packed?.getTypeName() !== "pulumirpc.ErrorResourceInitFailed") return new Error(error.details);
  const failed = messages.ErrorResourceInitFailed.deserializeBinary(packed.getValue_asU8());
  return new InitError(failed.getReasonsList().join("\n"), {
    id: failed.getId(),
    outputs: fromStruct(failed.getProperties()),
  });
}

export function urnOf(type: string, name: string): string {
  return `urn:pulumi:dev::test::${type}::${name}`;
}

/** A small OpenAPI document with the given routes, e.g. `GET /orders/{id}`. */
export function openApi(routes: readonly string[], members: Readonly<Record<string, PropertyValue>> = {}): string {
  const paths: Record<string, Record<string, PropertyValue>> = {};
  for (const route of routes) {
    const [method = "", path = ""] = route.split(" ");
    paths[path] = { ...paths[path], [method.toLowerCase()]: { operationId: route, responses: {} } };
  }
  return JSON.stringify({ openapi: "3.0.1", info: { title: "orders", version: "1" }, paths, ...members });
}
