import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** A server on a private network. */
interface PrivateServer {
  readonly host: string;
  readonly port: number;
}

/** An address of this machine, as Envoy's configuration has it. */
interface Target {
  readonly address: string;
  readonly port_value: number;
}

/**
 * A port of this machine in the place of a server on a private network. A container connects to it as it would to the server, so that its
 * way can end and return without a new container: when it ends, the connections do, and new ones are reset.
 *
 * A network that drops packets ends connections only after their time-outs. The sandbox does not wait for those.
 */
export class Relay {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #target: Target | undefined;

  private constructor(server: Server) {
    this.#server = server;
    server.on("connection", (socket) => this.#accept(socket));
  }

  /** Opens a relay that leads nowhere. */
  static async open(): Promise<Relay> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    const relay = new Relay(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Leads new connections to a server. Without one, all connections end. */
  lead(target: Target | undefined): void {
    this.#target = target;
    if (target === undefined) this.#reset();
  }

  close(): void {
    this.#server.close();
    this.#reset();
  }

  #reset(): void {
    for (const socket of this.#sockets) reset(socket);
  }

  #accept(socket: Socket): void {
    const target = this.#target;
    if (target === undefined) {
      socket.on("error", () => {});
      reset(socket);
      return;
    }
    const server = connect({ host: target.address, port: target.port_value, noDelay: true, allowHalfOpen: true });
    this.#join(socket, server);
    this.#join(server, socket);
  }

  /** Passes on what one side sends, and how it ends. */
  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.pipe(to);
    from.on("error", () => reset(to));
    from.on("close", () => {
      this.#sockets.delete(from);
      to.end();
    });
  }
}

/**
 * Ends a connection at once. One that is ending is not reset: libuv refuses that (`uv_tcp_close_reset` fails with EINVAL while a shutdown is
 * under way), Node then forgets the handle without closing it, and the process never ends.
 *
 * @see https://docs.libuv.org/en/v1.x/tcp.html#c.uv_tcp_close_reset
 */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

/** The relays of one container, by the servers that they replace. */
export class Relays {
  readonly #relays = new Map<string, Relay>();

  /** The relay in the place of a server. */
  async of({ host, port }: PrivateServer): Promise<Relay> {
    const key = `${host}:${port}`;
    const open = this.#relays.get(key);
    if (open !== undefined) return open;
    const relay = await Relay.open();
    this.#relays.set(key, relay);
    return relay;
  }

  /** The port of a relay; undefined without one. */
  port({ host, port }: PrivateServer): number | undefined {
    return this.#relays.get(`${host}:${port}`)?.port;
  }

  close(): void {
    for (const relay of this.#relays.values()) relay.close();
    this.#relays.clear();
  }
}
