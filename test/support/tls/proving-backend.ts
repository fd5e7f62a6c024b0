import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Credential } from "./authority.ts";

/** What a backend with TLS received. */
export interface ProvenRequest {
  readonly headers: IncomingMessage["headers"];
  /** The fingerprint of the client certificate; undefined if there was none. */
  readonly fingerprint: string | undefined;
}

/** A backend with TLS that rejects the handshake of a client without the certificate that it accepts. */
export class ProvingBackend {
  readonly seen: ProvenRequest[] = [];
  readonly #server: Server;

  /** @param accepted the certificates that it accepts, as PEM. Without any, it asks for a certificate and accepts every client. */
  constructor(identity: Credential, accepted?: readonly string[]) {
    const mutual =
      accepted === undefined
        ? { requestCert: true, rejectUnauthorized: false }
        : { requestCert: true, rejectUnauthorized: true, ca: [...accepted] };
    this.#server = createServer({ ...identity, ...mutual }, (request, response) => {
      const certificate = (request.socket as TLSSocket).getPeerCertificate();
      this.seen.push({ headers: request.headers, fingerprint: certificate?.fingerprint256 });
      response.end("from the backend");
    });
  }

  async start(): Promise<this> {
    await once(this.#server.listen(0, "127.0.0.1"), "listening");
    return this;
  }

  get origin(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
