import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { markOf, triggersOf } from "../../../../components/aws/state/last-import.ts";

const [api, deployment] = ["urn:pulumi:dev::shops::t::api", "urn:pulumi:dev::shops::t::deployment"];
const hash = (text: string): string => createHash("sha256").update(JSON.stringify(text)).digest("hex");

function value<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => void output.apply(resolve));
}

/** The mark, and the calls that read the state, for a state with these outputs or one that cannot be read. The first calls may fail. */
async function mark(
  outputs: Readonly<Record<string, object>> | Error,
  ...first: readonly Error[]
): Promise<{ mark: unknown; asked: readonly object[] }> {
  const asked: object[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: () => ({ id: "", state: {} }),
      call: ({ token, inputs }) => {
        asked.push({ token, ...inputs });
        const early = first[asked.length - 1];
        if (early !== undefined) throw early;
        if (outputs instanceof Error) throw outputs;
        const resources = Object.entries(outputs).map(([urn, given]) => [urn, { type: "t", outputs: given }]);
        return { name: "acme/shops/dev", outputs: Object.fromEntries(resources) };
      },
    },
    "shops",
    "dev",
    false,
    "acme",
  );
  const ask = () => value(markOf(pulumi.output(api), pulumi.output(deployment)));
  const given = await ask();
  assert.equal(await ask(), given);
  return { mark: given, asked };
}

describe("the mark of a document", () => {
  it("does not exist for a new gateway, and the state is read once in a program", async () => {
    const token = "pulumi:pulumi:readStackResourceOutputs";
    assert.deepEqual(await mark({}), { mark: undefined, asked: [{ token, stackName: "acme/shops/dev" }] });
  });

  it("is kept once the document is deployed", async () => {
    const document = hash("body");
    const deployed = (triggers: object) => mark({ [api]: { body: "body" }, [deployment]: { triggers } });
    assert.equal((await deployed({ document })).mark, undefined);
    assert.equal((await deployed({ document, mark: "0123abcd" })).mark, "0123abcd");
  });

  it("is new while the document is not deployed", async () => {
    const fresh = hash("body").slice(0, 8);
    assert.equal((await mark({ [api]: { body: "body" } })).mark, fresh);
    const triggers = { document: hash("before"), mark: "0123abcd" };
    assert.equal((await mark({ [api]: { body: "body" }, [deployment]: { triggers } })).mark, fresh);
    assert.equal((await mark({ [api]: { body: "body" }, [deployment]: {} })).mark, fresh);
  });

  it("is not changed by another format of the same document", async () => {
    const body = (text: string) => value(triggersOf(pulumi.output(text), pulumi.output(undefined)));
    const triggers = await body('{"b":[{"d":1,"c":2}],"a":null}');
    assert.deepEqual(await body('{ "a": null,\n"b": [{ "c": 2, "d": 1 }] }\n'), triggers);
    assert.notDeepEqual(await body('{"b":[{"d":1},{"c":2}],"a":null}'), triggers);
    const spelt = { body: '{"a":null,"b":[{"c":2,"d":1}]}' };
    assert.equal((await mark({ [api]: spelt, [deployment]: { triggers } })).mark, undefined);
  });

  it("does not exist if the state cannot be read, and the deployment continues", async () => {
    assert.equal((await mark(new Error("no backend client is available"))).mark, undefined);
  });

  it("is read again if the engine was writing the state", async () => {
    const torn = new Error("failed to load checkpoint: EOF");
    const { mark: given, asked } = await mark({ [api]: { body: "body" } }, torn, torn);
    assert.deepEqual([given, asked.length], [hash("body").slice(0, 8), 3]);
  });

  it("triggers another deployment, as the document does", async () => {
    const triggers = (body: string, known: string | undefined) =>
      value(triggersOf(pulumi.output(body), pulumi.output(known)));
    assert.deepEqual(await triggers("body", undefined), { document: hash("body") });
    assert.deepEqual(await triggers("body", "0123abcd"), { document: hash("body"), mark: "0123abcd" });
  });
});
