import assert from "node:assert/strict";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { TransformRule } from "../../../components/gateway/transform.ts";
import { optionRules } from "../../../components/gateway/transform-options.ts";
import { argumentsOf } from "../../support/components/transform/sdk-arguments.ts";
import {
  type Declared,
  declarations,
  declared,
  setMocks,
} from "../../support/components/transform/transformed-components.ts";

/** The properties of a child that its rule does not list as a whole. */
function unlistedOf({ resource, properties }: TransformRule): readonly string[] {
  return argumentsOf(resource).filter((name) => !properties.includes(name));
}

const refusedOptions = Object.entries(optionRules).flatMap(([name, { allowed }]) => (allowed === "no" ? [name] : []));

/** What an error refuses: `<part>.<property>` and `<part> <option>`, without repetition. */
function refusals({ error }: Declared): readonly string[] {
  const all = (error?.problems ?? []).map(({ place = "", rule, code }) => {
    const name = /(?:property|option|changes of) "([^"]+)"/.exec(rule)?.[1];
    return `${place}${code === "fixed-property" ? "." : " "}${name}`;
  });
  return [...new Set(all)].toSorted();
}

const nothing = () => undefined;
/** The inputs of each child as JSON: the assets of a function are never the very same. */
const byName = ({ children }: Declared) =>
  Object.fromEntries(children.map(({ name, inputs }) => [name, JSON.stringify(inputs)]));

/** The input at a path. The SDK wraps a secret in an object. */
function valueAt(inputs: object, path: string): unknown {
  const memberOf = (value: unknown, name: string) => (value as Record<string, unknown> | undefined)?.[name];
  const found = path.split(".").reduce<unknown>(memberOf, inputs);
  return typeof found === "object" ? memberOf(found, "value") : found;
}

describe("the transforms of", () => {
  before(setMocks);

  it("all classes reach every part that their tables list", async () => {
    const missing = new Map(declarations.map(({ Class, rules }) => [Class, new Set(Object.keys(rules))]));
    for (const declaration of declarations) {
      const { calls } = await declared(declaration, nothing);
      for (const part of calls) missing.get(declaration.Class)?.delete(part);
    }
    assert.deepEqual(
      [...missing.values()].flatMap((parts) => [...parts]),
      [],
    );
  });

  for (const declaration of declarations) {
    describe(declaration.what, () => {
      const ruleOf = (part: string): TransformRule => declaration.rules[part] ?? assert.fail(part);
      let plain: Declared;
      before(async () => {
        plain = await declared(declaration, nothing);
      });

      it("are called once for each child", () => {
        assert.equal(plain.error, undefined);
        const types = plain.calls.map((part) => ruleOf(part).resource);
        assert.deepEqual(types.toSorted(), plain.children.map(({ type }) => type).toSorted());
      });

      it("change every listed property of every child, and the listed options", async () => {
        const changed = await declared(declaration, (part, args, options) => {
          const { properties, retain } = ruleOf(part);
          for (const path of properties) setAt(args, path, `${part}:${path}`);
          const own: CustomResourceOptions = {
            protect: true,
            customTimeouts: { create: "1h" },
            aliases: [{ name: "old" }],
            additionalSecretOutputs: ["id"],
            ignoreChanges: [...properties],
            ...(retain === true ? { retainOnDelete: true } : {}),
          };
          Object.assign(options, own);
        });
        assert.deepEqual(refusals(changed), []);
        assert.deepEqual(changed.children.map(({ name }) => name).toSorted(), Object.keys(byName(plain)).toSorted());
        for (const part of new Set(plain.calls)) {
          const { resource, properties } = ruleOf(part);
          const same = changed.children.filter(({ type }) => type === resource);
          const has = (inputs: object) => properties.every((path) => valueAt(inputs, path) === `${part}:${path}`);
          const reached = same.filter(({ inputs }) => has(inputs)).length;
          const expected = plain.calls.filter((call) => call === part).length;
          assert.equal(properties.length === 0 || reached === expected, true, `${part}: ${reached} of ${expected}`);
        }
      });

      it("change no other property and no other option: each is refused by name, and every child keeps its own", async () => {
        const changed = await declared(declaration, (part, args, options) => {
          for (const property of unlistedOf(ruleOf(part))) args[property] = "changed";
          for (const option of refusedOptions) options[option] = "changed";
          if (ruleOf(part).retain !== true) options.retainOnDelete = true;
        });
        const expected = [...new Set(plain.calls)].flatMap((part) => [
          ...unlistedOf(ruleOf(part)).map((property) => `transform.${part}.${property}`),
          ...refusedOptions.map((option) => `transform.${part} ${option}`),
          ...(ruleOf(part).retain === true ? [] : [`transform.${part} retainOnDelete`]),
        ]);
        assert.deepEqual(refusals(changed), expected.toSorted());
        assert.match(changed.error?.message ?? "", /"shop"/);
        assert.deepEqual(byName(changed), byName(plain));
      });

      it("remove no property that is not listed, and ignore no change of it", async () => {
        const removed = new Set<string>();
        const changed = await declared(declaration, (part, args, options) => {
          const unlisted = unlistedOf(ruleOf(part));
          for (const property of Object.keys(args).filter((name) => unlisted.includes(name))) {
            removed.add(`transform.${part}.${property}`);
            delete args[property];
          }
          options.ignoreChanges = unlisted.map((property) => `["${property}"]`);
        });
        const ignored = [...new Set(plain.calls)].flatMap((part) =>
          unlistedOf(ruleOf(part)).map((property) => `transform.${part} ["${property}"]`),
        );
        const paths = (changed.error?.problems ?? []).flatMap(({ place, rule, code }) =>
          code === "fixed-option" ? [`${place} ${/changes of "(\[".+"\])" of/.exec(rule)?.[1]}`] : [],
        );
        assert.deepEqual([...new Set(paths)].toSorted(), ignored.toSorted());
        assert.deepEqual(
          refusals(changed).filter((each) => !each.includes(" ")),
          [...removed].toSorted(),
        );
        assert.deepEqual(byName(changed), byName(plain));
      });

      it("may change the tags of every child that accepts tags", () => {
        const untagged = Object.entries(declaration.rules).filter(
          ([, { resource, properties }]) => argumentsOf(resource).includes("tags") && !properties.includes("tags"),
        );
        assert.deepEqual(untagged, []);
      });
    });
  }
});

function setAt(args: Record<string, unknown>, path: string, value: unknown): void {
  const [name = "", ...rest] = path.split(".");
  if (rest.length === 0) args[name] = value;
  else setAt(args[name] as Record<string, unknown>, rest.join("."), value);
}
