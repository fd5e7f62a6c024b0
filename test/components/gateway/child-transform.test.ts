import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { type Problem, ProblemList } from "../../../components/api/problem.ts";
import { ChildTransform } from "../../../components/gateway/child-transform.ts";
import { ComponentTransforms } from "../../../components/gateway/component-transforms.ts";
import type { Transform, TransformRule } from "../../../components/gateway/transform.ts";

interface Args {
  body?: unknown;
  name?: string;
  tags?: Record<string, string>;
  settings?: unknown;
}

const rule: TransformRule<Args> = {
  resource: "test:index:Child",
  properties: ["tags", "settings.level"],
  instead: { body: "Change the description." },
};

interface Applied {
  readonly args: Args;
  readonly options: pulumi.CustomResourceOptions;
  readonly problems: readonly Problem[];
}

function applied(
  transform: Transform<Args> | undefined,
  args: Args = {},
  options: pulumi.CustomResourceOptions = {},
  tags?: object,
): Applied {
  const problems = new ProblemList({ place: "transform.child" });
  const [changed, its] = new ChildTransform(rule, transform, tags, problems).apply("orders-child", args, options);
  return { args: changed, options: its, problems: problems.all };
}

const refused = ({ problems }: Applied) => problems.map(({ code, rule: text }) => `${code}: ${text}`);

describe("a transform", () => {
  it("changes listed properties and options, in copies", () => {
    const args = { body: "document", tags: { a: "1" } };
    const changed = applied(
      (its, options) => {
        (its.tags ?? {}).a = "2";
        options.protect = true;
      },
      args,
      { deleteBeforeReplace: true },
    );
    assert.deepEqual(changed, {
      args: { body: "document", tags: { a: "2" } },
      options: { deleteBeforeReplace: true, protect: true },
      problems: [],
    });
    assert.deepEqual(args, { body: "document", tags: { a: "1" } });
  });

  it("is optional", () => {
    assert.deepEqual(applied(undefined, { name: "a" }), { args: { name: "a" }, options: {}, problems: [] });
  });

  it("cannot change a property that is not listed, and the error says what to do instead", () => {
    const changed = applied((its) => Object.assign(its, { body: "open", name: "other" }), { body: "document" });
    assert.deepEqual(changed.args, { body: "document" });
    const remedies = ["Change the description.", "Remove the change."];
    assert.deepEqual(
      changed.problems,
      ["body", "name"].map((property, index) => ({
        code: "fixed-property",
        place: "transform.child",
        rule: `A transform may not change the property "${property}" of the resource "orders-child".`,
        remedy: `${remedies[index]} A transform may change tags, settings.level.`,
      })),
    );
  });

  it("cannot change what is nested in a property that is not listed", () => {
    const body = { documents: [{ contents: "document" }] };
    const changed = applied(
      (its) => {
        for (const document of (its.body as typeof body).documents) document.contents = "open";
      },
      { body },
    );
    assert.deepEqual(changed.args, { body: { documents: [{ contents: "document" }] } });
    assert.equal(changed.problems.length, 1);
  });

  it("may set a property that is not listed to an equal value, but not to another Output", () => {
    const body = pulumi.output("document");
    const same = applied((its) => Object.assign(its, { body, name: "a", settings: { rate: [1] } }), {
      body,
      name: "a",
      settings: { rate: [1] },
    });
    assert.deepEqual(refused(same), []);
    const other = applied((its) => Object.assign(its, { body: pulumi.output("document") }), { body });
    assert.equal(other.args.body, body);
    assert.equal(other.problems.length, 1);
  });

  it("changes a listed member of a property, and no other member", () => {
    const settings = { rate: 1, level: "OFF" };
    const listed = applied((its) => Object.assign(its, { settings: { ...settings, level: "INFO" } }), { settings });
    assert.deepEqual([listed.args.settings, listed.problems], [{ rate: 1, level: "INFO" }, []]);
    const others = [{ rate: 2, level: "INFO" }, { level: "INFO" }, { ...settings, level: "INFO", more: true }];
    for (const changed of others) {
      const result = applied((its) => Object.assign(its, { settings: changed }), { settings });
      assert.deepEqual(result.args.settings, { rate: 1, level: "INFO" });
      const name = "more" in changed ? "settings.more" : "settings.rate";
      assert.match(refused(result).join(), new RegExp(`^fixed-property: .*"${name}"[^,]*$`));
    }
    const whole = applied((its) => Object.assign(its, { settings: pulumi.output(settings) }), { settings });
    assert.equal(whole.args.settings, settings);
    assert.match(refused(whole).join(), /"settings"/);
  });

  it("cannot hide a change behind a getter", () => {
    let reads = 0;
    const get = () => (reads++ === 0 ? "document" : "open");
    const changed = applied((its) => Object.defineProperty(its, "body", { get, enumerable: true }), {
      body: "document",
    });
    assert.equal(JSON.stringify(changed.args), '{"body":"document"}');
  });

  it("must not be asynchronous", () => {
    const changed = applied(async (its) => {
      its.tags = { late: "1" };
    });
    assert.deepEqual(refused(changed), [
      'late-transform: The transform of "orders-child" is asynchronous, so its changes would come too late.',
    ]);
  });

  it("cannot set an option that decides who owns the resource or how it is replaced", () => {
    const parent = "the gateway" as unknown as pulumi.Resource;
    const changed = applied(
      (_its, options) =>
        Object.assign(options, {
          parent: "another",
          provider: "another",
          deleteBeforeReplace: true,
          id: "another",
          transforms: [],
          retainOnDelete: true,
          unheardOf: true,
          aliases: [{ name: "old" }],
        }),
      {},
      { parent },
    );
    assert.deepEqual(changed.options, { parent, aliases: [{ name: "old" }] });
    assert.deepEqual(
      refused(changed).map((text) => /^fixed-option: .* option "([^"]+)"/.exec(text)?.[1]),
      ["parent", "provider", "deleteBeforeReplace", "id", "transforms", "retainOnDelete", "unheardOf"],
    );
  });

  it("cannot ignore changes of a property that is not listed, whatever the path", () => {
    const ignoring = (...paths: readonly string[]) =>
      applied((_its, options) => void Object.assign(options, { ignoreChanges: paths }));
    const allowed = ["tags", "tags.team", '["tags"]', "settings.level", 'settings["level"]'];
    assert.deepEqual(ignoring(...allowed).options.ignoreChanges, allowed);
    assert.deepEqual(ignoring(...allowed).problems, []);
    const others = ["body", "body.deep", '["body"]', 'body["deep"]', "body[0]", "*", "[*]", "", "tagsy", "settings"];
    const changed = ignoring(...others, "tags");
    assert.deepEqual(changed.options.ignoreChanges, ["tags"]);
    assert.equal(changed.problems.length, others.length);
  });

  it("adds dependencies to those of the component", async () => {
    const waitsFor = async (own: object, added: unknown): Promise<unknown> => {
      const { options, problems } = applied((_its, its) => void Object.assign(its, { dependsOn: added }), {}, own);
      assert.deepEqual(problems, []);
      return new Promise((resolve) => void pulumi.output(options.dependsOn).apply(resolve));
    };
    assert.deepEqual(await waitsFor({ dependsOn: ["a", "b"] }, undefined), ["a", "b"]);
    assert.deepEqual(await waitsFor({ dependsOn: "a" }, []), ["a"]);
    assert.deepEqual(await waitsFor({ dependsOn: "a" }, Promise.resolve(["b", "a"])), ["a", "b"]);
    assert.deepEqual(await waitsFor({}, ["b"]), ["b"]);
  });

  it("sees the tags of the component, and may change them", () => {
    const seen: unknown[] = [];
    const changed = applied(
      (its) => {
        seen.push(its.tags);
        its.tags = { ...its.tags, more: "yes" };
      },
      { name: "a" },
      {},
      { team: "shop" },
    );
    assert.deepEqual(seen, [{ team: "shop" }]);
    assert.deepEqual(changed.args, { name: "a", tags: { team: "shop", more: "yes" } });
  });
});

describe("the transforms of a component", () => {
  it("report every refused change in one error that names the component, each once", () => {
    const rules = { one: rule, two: rule } as Readonly<Record<"one" | "two", TransformRule>>;
    const open: Transform = (its) => Object.assign(its, { body: "open" });
    const transforms = new ComponentTransforms<{ one?: Transform; two?: Transform }>('The gateway "orders"', rules, {
      one: open,
      two: open,
    });
    transforms.check();
    const { one, two } = transforms.children;
    for (const child of [one, one, two]) child.apply("orders-child", {}, {});
    assert.throws(
      () => transforms.check(),
      /^PolygateError: The gateway "orders": 1 problem\n {2}- transform\.one; transform\.two: /,
    );
  });
});
