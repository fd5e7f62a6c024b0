import grpc from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { type ProviderCalls, providerMethods } from "./provider-methods.ts";

/** Documents are a part of the messages. The engine itself allows 400 MB. */
const maxMessageBytes = 400 * 1024 * 1024;

// An occupied port is reported by the error of `listen`; the library would also write to standard error.
grpc.setLogVerbosity(grpc.logVerbosity.NONE);

/** Serves one provider's side of the engine's protocol (`pulumirpc.ResourceProvider`) on loopback. */
export class ProviderServer {
  readonly #server: grpc.Server;

  constructor(provider: ProviderCalls) {
    this.#server = new grpc.Server({
      "grpc.max_receive_message_length": maxMessageBytes,
      "grpc.max_send_message_length": maxMessageBytes,
    });
    this.#server.addService(providerGrpc.ResourceProviderService, providerMethods(provider));
  }

  /**
   * Listens on 127.0.0.1.
   *
   * @param port 0 for any
   * @returns the port
   * @throws Error when the port is occupied
   */
  async listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.bindAsync(`127.0.0.1:${port}`, grpc.ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
  }

  /** Lets calls under way finish within the grace period, then stops. */
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
}
