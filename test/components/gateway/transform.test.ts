import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { transformed } from "../../../components/gateway/transform.ts";

describe("a transform", () => {
  it("changes arguments and options, but no fixed argument", () => {
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

  it("changes neither what is nested in a fixed argument nor an object that others share", () => {
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

  it("cannot change the parent, the provider, the id or the order of replacement", () => {
    const parent = "the gateway" as unknown as pulumi.Resource;
    const [, options] = transformed(
      (_given, its) => {
        its.parent = "another" as unknown as pulumi.Resource;
        its.provider = "another" as unknown as pulumi.ProviderResource;
        its.deleteBeforeReplace = true;
        its.id = "another";
        its.protect = true;
        its.aliases = [{ name: "old" }];
      },
      {},
      { parent },
    );
    assert.deepEqual(options, { parent, protect: true, aliases: [{ name: "old" }] });
  });

  it("cannot ignore changes of a fixed argument, whatever the path", () => {
    const ignored = (...paths: readonly string[]) =>
      transformed((_given, its) => void Object.assign(its, { ignoreChanges: paths }), { body: "", tags: {} }, {}, [
        "body",
      ])[1].ignoreChanges;
    assert.deepEqual(ignored("tags", "tags.team", '["tags"]', "bodyguard"), [
      "tags",
      "tags.team",
      '["tags"]',
      "bodyguard",
    ]);
    assert.deepEqual(ignored("body", "body.deep", '["body"]', 'body["deep"]', "body[0]", "*", "[*]", "", "tags"), [
      "tags",
    ]);
  });

  it("can add dependencies, but not remove any", async () => {
    const waitsFor = async (own: object, changed: unknown): Promise<unknown> => {
      const [, { dependsOn }] = transformed((_given, its) => void Object.assign(its, { dependsOn: changed }), {}, own);
      return new Promise((resolve) => void pulumi.output(dependsOn).apply(resolve));
    };
    assert.deepEqual(await waitsFor({ dependsOn: ["a", "b"] }, undefined), ["a", "b"]);
    assert.deepEqual(await waitsFor({ dependsOn: "a" }, []), ["a"]);
    assert.deepEqual(await waitsFor({ dependsOn: "a" }, Promise.resolve(["b", "a"])), ["a", "b"]);
    assert.deepEqual(await waitsFor({}, ["b"]), ["b"]);
  });

  it("is optional", () => {
    assert.deepEqual(transformed(undefined, { a: 1 }, {}), [{ a: 1 }, {}]);
  });
});
