import type { ServerUnaryCall, sendUnaryData, UntypedServiceImplementation } from "@grpc/grpc-js";
import pluginMessages from "@pulumi/pulumi/proto/plugin_pb.js";
import type * as rpc from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import { diffResponse } from "./diff-response.ts";
import { asEngineError } from "./engine-error.ts";
import { fromStruct, toStruct } from "./property-struct.ts";
import type { Provider } from "./provider.ts";
import type { CheckFailure } from "./resource-model.ts";

/** A provider as the engine calls it, whatever its settings are. */
export type ProviderCalls = Pick<Provider<unknown>, keyof Provider<unknown>>;

/** The methods of `pulumirpc.ResourceProvider` that the engine calls. */
export function providerMethods(provider: ProviderCalls): UntypedServiceImplementation {
  return {
    ...pluginMethods(provider),
    ...configurationMethods(provider),
    check: unary((request: rpc.CheckRequest, peer) => check(provider, request, peer)),
    diff: unary((request: rpc.DiffRequest, peer) => diff(provider, request, peer)),
    create: unary((request: rpc.CreateRequest, peer) => create(provider, request, peer)),
    read: unary((request: rpc.ReadRequest, peer) => read(provider, request, peer)),
    update: unary((request: rpc.UpdateRequest, peer) => update(provider, request, peer)),
    delete: unary((request: rpc.DeleteRequest, peer) => remove(provider, request, peer)),
  };
}

function pluginMethods(provider: ProviderCalls): UntypedServiceImplementation {
  return {
    attach: unary(() => new emptyProto.Empty()),
    cancel: unary(() => new emptyProto.Empty()),
    getPluginInfo: unary(() => {
      const info = new pluginMessages.PluginInfo();
      info.setVersion(provider.version);
      return info;
    }),
    handshake: unary(() => {
      // Accepts neither secrets nor outputs, as most real providers: the engine unwraps them and marks the responses.
      const response = new messages.ProviderHandshakeResponse();
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),
  };
}

function configurationMethods(provider: ProviderCalls): UntypedServiceImplementation {
  return {
    checkConfig: unary((request: rpc.CheckRequest) => {
      const response = new messages.CheckResponse();
      response.setInputs(request.getNews());
      response.setFailuresList(provider.checkConfig(fromStruct(request.getNews())).map(failureMessage));
      return response;
    }),
    diffConfig: unary((request: rpc.DiffRequest) =>
      diffResponse(provider.diffConfig(fromStruct(request.getOldInputs()), fromStruct(request.getNews()))),
    ),
    configure: unary((request: rpc.ConfigureRequest, peer) => {
      provider.configure(peer, fromStruct(request.getArgs()), variables(request));
      const response = new messages.ConfigureResponse();
      response.setSupportspreview(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),
    invoke: unary(async (request: rpc.InvokeRequest, peer) => {
      const response = new messages.InvokeResponse();
      response.setReturn(toStruct(await provider.invoke(peer, request.getTok(), fromStruct(request.getArgs()))));
      return response;
    }),
  };
}

function check(provider: ProviderCalls, request: rpc.CheckRequest, peer: string): rpc.CheckResponse {
  const checked = provider.check(peer, {
    urn: request.getUrn(),
    news: fromStruct(request.getNews()),
    olds: request.hasOlds() ? fromStruct(request.getOlds()) : undefined,
    seed: request.getRandomseed_asU8(),
    autonaming: autonaming(request),
  });
  const response = new messages.CheckResponse();
  response.setInputs(toStruct(checked.inputs));
  response.setFailuresList(checked.failures.map(failureMessage));
  return response;
}

function diff(provider: ProviderCalls, request: rpc.DiffRequest, peer: string): rpc.DiffResponse {
  return diffResponse(
    provider.diff(peer, {
      urn: request.getUrn(),
      news: fromStruct(request.getNews()),
      oldInputs: fromStruct(request.getOldInputs()),
      state: fromStruct(request.getOlds()),
      ignored: request.getIgnorechangesList(),
    }),
  );
}

async function create(provider: ProviderCalls, request: rpc.CreateRequest, peer: string): Promise<rpc.CreateResponse> {
  const created = await provider.create(peer, {
    urn: request.getUrn(),
    inputs: fromStruct(request.getProperties()),
    preview: request.getPreview(),
  });
  const response = new messages.CreateResponse();
  response.setId(created.id);
  response.setProperties(toStruct(created.outputs));
  return response;
}

async function read(provider: ProviderCalls, request: rpc.ReadRequest, peer: string): Promise<rpc.ReadResponse> {
  const found = await provider.read(peer, {
    urn: request.getUrn(),
    id: request.getId(),
    state: fromStruct(request.getProperties()),
    oldInputs: request.hasInputs() ? fromStruct(request.getInputs()) : undefined,
  });
  const response = new messages.ReadResponse();
  // A response without an id means that the resource does not exist.
  if (found === undefined) return response;
  response.setId(found.id);
  response.setProperties(toStruct(found.outputs));
  response.setInputs(toStruct(found.inputs));
  return response;
}

async function update(provider: ProviderCalls, request: rpc.UpdateRequest, peer: string): Promise<rpc.UpdateResponse> {
  const outputs = await provider.update(peer, {
    urn: request.getUrn(),
    id: request.getId(),
    inputs: fromStruct(request.getNews()),
    oldInputs: fromStruct(request.getOldInputs()),
    state: fromStruct(request.getOlds()),
    preview: request.getPreview(),
  });
  const response = new messages.UpdateResponse();
  response.setProperties(toStruct(outputs));
  return response;
}

async function remove(
  provider: ProviderCalls,
  request: rpc.DeleteRequest,
  peer: string,
): Promise<InstanceType<typeof emptyProto.Empty>> {
  await provider.delete(peer, {
    urn: request.getUrn(),
    id: request.getId(),
    inputs: fromStruct(request.getOldInputs()),
    state: fromStruct(request.getProperties()),
  });
  return new emptyProto.Empty();
}

/** Wraps a method: turns thrown errors into the engine's, and passes the peer, which identifies the provider instance. */
function unary<Request>(handle: (request: Request, peer: string) => unknown) {
  return (call: ServerUnaryCall<Request, unknown>, answer: sendUnaryData<unknown>): void => {
    Promise.resolve()
      .then(() => handle(call.request, call.getPeer()))
      .then(
        (response) => answer(null, response),
        (error: unknown) => answer(asEngineError(error)),
      );
  };
}

function variables(request: rpc.ConfigureRequest): Readonly<Record<string, string>> {
  return Object.fromEntries(
    request
      .getVariablesMap()
      .toArray()
      .map(([name, value]) => [name.slice(name.lastIndexOf(":") + 1), value]),
  );
}

function autonaming(request: rpc.CheckRequest): { readonly disabled: boolean; readonly proposed: string } | undefined {
  const options = request.getAutonaming();
  if (options === undefined) return undefined;
  return {
    disabled: options.getMode() === messages.CheckRequest.AutonamingOptions.Mode.DISABLE,
    proposed: options.getProposedName(),
  };
}

function failureMessage({ property, reason }: CheckFailure): rpc.CheckFailure {
  const failure = new messages.CheckFailure();
  failure.setProperty(property);
  failure.setReason(reason);
  return failure;
}
