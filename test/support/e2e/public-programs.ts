import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { type PublicProgram, publicPrograms } from "../../e2e/programs/public/catalogue.ts";
import { Deployment } from "./deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "./recording-backend.ts";

type Outputs = Readonly<Record<string, { readonly url?: string } | undefined>>;

/**
 * Runs the public programs of a vendor with the real engine, those that are not refused as one stack.
 *
 * @param vendor also the folder of the programs
 * @param settings the configuration of the provider
 * @param backends the origins that lead to a backend
 */
export function testPublicPrograms(
  vendor: PublicProgram["vendor"],
  settings: Readonly<Record<string, string>>,
  backends: readonly string[],
): void {
  const folder = new URL(`../../e2e/programs/public/${vendor}/`, import.meta.url);
  const programs = publicPrograms.filter((program) => program.vendor === vendor);
  const running = programs.filter(({ refused }) => refused === undefined);
  let deployment: Deployment;
  let backend: RecordingBackend;
  let outputs: Outputs;

  const modules = (chosen: readonly PublicProgram[]) => ({
    PROGRAMS: JSON.stringify(Object.fromEntries(chosen.map(({ name }) => [name, new URL(`${name}.ts`, folder).href]))),
  });
  const pulumi = (...args: string[]) => deployment.pulumiIn(modules(running), ...args);

  before(async () => {
    backend = await startRecordingBackend();
    deployment = await Deployment.start(`public-${vendor}`, "public", {
      hosts: Object.fromEntries(backends.map((origin) => [origin, backend.url])),
      oneProgramProcess: true,
    });
    for (const [name, value] of Object.entries(settings)) await deployment.pulumi("config", "set", name, value);
  });

  after(async () => {
    await deployment?.stop();
    backend?.close();
  });

  it("are all in the catalogue", () => {
    const files = readdirSync(folder).map((file) => file.replace(/\.ts$/, ""));
    assert.deepEqual(files.toSorted(), programs.map(({ name }) => name).toSorted());
  });

  for (const program of programs.filter(({ refused }) => refused !== undefined)) {
    it(`refuse ${program.name} at preview, with the reason`, async () => {
      const { code, output } = await deployment.pulumiWith(modules([program]), "preview");
      assert.notEqual(code, 0, output);
      const reasons = program.refused ?? [];
      assert.ok(
        reasons.some((reason) => output.includes(reason)),
        output,
      );
    });
  }

  it("deploy, and every output has a value", async () => {
    await pulumi("preview");
    await pulumi("up", "--yes", "--skip-preview");
    ({ outputs } = (await deployment.outputs()) as { readonly outputs: Outputs });
    assert.deepEqual(Object.keys(outputs).toSorted(), running.map(({ name }) => name).toSorted());
    assert.deepEqual(missing("outputs", outputs), []);
  });

  for (const { name, request } of running) {
    if (request === undefined) continue;
    it(`answer a request to the gateway of ${name}`, async () => {
      const answer = await fetch(`${outputs[name]?.url}${request.path}`);
      assert.deepEqual([answer.status, await answer.text()], [request.status, request.body]);
    });
  }

  it("show no changes at a second preview, update and refresh", async () => {
    await pulumi("up", "--yes", "--expect-no-changes");
    await pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes");
  });

  it("are destroyed", async () => {
    await pulumi("destroy", "--yes", "--skip-preview");
    assert.deepEqual(deployment.sandbox.endpoints(), []);
  });
}

/** The places of outputs that are missing, or that are the text of a missing value. */
function missing(place: string, value: unknown): readonly string[] {
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([name, inner]) => missing(`${place}.${name}`, inner));
  }
  const isThere = typeof value !== "string" || (value !== "" && !/undefined|null|\[object/.test(value));
  return isThere && value !== null && value !== undefined ? [] : [place];
}
