import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { findEnvoy } from "../../../../engine/index.ts";
import { EnvoyConfigurationError, onLoopback } from "../../../../sandbox/data-plane/envoy/bootstrap.ts";
import { EnvoyServer } from "../../../../sandbox/data-plane/envoy/envoy-server.ts";
import { isAlive } from "../../../support/processes.ts";
import { bootstrapOf, forwarding, listener, responding } from "../../../support/sandbox/data-plane/envoy/bootstrap.ts";
import { until } from "../../../support/sandbox/data-plane/test-data-plane.ts";

const FIXTURE = fileURLToPath(new URL("./envoy-owner.fixture.ts", import.meta.url));

describe("An Envoy of the sandbox", function () {
  this.timeout(60_000);
  let server: EnvoyServer;
  let backend: Server;
  const log: string[] = [];
  const waiting: ServerResponse[] = [];

  before(async () => {
    backend = createServer((_, response) => waiting.push(response));
    await new Promise<void>((resolve) => backend.listen(0, "127.0.0.1", resolve));
  });
  after(() => {
    backend.closeAllConnections();
    backend.close();
  });
  beforeEach(() => {
    server = new EnvoyServer({ program: findEnvoy().program, log: (line) => log.push(line) });
  });
  afterEach(async () => {
    await server.close(0);
    log.length = 0;
  });

  const url = (): string => `http://127.0.0.1:${server.port(listener)}/`;
  const body = async (): Promise<string> => await (await fetch(url())).text();
  const pid = (): number => server.pid ?? assert.fail("no Envoy serves");
  const backendPort = (): number => (backend.address() as AddressInfo).port;

  it("serves a configuration on a free port of 127.0.0.1, whatever address the configuration has, and ends with the server", async () => {
    await server.serve(responding("hello"));
    assert.equal(await body(), "hello");
    const ended = pid();
    await server.close(1_000);
    assert.equal(server.port(listener), undefined);
    assert.equal(isAlive(ended), false);
  });

  it("serves a new configuration from a second process, while the first finishes its requests and then ends", async () => {
    await server.serve(forwarding(backendPort(), "old"));
    const [oldUrl, oldPid] = [url(), pid()];
    const slow = fetch(oldUrl);
    await until("the backend receives the request", () => waiting.length === 1);
    await server.serve(forwarding(backendPort(), "new"));
    assert.notEqual(pid(), oldPid);
    const next = fetch(url());
    await until("the backend receives the second request", () => waiting.length === 2);
    waiting.pop()?.end("new");
    assert.equal((await next).headers.get("x-served-by"), "new");
    await sleep(300);
    assert.equal(isAlive(oldPid), true, "the old Envoy still serves a request");
    waiting.pop()?.end("old");
    const response = await slow;
    assert.deepEqual([response.headers.get("x-served-by"), await response.text()], ["old", "old"]);
    await until("the old Envoy ends", () => !isAlive(oldPid));
    assert.deepEqual(log, []);
  });

  it("keeps the previous configuration when Envoy rejects the next one, with Envoy's message", async () => {
    await server.serve(responding("hello"));
    for (const [routes, message] of [
      [
        [{ match: { prefix: "/" }, route: { cluster: "nobody" } }],
        "Envoy rejects the configuration: route: unknown cluster 'nobody'",
      ],
      [
        [{ match: { safe_regex: { regex: "(" } }, direct_response: { status: 200 } }],
        "Envoy rejects the configuration: missing ): (",
      ],
    ] as const) {
      await assert.rejects(server.serve(bootstrapOf(routes)), new EnvoyConfigurationError(message));
    }
    await assert.rejects(server.serve({ ...responding("x"), stats_sinkz: [] }), /no such field: 'stats_sinkz'/);
    assert.equal(await body(), "hello");
  });

  it("is started again when it ends by itself, and the log has the reason", async () => {
    await server.serve(responding("hello"));
    const first = pid();
    process.kill(first, "SIGKILL");
    await until("another Envoy serves", () => server.pid !== undefined && server.pid !== first);
    assert.equal(await body(), "hello");
    assert.deepEqual(log, ["Envoy ended unexpectedly: ended by SIGKILL.", "Envoy was started again."]);
  });

  it("is replaced by the next configuration when it ends and cannot be started again", async () => {
    const folder = mkdtempSync(join(tmpdir(), "polygate-test-"));
    try {
      const [program, broken] = [join(folder, "envoy"), join(folder, "broken")];
      // Starts Envoy, but not with the first configuration once the file `broken` exists.
      const script = `if [ -e "${broken}" ] && grep -qs first "$2"; then exit 1; fi; exec "${findEnvoy().program}" "$@"`;
      writeFileSync(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      server = new EnvoyServer({ program, log: (line) => log.push(line) });
      await server.serve(responding("first"));
      writeFileSync(broken, "");
      process.kill(pid(), "SIGKILL");
      await until("an attempt fails", () => log.some((line) => line.startsWith("Envoy cannot be started again")));
      await server.serve(responding("corrected"));
      assert.equal(await body(), "corrected");
      const corrected = pid();
      process.kill(corrected, "SIGKILL");
      await until("another Envoy serves", () => server.pid !== undefined && server.pid !== corrected);
      assert.equal(await body(), "corrected");
    } finally {
      rmSync(folder, { recursive: true });
    }
  }).timeout(20_000);

  it("gets the grace of the close for its requests, also with a configuration that was replaced, and no more", async () => {
    const send = async (): Promise<readonly [number, Promise<string>]> => {
      const answer = fetch(url()).then(
        (response) => response.text(),
        () => "cut off",
      );
      await until("the backend receives the request", () => waiting.length === 1);
      const old = pid();
      await server.serve(responding("new"));
      return [old, answer];
    };
    await server.serve(forwarding(backendPort(), "old"));
    const [first, answered] = await send();
    const closed = server.close(10_000);
    await sleep(300);
    assert.equal(isAlive(first), true, "the old Envoy still serves a request");
    waiting.pop()?.end("old");
    assert.equal(await answered, "old");
    await closed;
    assert.equal(isAlive(first), false);

    server = new EnvoyServer({ program: findEnvoy().program });
    await server.serve(forwarding(backendPort(), "old"));
    const [second, cutOff] = await send();
    await server.close(300);
    assert.equal(isAlive(second), false);
    assert.notEqual(await cutOff, "old");
    waiting.length = 0;
  });

  it("ends, and leaves no file behind, when the process that owns it is killed", async () => {
    const owner = fork(FIXTURE, {
      execArgv: ["--conditions=polygate-source", "--disable-warning=ExperimentalWarning"],
    });
    const [{ pid: envoy, folders }] = (await once(owner, "message")) as [{ pid: number; folders: string[] }];
    assert.equal(isAlive(envoy), true);
    assert.equal(folders.length, 1);
    owner.kill("SIGKILL");
    await until("Envoy ends", () => !isAlive(envoy));
    await until("its folder is removed", () => folders.every((folder) => !existsSync(folder)));
  });
});

describe("A configuration of Envoy", () => {
  it("is moved to loopback with an administration interface that only this user can reach, and is otherwise unchanged", () => {
    const original = {
      ...responding("x"),
      admin: { address: { socket_address: { address: "0.0.0.0", port_value: 9901 } } },
    };
    const { admin, static_resources: resources, ...rest } = onLoopback(original, "/private/admin");
    assert.deepEqual(admin, { address: { pipe: { path: "/private/admin", mode: 0o600 } } });
    assert.deepEqual(rest, {});
    const text = JSON.stringify(resources);
    assert.equal(
      text,
      JSON.stringify(responding("x").static_resources).replace(
        '{"address":"0.0.0.0","port_value":8080}',
        '{"address":"127.0.0.1","port_value":0}',
      ),
    );
  });

  it("keeps its internal listeners, which have no address", () => {
    const address = { socket_address: { address: "0.0.0.0", port_value: 80 } };
    const internal = { name: "replies", internal_listener: { buffer_size_kb: 8 }, filter_chains: [{ name: "x" }] };
    const { static_resources: resources } = onLoopback(
      { static_resources: { listeners: [{ name: "a", address }, internal] } },
      "/private/admin",
    );
    assert.deepEqual(resources, {
      listeners: [{ name: "a", address: { socket_address: { address: "127.0.0.1", port_value: 0 } } }, internal],
    });
  });

  it("is rejected without a listener, and with one that cannot be told apart or moved", () => {
    const of = (...listeners: object[]): string => {
      try {
        onLoopback({ static_resources: { listeners } }, "/x");
      } catch (error) {
        assert.ok(error instanceof EnvoyConfigurationError);
        return error.message;
      }
      return assert.fail("accepted");
    };
    const address = { socket_address: { address: "0.0.0.0", port_value: 80 } };
    assert.equal(of(), "static_resources.listeners: must contain a listener.");
    const name = "must be a name that no other listener has.";
    assert.equal(of({ address }), `static_resources.listeners[0].name: ${name}`);
    assert.equal(of({ name: "a", address }, { name: "a", address }), `static_resources.listeners[1].name: ${name}`);
    assert.equal(
      of({ name: "a", address: { pipe: { path: "/x" } } }),
      "static_resources.listeners[0].address: must contain a socket_address.",
    );
  });
});
