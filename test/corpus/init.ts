import { Command } from "commander";
import { AnswerFlags } from "../../cli/init/answer-flags.ts";
import { automaticAnswerer } from "../../cli/init/automatic.ts";
import { writeFlags } from "../../cli/init/flag-draft.ts";
import { identity } from "../../cli/init/open-questions.ts";
import { OverlayDraft } from "../../cli/init/overlay-draft.ts";
import { settle } from "../../cli/init/settle.ts";
import { type Reading, readingOf } from "../../components/api/openapi/from-openapi.ts";
import { OpenApiSource } from "../../components/api/openapi/source.ts";
import type { Document } from "./documents.ts";
import { scriptFor } from "./script.ts";

/** A document after `init`. */
export interface Initialised {
  readonly reading: Reading;
  /** The overlay that was written, if there was something to answer. */
  readonly overlay: object | undefined;
}

/**
 * Answers what a document leaves open as `polygate init --yes` does with the options of a user.
 *
 * @param source the document, if it is open already
 */
export async function initialised(
  document: Document,
  source: OpenApiSource = OpenApiSource.open(document.file),
): Promise<Initialised> {
  const flags = new AnswerFlags();
  const command = new Command().option("--yes");
  for (const option of flags.options()) command.addOption(option);
  command.parse([...scriptFor(document)], { from: "user" });
  const answers = flags.answers(readingOf(source, {}, false));
  const draft = new OverlayDraft(undefined, { document: "document", title: document.name });
  writeFlags(draft, answers.values());
  const { reading } = await settle(source, draft, automaticAnswerer(answers, true, undefined), {
    audiences: "none",
    scopes: answers.has(identity(["answers", "scopes"])),
  });
  return { reading, overlay: draft.data };
}
