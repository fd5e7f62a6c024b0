import type { Interpreter } from "../../../../sandbox/data-plane/interpreter.ts";
import { GatewayServer } from "../../../../sandbox/data-plane/serving/gateway-server.ts";
import { BackendProxy } from "../../../../sandbox/data-plane/serving/proxy.ts";
import type { RequestLog } from "../../../../sandbox/data-plane/serving/request-log.ts";
import { LoopbackHostMap } from "../../../../sandbox/host-map.ts";
import { TestAuthority } from "../../tls/authority.ts";
import { type ProvenRequest, ProvingBackend } from "../../tls/proving-backend.ts";

/** A gateway behind real HTTP, in front of a backend with TLS that is called `erp.example.com`. */
export class ProvingStand {
  readonly authority: TestAuthority = new TestAuthority("an authority that gateways trust");
  readonly log: RequestLog[] = [];
  readonly #hosts = new LoopbackHostMap(new Map());
  readonly #proxy = new BackendProxy(this.#hosts);
  readonly #server = new GatewayServer({
    proxy: this.#proxy,
    functions: { invoke: async () => ({ failed: "error", message: "there are no functions" }) },
    log: (line) => this.log.push(line),
    now: Date.now,
  });
  #backend: ProvingBackend | undefined;

  /** @param accepted the certificates that the backend accepts, as PEM. Without any, it accepts every client. */
  async start(accepted?: readonly string[]): Promise<this> {
    this.#proxy.trust(this.authority.cert);
    this.#backend = await new ProvingBackend(this.authority.client("erp.example.com"), accepted).start();
    this.#hosts.map("https://erp.example.com", this.#backend.origin);
    await this.#server.listen(0);
    return this;
  }

  get seen(): readonly ProvenRequest[] {
    return this.#backend?.seen ?? [];
  }

  /** Sends a request to a gateway, and returns the status of its response. */
  async status(
    interpreter: Interpreter,
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<number> {
    this.#server.served = { gateway: { name: "shop", vendor: "azure", region: "here" }, interpreter };
    const response = await fetch(`http://127.0.0.1:${this.#server.port}${path}`, { headers });
    await response.body?.cancel();
    return response.status;
  }

  async close(): Promise<void> {
    this.#backend?.close();
    await this.#server.close(0);
    await this.#proxy.close();
  }
}
