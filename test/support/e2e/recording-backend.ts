import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as the backend received it. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly host: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** A backend that records every request and answers 201. */
export interface RecordingBackend {
  /** The origin of the backend, without a path. */
  readonly url: string;
  readonly seen: readonly Seen[];
  close(): void;
}

/** @param answer the body of the response to a URL */
export async function startRecordingBackend(answer = (_url: string) => "from the backend"): Promise<RecordingBackend> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    const { method = "", url = "", headers } = request;
    seen.push({ method, url, host: headers.host ?? "", authorization: headers.authorization, body });
    response.writeHead(201, { "x-backend": "yes" }).end(answer(url));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
