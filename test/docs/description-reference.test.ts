import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { descriptionReference } from "../../docs/description-reference.ts";

describe("the reference of descriptions", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "polygate-reference-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function referenceOf(files: Readonly<Record<string, string>>): string {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return descriptionReference(pathToFileURL(join(folder, "description.ts")));
  }

  it("includes the files that the file re-exports, and turns a link in a comment into a link of the page", () => {
    const reference = referenceOf({
      "description.ts": `
        export * from "./auth.ts";
        /** The whole. */
        export interface Description {
          /**
           * The auth, as {@link jwt} returns it.
           * @default none
           */
          readonly auth?: Auth;
        }
      `,
      "auth.ts": `
        /** An auth. */
        export type Auth = string;
        /** Requires a token. */
        export function jwt(): Auth { return "jwt"; }
      `,
    });
    assert.match(reference, /^\| `auth` \| .* \| The auth, as \[`jwt`\]\(#jwt\) returns it\. Default: none\. \|$/m);
    assert.deepEqual(reference.match(/^### \w+$/gm), ["### Description", "### Auth", "### jwt"]);
    assert.match(reference, /^Requires a token\.$/m);
  });

  it("is not generated if a type or a member has no doc comment", () => {
    assert.throws(
      () => referenceOf({ "description.ts": "export interface Description { readonly title: string }" }),
      /^Error: Without a doc comment: Description, Description\.title$/,
    );
  });
});
