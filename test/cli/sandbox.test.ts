import assert from "node:assert/strict";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, symlinkSync } from "node:fs";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import { findSandbox } from "../../sandbox/index.ts";
import { Folder, ROOT, type Running, type RunOptions, run, start } from "../support/cli/command.ts";

const node = process.execPath;

describe("polygate sandbox", () => {
  let folder: Folder;
  const running: Running[] = [];

  before(() => {
    folder = new Folder();
  });

  after(async () => {
    for (const { child, ended } of running) {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
      await ended();
    }
    folder.remove();
  });

  function begin(args: readonly string[], options: RunOptions = {}): Running {
    const begun = start(["sandbox", ...args], { cwd: folder.path, ...options });
    running.push(begun);
    return begun;
  }

  it("runs a command with the variables of the sandbox, and exits with its exit code", async () => {
    const script = `
      const { PULUMI_DEBUG_PROVIDERS, PULUMI_BACKEND_URL, AWS_ACCESS_KEY_ID, OWN } = process.env;
      console.log(JSON.stringify({ PULUMI_DEBUG_PROVIDERS, PULUMI_BACKEND_URL, AWS_ACCESS_KEY_ID, OWN, args: process.argv.slice(1) }));
      process.exit(7);`;
    const env = { OWN: "mine", PULUMI_BACKEND_URL: "file:///elsewhere", AWS_ACCESS_KEY_ID: "REAL" };
    const { code, stdout, stderr } = await begin(["--dir", "run", "--", node, "-e", script, "--", "--dir", "a b"], {
      env,
    }).ended();
    assert.deepEqual([code, stderr], [7, ""]);
    const { PULUMI_DEBUG_PROVIDERS: providers, ...rest } = JSON.parse(stdout) as Record<string, unknown>;
    assert.match(String(providers), /^aws:\d+,azure-native:\d+,gcp:\d+$/);
    assert.deepEqual(rest, {
      PULUMI_BACKEND_URL: "file:///elsewhere",
      AWS_ACCESS_KEY_ID: "POLYGATESANDBOX",
      OWN: "mine",
      args: ["--dir", "a b"],
    });
    assert.equal(existsSync(folder.at("run/sandbox.json")), false);
  });

  it("exits with 1 if the command cannot be started, and like a shell if a signal ends it", async () => {
    const [missing, engine, killed] = await Promise.all([
      begin(["--dir", "missing", "--", "no-such-program-here"]).ended(),
      begin(["--dir", "engine", "--", "pulumi", "up"], { env: { PATH: folder.path } }).ended(),
      begin(["--dir", "killed", "--", node, "-e", "process.kill(process.pid, 'SIGKILL')"]).ended(),
    ]);
    assert.deepEqual(missing, {
      code: 1,
      stdout: "",
      stderr: "polygate: cannot start no-such-program-here: no such program on PATH\n",
    });
    assert.equal(
      engine.stderr,
      "polygate: cannot start pulumi: no such program on PATH; install Pulumi: https://www.pulumi.com/docs/install/\n",
    );
    assert.deepEqual([killed.code, killed.stderr], [137, ""]);
  });

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`forwards ${signal} to the command once, waits for it, and leaves no process behind`, async () => {
      const script = `
        let heard = 0;
        process.on("${signal}", () => { heard++; setTimeout(() => process.exit(40 + heard), 300); });
        setInterval(() => {}, 1000);
        console.log(process.pid);`;
      const begun = begin(["--dir", signal, "--", node, "-e", script]);
      const pid = Number((await begun.said(/^(\d+)$/m))[1]);
      begun.child.kill(signal);
      assert.equal((await begun.ended()).code, 41);
      assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
      await assert.rejects(findSandbox(folder.at(signal)), /no sandbox runs in/);
    });
  }

  it("prints the variables for a shell, serves until Ctrl-C, and exits with 0", async () => {
    const begun = begin(["--dir", "served"]);
    await begun.said(/Ctrl-C stops\.\n$/);
    const { description } = await findSandbox(folder.at("served"));
    const shown = begun.stdout().split("\n");
    assert.deepEqual(
      shown.filter((line) => line.startsWith("export ")),
      Object.entries(description.environment).map(([name, value]) => `export ${name}='${value}'`),
    );
    assert.ok(shown.every((line) => line === "" || line.startsWith("# ") || line.startsWith("export ")));
    begun.child.kill("SIGINT");
    assert.deepEqual(await begun.ended(), { code: 0, stdout: begun.stdout(), stderr: "" });
    await assert.rejects(fetch(description.issuer.address));
    assert.throws(() => process.kill(description.pid, 0), { code: "ESRCH" });
  });

  it("sends requests for a host to a local server, and uses the given issuer", async () => {
    const bad = await begin([
      "--dir",
      "map",
      "--host",
      "https://erp.example.com=https://example.com",
      "--",
      "true",
    ]).ended();
    assert.deepEqual([bad.code, bad.stdout], [1, ""]);
    assert.match(bad.stderr, /^polygate: https:\/\/example\.com: the sandbox calls only this machine; [^\n]*\n$/);
    const half = await begin(["--host", "https://erp.example.com", "--", "true"]).ended();
    assert.match(
      half.stderr,
      /^polygate: option '--host <origin=target>' argument 'https:\/\/erp\.example\.com' is invalid/,
    );
    const options = ["--issuer", "https://id.example.com", "--host", "https://erp.example.com=http://127.0.0.1:4000"];
    const begun = begin(["--dir", "map", ...options]);
    await begun.said(/Ctrl-C stops/);
    assert.match(begun.stdout(), /its issuer https:\/\/id\.example\.com is at http:\/\/127\.0\.0\.1:\d+\./);
    const token = await run(["token", "--dir", folder.at("map")]);
    assert.equal(decodeJwt(token.stdout.trim()).iss, "https://id.example.com");
    begun.child.kill("SIGTERM");
    assert.equal((await begun.ended()).code, 0);
  });

  it("names the port that is in use, and the folder that it cannot open", async () => {
    const taken = createTcpServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    try {
      const { port } = taken.address() as AddressInfo;
      const { code, stderr } = await begin(["--dir", "port", "--port", `issuer=${port}`, "--", "true"]).ended();
      assert.equal(code, 1);
      assert.match(stderr, new RegExp(`^polygate: The port ${port} for sandbox/issuer cannot be used \\(.*EADDRINUSE`));
    } finally {
      taken.close();
    }
    folder.write("file", "");
    const { code, stderr } = await begin(["--dir", "file", "--", "true"]).ended();
    assert.equal(code, 1);
    assert.match(stderr, /^polygate: the sandbox cannot open its store file\/sandbox\.db [^\n]*\n$/);
  });

  it("explains how to install the sandbox", async () => {
    mkdirSync(folder.at("alone/node_modules"), { recursive: true });
    for (const part of ["cli", "components", "package.json"]) {
      cpSync(join(ROOT, part), folder.at(`alone/${part}`), { recursive: true });
    }
    for (const name of ["ajv", "commander", "yaml"]) {
      symlinkSync(join(ROOT, "node_modules", name), folder.at(`alone/node_modules/${name}`));
    }
    const script = folder.at("alone/cli/polygate.ts");
    const message = "polygate: the sandbox is not installed; run: npm install --save-dev polygate-sandbox\n";
    const runs = [["sandbox", "--", "true"], ["endpoints"], ["token"]].map((args) => run(args, { script }));
    for (const ran of await Promise.all(runs)) assert.deepEqual(ran, { code: 1, stdout: "", stderr: message });
    assert.equal(
      (await run(["check", join(ROOT, "stacks/hybrid/orders.yaml"), "--vendor", "azure"], { script })).code,
      0,
    );
  });
});

describe("polygate endpoints and polygate token", () => {
  let folder: Folder;
  let begun: Running;

  before(async () => {
    folder = new Folder();
    begun = start(["sandbox"], { cwd: folder.path });
    await begun.said(/Ctrl-C stops/);
  });

  after(async () => {
    begun.child.kill("SIGTERM");
    await begun.ended();
    folder.remove();
  });

  const ask = (...args: string[]) => run(args, { cwd: folder.path });

  it("explain how to start a sandbox if none is running, and exit with 1", async () => {
    const stderr =
      'polygate: no sandbox runs in elsewhere; start one with "polygate sandbox", or name the folder of one that runs\n';
    const runs = [ask("endpoints", "--dir", "elsewhere"), ask("token", "--dir", "elsewhere")];
    for (const ran of await Promise.all(runs)) assert.deepEqual(ran, { code: 1, stdout: "", stderr });
  });

  it("explain it also after a sandbox was killed, which leaves its file behind", async () => {
    const killed = start(["sandbox", "--dir", "killed"], { cwd: folder.path });
    await killed.said(/Ctrl-C stops/);
    killed.child.kill("SIGKILL");
    await killed.ended();
    assert.equal(existsSync(folder.at("killed/sandbox.json")), true);
    const { code, stdout, stderr } = await ask("token", "--dir", "killed");
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /^polygate: no sandbox runs in killed; start one with "polygate sandbox", [^\n]*\n$/);
  });

  it("report that no gateway is deployed", async () => {
    const [text, json] = await Promise.all([ask("endpoints"), ask("endpoints", "--json")]);
    assert.deepEqual(text, { code: 0, stdout: "no gateway is deployed in .polygate\n", stderr: "" });
    assert.deepEqual(json, { code: 0, stdout: "[]\n", stderr: "" });
  });

  it("create a token with the given claims, signed with the issuer's key", async () => {
    const { description } = await findSandbox(folder.at(".polygate"));
    const keys = createRemoteJWKSet(new URL(`${description.issuer.address}/jwks`));
    const before = Math.floor(Date.now() / 1000);
    const [plain, full] = await Promise.all([
      ask("token"),
      ask(
        ...["token", "--scope", "orders:read", "--scope", "orders:write", "--audience", "orders", "--audience", "shop"],
        ...["--subject", "somebody", "--expires-in", "60"],
      ),
    ]);
    assert.deepEqual([plain.code, plain.stderr, plain.stdout.split("\n").length], [0, "", 2]);
    const { issuer } = { issuer: description.issuer.url };
    const first = await jwtVerify(plain.stdout.trim(), keys, { issuer, audience: "polygate", algorithms: ["RS256"] });
    assert.deepEqual([first.payload.sub, first.payload.scope], ["polygate-user", undefined]);
    const { payload } = await jwtVerify(full.stdout.trim(), keys, { issuer, audience: "shop" });
    assert.deepEqual(
      [payload.sub, payload.aud, payload.scope],
      ["somebody", ["orders", "shop"], "orders:read orders:write"],
    );
    const life = (payload.exp ?? 0) - before;
    assert.ok(life >= 60 && life <= 75, String(life));
  });

  it("create an expired token, and reject a lifetime that is not a number", async () => {
    const { description } = await findSandbox(folder.at(".polygate"));
    const keys = createRemoteJWKSet(new URL(`${description.issuer.address}/jwks`));
    const [expired, wrong] = await Promise.all([
      ask("token", "--expires-in", "-60"),
      ask("token", "--expires-in", "soon"),
    ]);
    await assert.rejects(jwtVerify(expired.stdout.trim(), keys), { code: "ERR_JWT_EXPIRED" });
    assert.deepEqual(wrong, {
      code: 1,
      stdout: "",
      stderr:
        "polygate: option '--expires-in <seconds>' argument 'soon' is invalid. Write whole seconds, such as 3600.\n",
    });
  });
});
