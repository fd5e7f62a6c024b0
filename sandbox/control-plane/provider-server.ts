import grpc, { type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import pluginMessages from "@pulumi/pulumi/proto/plugin_pb.js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type * as rpc from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import type { Difference } from "./difference.ts";
import { asEngineError } from "./engine-error.ts";
import { fromStruct, toStruct } from "./property-struct.ts";
import type { Provider } from "./provider.ts";
import type { CheckFailure } from "./resource-model.ts";

/** Documents travel inside these messages; the engine itself allows 400 MB. */
const maxMessageBytes = 400 * 1024 * 1024;

// A port that is taken is reported by the error of `listen`; the library would write to standard error besides.
grpc.setLogVerbosity(grpc.logVerbosity.NONE);

/** What the engine may ask of a provider, whatever its settings are. */
type ProviderCalls = Pick<Provider<unknown>, keyof Provider<unknown>>;

/** Serves one provider's side of the engine's protocol (`pulumirpc.ResourceProvider`) on loopback. */
export class ProviderServer {
  readonly #server: grpc.Server;
  readonly #provider: ProviderCalls;

  constructor(provider: ProviderCalls) {
    this.#provider = provider;
    this.#server = new grpc.Server({
      "grpc.max_receive_message_length": maxMessageBytes,
      "grpc.max_send_message_length": maxMessageBytes,
    });
    this.#server.addService(providerGrpc.ResourceProviderService, this.#methods());
  }

  /**
   * Binds to 127.0.0.1.
   * @param port 0 for any
   * @returns the port
   * @throws Error when the port is taken
   */
  async listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.bindAsync(`127.0.0.1:${port}`, grpc.ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
  }

  /** Lets calls under way finish, for at most so long. */
  async close(graceMilliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const force = setTimeout(() => {
        this.#server.forceShutdown();
        resolve();
      }, graceMilliseconds);
      this.#server.tryShutdown(() => {
        clearTimeout(force);
        resolve();
      });
    });
  }

  #methods(): grpc.UntypedServiceImplementation {
    const provider = this.#provider;
    return {
      attach: unary<rpc.ConfigureRequest>(() => new emptyProto.Empty()),
      cancel: unary(() => new emptyProto.Empty()),
      getPluginInfo: unary(() => {
        const info = new pluginMessages.PluginInfo();
        info.setVersion(provider.version);
        return info;
      }),
      handshake: unary(() => {
        // Neither secrets nor outputs: the engine unwraps them and marks the answers, as for most real providers.
        const response = new messages.ProviderHandshakeResponse();
        response.setSupportsAutonamingConfiguration(true);
        return response;
      }),
      checkConfig: unary<rpc.CheckRequest>((request) => {
        const response = new messages.CheckResponse();
        response.setInputs(request.getNews());
        return response;
      }),
      diffConfig: unary<rpc.DiffRequest>((request) =>
        diffResponse(provider.diffConfig(fromStruct(request.getOldInputs()), fromStruct(request.getNews()))),
      ),
      configure: unary<rpc.ConfigureRequest>((request, peer) => {
        provider.configure(peer, fromStruct(request.getArgs()), variables(request));
        const response = new messages.ConfigureResponse();
        response.setSupportspreview(true);
        response.setSupportsAutonamingConfiguration(true);
        return response;
      }),
      invoke: unary<rpc.InvokeRequest>((request, peer) => {
        const response = new messages.InvokeResponse();
        response.setReturn(toStruct(provider.invoke(peer, request.getTok(), fromStruct(request.getArgs()))));
        return response;
      }),
      check: unary<rpc.CheckRequest>((request, peer) => {
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
      }),
      diff: unary<rpc.DiffRequest>((request, peer) =>
        diffResponse(
          provider.diff(peer, {
            urn: request.getUrn(),
            news: fromStruct(request.getNews()),
            oldInputs: fromStruct(request.getOldInputs()),
            state: fromStruct(request.getOlds()),
            ignored: request.getIgnorechangesList(),
          }),
        ),
      ),
      create: unary<rpc.CreateRequest>(async (request, peer) => {
        const made = await provider.create(peer, {
          urn: request.getUrn(),
          inputs: fromStruct(request.getProperties()),
          preview: request.getPreview(),
        });
        const response = new messages.CreateResponse();
        response.setId(made.id);
        response.setProperties(toStruct(made.outputs));
        return response;
      }),
      read: unary<rpc.ReadRequest>(async (request, peer) => {
        const found = await provider.read(peer, {
          urn: request.getUrn(),
          id: request.getId(),
          state: fromStruct(request.getProperties()),
          oldInputs: request.hasInputs() ? fromStruct(request.getInputs()) : undefined,
        });
        const response = new messages.ReadResponse();
        // No id: gone.
        if (found === undefined) return response;
        response.setId(found.id);
        response.setProperties(toStruct(found.outputs));
        response.setInputs(toStruct(found.inputs));
        return response;
      }),
      update: unary<rpc.UpdateRequest>(async (request, peer) => {
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
      }),
      delete: unary<rpc.DeleteRequest>(async (request, peer) => {
        await provider.delete(peer, {
          urn: request.getUrn(),
          id: request.getId(),
          inputs: fromStruct(request.getOldInputs()),
          state: fromStruct(request.getProperties()),
        });
        return new emptyProto.Empty();
      }),
    };
  }
}

/** Wraps a method: its thrown errors become the engine's, and it learns which provider instance calls. */
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

function diffResponse(found: readonly Difference[]): rpc.DiffResponse {
  const response = new messages.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  response.setChanges(found.length === 0 ? DIFF_NONE : DIFF_SOME);
  response.setHasdetaileddiff(true);
  const top = (path: string) => path.split(/[.[]/, 1)[0] ?? path;
  response.setDiffsList([...new Set(found.map(({ path }) => top(path)))]);
  response.setReplacesList([...new Set(found.filter(({ replaces }) => replaces).map(({ path }) => top(path)))]);
  for (const { path, kind, replaces, ofInputs } of found) {
    const { Kind } = messages.PropertyDiff;
    const kinds = {
      add: replaces ? Kind.ADD_REPLACE : Kind.ADD,
      delete: replaces ? Kind.DELETE_REPLACE : Kind.DELETE,
      update: replaces ? Kind.UPDATE_REPLACE : Kind.UPDATE,
    };
    const difference = new messages.PropertyDiff();
    difference.setKind(kinds[kind]);
    difference.setInputdiff(ofInputs);
    response.getDetaileddiffMap().set(path, difference);
  }
  return response;
}
