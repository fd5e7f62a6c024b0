import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";

/** Callbacks of a body on its way to a backend. */
export interface BodyEvents {
  /** Called once, before the first byte is read. */
  readonly wanted: () => void;
  /** Called with the number of bytes so far when they exceed the limit. */
  readonly tooLarge: (bytes: number) => void;
}

/**
 * A request's body on its way to the backend, with its bytes counted. It is a stream of its own, because undici destroys the body of
 * a failed request: destroying the client's message would close the connection, and lose the response with it.
 */
export class RequestBody extends Readable {
  readonly #source: IncomingMessage;
  readonly #limit: number;
  readonly #events: BodyEvents;
  #bytes = 0;
  started = false;

  constructor(source: IncomingMessage, limit: number, events: BodyEvents) {
    super();
    this.#source = source;
    this.#limit = limit;
    this.#events = events;
  }

  override _read(): void {
    if (!this.started) {
      this.started = true;
      this.#source.on("data", this.#arrived);
      this.#source.on("end", this.#finished);
      this.#events.wanted();
    }
    this.#source.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.detach();
    callback(error);
  }

  /** Stops reading the client's message. What still arrives is dropped. */
  detach(): void {
    this.#source.off("data", this.#arrived);
    this.#source.off("end", this.#finished);
  }

  readonly #arrived = (chunk: Buffer) => {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#limit) this.#events.tooLarge(this.#bytes);
    else if (!this.push(chunk)) this.#source.pause();
  };

  readonly #finished = () => {
    this.push(null);
  };
}
