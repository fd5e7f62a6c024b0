import { copyFileSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { type Folder, ROOT } from "./command.ts";
import { keys, type Terminal } from "./terminal.ts";

/** Puts the pet store into a folder, as if the packages were installed there. */
export function preparePetStore(folder: Folder): void {
  copyFileSync(join(ROOT, "node_modules/@readme/oas-examples/3.0/yaml/petstore.yaml"), folder.at("petstore.yaml"));
  mkdirSync(folder.at("node_modules"));
  symlinkSync(ROOT, folder.at("node_modules/polygate"));
  for (const name of ["@pulumi", "polygate-sandbox"]) {
    symlinkSync(join(ROOT, "node_modules", name), folder.at(`node_modules/${name}`));
  }
}

/** Types the answers to the questions of `polygate init petstore.yaml`, as the guide shows them. */
export async function answerPetStore(terminal: Terminal): Promise<void> {
  await terminal.answer(/"api_key" become\?/, keys.down + keys.enter);
  await terminal.answer(/requires nothing\?/, keys.enter);
  await terminal.answer(/The same as which\?/, keys.enter);
  await terminal.answer(/Which plan\?/, keys.enter);
  await terminal.answer(/Which audiences/, `pets${keys.enter}`);
  await terminal.answer(/Write a Pulumi program/, keys.enter);
  await terminal.answer(/In which folder\?/, keys.enter);
  await terminal.answer(/To which vendors\?/, keys.enter);
}

/** Answers what `pulumi up` asks about a stack that does not exist yet. */
export async function confirmUpdate(terminal: Terminal): Promise<void> {
  await terminal.answer(/create this stack now/, keys.enter);
  await terminal.answer(/Do you want to perform this update\?/, `yes${keys.enter}`);
}
