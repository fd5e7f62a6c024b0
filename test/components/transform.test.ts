import assert from "node:assert/strict";
import { transformed } from "../../components/transform.ts";

describe("a transform", () => {
  it("changes arguments and options, and leaves what carries the description as it was", () => {
    const args = { body: "document", name: "orders", tags: { a: "1" } };
    const [changed, options] = transformed(
      (given, its) => {
        given.body = "open";
        given.tags = { a: "2" };
        its.protect = true;
      },
      args,
      { deleteBeforeReplace: true },
      ["body"],
    );
    assert.deepEqual(changed, { body: "document", name: "orders", tags: { a: "2" } });
    assert.deepEqual(options, { deleteBeforeReplace: true, protect: true });
    assert.deepEqual(args, { body: "document", name: "orders", tags: { a: "1" } });
  });

  it("may be left out", () => {
    assert.deepEqual(transformed(undefined, { a: 1 }, {}), [{ a: 1 }, {}]);
  });
});
