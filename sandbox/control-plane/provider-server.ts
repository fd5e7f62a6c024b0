import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import grpc from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { isForeignPeer } from "../peer-owner.ts";
import { type ProviderCalls, providerMethods } from "./provider-methods.ts";

/** Documents are a part of the messages. The engine itself allows 400 MB. */
const maxMessageBytes = 400 * 1024 * 1024;

// The library would also write refused connections to standard error.
grpc.setLogVerbosity(grpc.logVerbosity.NONE);

/**
 * Serves one provider's side of the engine's protocol (`pulumirpc.ResourceProvider`) on loopback. The protocol has no credentials, so that a
 * connection of another user is closed before its first call.
 */
export class ProviderServer {
  readonly #server: grpc.Server;
  readonly #listener: Server;

  /** @param isForeign whether another user opened a connection */
  constructor(provider: ProviderCalls, isForeign: (socket: Socket) => boolean = isForeignPeer) {
    this.#server = new grpc.Server({
      "grpc.max_receive_message_length": maxMessageBytes,
      "grpc.max_send_message_length": maxMessageBytes,
    });
    this.#server.addService(providerGrpc.ResourceProviderService, providerMethods(provider));
    const injector = this.#server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
    this.#listener = createServer({ noDelay: true }, (socket) => {
      if (isForeign(socket)) socket.destroy();
      else injector.injectConnection(socket);
    });
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
      this.#listener.once("error", reject);
      this.#listener.listen(port, "127.0.0.1", () => {
        this.#listener.removeListener("error", reject);
        resolve((this.#listener.address() as AddressInfo).port);
      });
    });
  }

  /** Lets calls under way finish within the grace period, then stops. */
  async close(graceMilliseconds: number): Promise<void> {
    this.#listener.close();
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
