import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { nameOf, typeOf } from "../../../sandbox/control-plane/urn.ts";
import type { ResourceChange } from "../../../sandbox/index.ts";
import { run } from "../cli/command.ts";
import type { Deployment } from "./deployment.ts";

/**
 * Follows `polygate pending` after an engine was killed: looks for each resource that was being created, and imports it if it exists and must
 * be imported. A busy engine loses more creations than those that a test held back, so that all of them are looked for.
 *
 * @param lost creations that the command must list
 * @returns what the command said of each creation, by URN
 */
export async function adoptLostCreations(
  deployment: Deployment,
  lost: readonly ResourceChange[],
): Promise<ReadonlyMap<string, string>> {
  const state = join(deployment.folder, "state.json");
  await deployment.pulumi("stack", "export", "--file", state);
  const pending = await run(["pending", state]);
  const texts = pending.stdout.trimEnd().split("\n\n");
  const said = new Map(pendingCreations(readFileSync(state, "utf8")).map((urn, index) => [urn, texts[index] ?? ""]));
  for (const { urn } of lost) assert.ok(said.has(urn), `${urn}: ${pending.stdout}${pending.stderr}`);
  const found: string[] = [];
  for (const [urn, text] of said) {
    assert.ok(text.startsWith(`${nameOf(urn)} (${typeOf(urn)})`), `${urn}: ${pending.stdout}${pending.stderr}`);
    found.push(...(await foundArgument(deployment, text, urn)));
  }
  if (found.length === 0) return said;
  const imported = await run(["pending", state, ...found.flatMap((argument) => ["--found", argument])]);
  assert.equal(imported.code, 0, imported.stderr);
  const file = join(deployment.folder, "found.json");
  writeFileSync(file, imported.stdout);
  const options = ["--protect=false", "--generate-code=false", "--yes", "--skip-preview"];
  await deployment.pulumi("import", "--file", file, ...options);
  return said;
}

/** The value of `--found` for a resource; none if the next update handles it, and if it was not created. */
async function foundArgument({ created }: Deployment, text: string, urn: string): Promise<readonly string[]> {
  if (/ Nothing (?:to do|uses it)\.$/.test(text)) return [];
  const { key, id } = /If found: {2}--found '?(?<key>\S+?)'?(?<id>=ID)?$/.exec(text)?.groups ?? {};
  assert.ok(key !== undefined, text);
  assert.match(text, /^ {2}Look: {6}(?:aws|az|gcloud) /m);
  // Other creations were under way when the engine was killed. They end without it.
  for (let tries = 0; created.get(urn) === undefined && tries < 30; tries++) await sleep(100);
  const made = created.get(urn);
  if (made === undefined) return [];
  return [id === undefined ? key : `${key}=${made}`];
}

/** The URNs of the resources that were being created, in the order of the state. */
function pendingCreations(state: string): readonly string[] {
  const { deployment } = JSON.parse(state) as {
    readonly deployment: {
      readonly pending_operations?: readonly { readonly type: string; readonly resource: { readonly urn: string } }[];
    };
  };
  return (deployment.pending_operations ?? [])
    .filter(({ type }) => type === "creating")
    .map(({ resource }) => resource.urn);
}
