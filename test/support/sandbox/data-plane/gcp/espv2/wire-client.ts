import { connect, type Socket } from "node:net";

/** A request exactly as it is written to the connection. */
export interface WireRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
}

export interface WireResponse {
  readonly status: number;
  readonly body: string;
  /** The value of `x-received`, by which the backend tells what it received. */
  readonly received?: string | undefined;
}

/** An HTTP/1.1 client that sends what it is told, without the checks and changes of a well-behaved client. */
export class WireClient {
  readonly #port: number;
  #socket: Socket | undefined;
  #received = Buffer.alloc(0);
  #wake: () => void = () => {};
  #closed = true;

  constructor(port: number) {
    this.#port = port;
  }

  /** Sends a request and reads the response. A connection that is closed without a response counts as status 0. */
  async send({ method, target, headers }: WireRequest): Promise<WireResponse> {
    if (this.#closed) await this.#connect();
    const lines = [`${method} ${target} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)];
    this.#socket?.write(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
    const head = await this.#until((data) => {
      const end = data.indexOf("\r\n\r\n");
      return end < 0 ? undefined : end + 4;
    });
    if (head === undefined) return { status: 0, body: "" };
    const received = /\r\nx-received: *(\S+)/i.exec(head.toString("latin1"))?.[1];
    const text = head.toString("latin1").toLowerCase();
    const status = Number(text.slice(9, 12));
    const length = /\r\ncontent-length: *(\d+)/.exec(text)?.[1];
    const isEmpty = method === "HEAD" || status === 204 || status === 304;
    const body = isEmpty ? "" : await this.#body(length === undefined ? undefined : Number(length), text);
    if (/\r\nconnection: *close/.test(text)) this.close();
    return { status, body, received };
  }

  close(): void {
    this.#closed = true;
    this.#socket?.destroy();
  }

  async #body(length: number | undefined, head: string): Promise<string> {
    if (length !== undefined) {
      return (await this.#until((data) => (data.length >= length ? length : undefined)))?.toString("utf8") ?? "";
    }
    if (!/\r\ntransfer-encoding: *chunked/.test(head)) return "";
    const chunked = await this.#until((data) => {
      const end = data.indexOf("0\r\n\r\n");
      return end < 0 ? undefined : end + 5;
    });
    return (chunked?.toString("utf8") ?? "").replace(/^[0-9a-f]+\r\n|\r\n[0-9a-f]+\r\n/gi, "").trimEnd();
  }

  /** Takes as many bytes as `measure` returns, once it returns a number. Undefined when the connection is closed before. */
  async #until(measure: (data: Buffer) => number | undefined): Promise<Buffer | undefined> {
    while (true) {
      const size = measure(this.#received);
      if (size !== undefined) {
        const taken = this.#received.subarray(0, size);
        this.#received = this.#received.subarray(size);
        return taken;
      }
      if (this.#closed) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async #connect(): Promise<void> {
    this.#received = Buffer.alloc(0);
    const socket = connect(this.#port, "127.0.0.1");
    this.#socket = socket;
    this.#closed = false;
    socket.on("data", (data) => {
      if (socket !== this.#socket) return;
      this.#received = Buffer.concat([this.#received, data]);
      this.#wake();
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      if (socket !== this.#socket) return;
      this.#closed = true;
      this.#wake();
    });
    await new Promise<void>((resolve) => socket.once("connect", resolve).once("close", resolve));
  }
}
