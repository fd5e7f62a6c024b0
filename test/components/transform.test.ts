import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
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

  it("does not reach what nests in the document, nor what others share", () => {
    const output = pulumi.output("secret");
    const args = { documents: [{ text: { contents: "document" } }], tags: { a: "1" }, output };
    const shared: pulumi.Resource[] = [];
    const [changed, options] = transformed(
      (given, its) => {
        for (const { text } of given.documents) text.contents = "open";
        given.documents.length = 0;
        given.tags.a = "2";
        (its.dependsOn as unknown[]).push("more");
      },
      args,
      { dependsOn: shared },
      ["documents"],
    );
    assert.deepEqual(changed.documents, [{ text: { contents: "document" } }]);
    assert.deepEqual(changed.tags, { a: "2" });
    assert.equal(changed.output, output);
    assert.deepEqual(options.dependsOn, ["more"]);
    assert.deepEqual(args.tags, { a: "1" });
    assert.deepEqual(shared, []);
  });

  it("may be left out", () => {
    assert.deepEqual(transformed(undefined, { a: 1 }, {}), [{ a: 1 }, {}]);
  });
});
