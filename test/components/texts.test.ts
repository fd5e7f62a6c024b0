import assert from "node:assert/strict";
import fc from "fast-check";
import { normalise } from "../../components/api/check/normalise.ts";
import { vendors } from "../contract/vendors/vendors.ts";
import { placesFor, problemsOf } from "../support/components/problems.ts";

const fields = ["title", "reason", "audience", "scope", "literal", "mapped", "header", "reply"] as const;
type Field = (typeof fields)[number];

const plain: Readonly<Record<Field, string>> = {
  title: "Shop",
  reason: "public",
  audience: "shop",
  scope: "read",
  literal: "items",
  mapped: "elsewhere",
  header: "eu",
  reply: "hello",
};

/** A description that asks as little as can be, but for the text. */
function description(field: Field, text: string): object {
  const texts = { ...plain, [field]: text };
  const route =
    field === "reply"
      ? { reply: { status: 200, body: text } }
      : {
          to: "shop",
          ...(field === "scope" ? { scopes: [text] } : {}),
          ...(field === "mapped" ? { path: `/${text}` } : {}),
          ...(field === "header" ? { requestHeaders: { set: { "x-tenant": text } } } : {}),
        };
  return {
    version: 1,
    title: texts.title,
    backends: { shop: { kind: "http" } },
    auth: {
      staff: { kind: "jwt", audiences: [texts.audience] },
      anyone: { kind: "open", reason: texts.reason },
    },
    default: { auth: field === "reason" ? "anyone" : "staff" },
    routes: { [`GET /${texts.literal}`]: route },
  };
}

const hostile = [
  ...["'", '"', "\n", "\u0000", "\u001b[2J", "@(", "@{", "]]>", "${", "${AWS::Region}", "$request.path", "{{", "}}"],
  ...[
    "<",
    "&amp;",
    "\\",
    "\\u0022",
    "%00",
    "*/",
    "--",
    "`",
    ",",
    " a",
    "https://",
    "ü",
    "漢字",
    "עברית",
    "😀",
    "\u202e",
  ],
];

describe("a text that a description may hold", () => {
  it("is refused by a vendor only where its table says that it has no escape, or no such feature", () => {
    const text = fc.oneof(
      fc.constantFrom(...hostile),
      fc
        .array(fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: "grapheme", maxLength: 3 })), { maxLength: 4 })
        .map((parts) => parts.join("")),
    );
    const met = { legal: 0, refused: 0 };
    fc.assert(
      fc.property(fc.constantFrom(...fields), text, (field, given) => {
        const described = description(field, given);
        if (problemsOf(() => normalise(described)).length > 0) return;
        met.legal++;
        const places = placesFor(described);
        for (const { capabilities, render } of vendors) {
          const known = [...capabilities.noEscape.map(({ code }) => code), "not-carried"];
          for (const { code, rule } of problemsOf(() => render(described as never, places))) {
            met.refused++;
            assert.ok(known.includes(code), `${capabilities.className}, ${field}: ${JSON.stringify(given)}: ${rule}`);
          }
        }
      }),
      { numRuns: 2000 },
    );
    assert.ok(met.legal > 500 && met.refused > 50, JSON.stringify(met));
  });
});
