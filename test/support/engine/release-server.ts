/** Serves a release of the Pulumi engine on loopback in the place of get.pulumi.com. */

import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer as createProxy, type Server } from "node:http";
import { createServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { basename, join } from "node:path";
import { checksumsUrl, releaseUrl } from "../../../engine/release.js";
import { runTool } from "../../../setup/tool.js";
import type { BareMachine } from "../setup/bare-machine.ts";
import { TestAuthority } from "../tls/authority.ts";

/** What the server returns for a path: a body, or the URL that it redirects to. */
type Answer = { readonly body: Buffer | string } | { readonly redirect: string };

export class ReleaseServer {
  /** The URL of each request so far. */
  readonly requests: string[] = [];
  readonly #answers = new Map<string, Answer>();
  readonly #servers: Server[] = [];

  private constructor() {}

  /** Starts the server, and points the machine's curl at it: curl connects to every host through the server. */
  static async start(machine: BareMachine): Promise<ReleaseServer> {
    const server = new ReleaseServer();
    const { hostname } = new URL(releaseUrl());
    const authority = new TestAuthority("a test's authority");
    const https = await server.#listen(
      createServer(authority.client(hostname), ({ url = "", headers }, response) => {
        const requested = `https://${headers.host}${url}`;
        server.requests.push(requested);
        const answer = server.#answers.get(requested);
        if (answer === undefined) response.writeHead(404).end();
        else if ("redirect" in answer) response.writeHead(302, { location: answer.redirect }).end();
        else response.end(answer.body);
      }),
    );
    const proxy = await server.#listen(
      createProxy().on("connect", (_request, client) => {
        const upstream = connect(https, "127.0.0.1", () => {
          client.write("HTTP/1.1 200 OK\r\n\r\n");
          upstream.pipe(client).pipe(upstream);
        });
        upstream.on("error", () => client.destroy());
        client.on("error", () => upstream.destroy());
      }),
    );
    const bundle = join(machine.folder, "authority.pem");
    writeFileSync(bundle, authority.cert);
    machine.realTool("curl");
    machine.realTool("tar");
    machine.realTool("gzip");
    Object.assign(machine.env, { CURL_CA_BUNDLE: bundle, https_proxy: `http://127.0.0.1:${proxy}` });
    return server;
  }

  answer(url: string, answer: Answer): void {
    this.#answers.set(url, answer);
  }

  /**
   * Publishes a release whose programs are scripts that print a text.
   *
   * @param checksum The checksum that is published. @default the archive's
   */
  async publish(
    machine: BareMachine,
    { programs, prints, checksum }: { programs: readonly string[]; prints: string; checksum?: string },
  ): Promise<void> {
    const folder = join(machine.folder, "release");
    mkdirSync(folder);
    for (const program of programs) machine.tool(program, `echo ${prints}`, join(folder, "pulumi"));
    const path = join(machine.folder, "archive.tar.gz");
    const { code, output } = await runTool("tar", ["-czf", path, "-C", folder, "pulumi"]);
    if (code !== 0) throw new Error(output);
    const archive = readFileSync(path);
    const published = checksum ?? createHash("sha256").update(archive).digest("hex");
    const other = createHash("sha256").update("another platform's archive").digest("hex");
    this.answer(releaseUrl(), { body: archive });
    this.answer(checksumsUrl(), {
      body: `${other}  another-${basename(releaseUrl())}\n${published}  ${basename(releaseUrl())}\n`,
    });
  }

  async close(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    }
  }

  async #listen(server: Server): Promise<number> {
    this.#servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  }
}
