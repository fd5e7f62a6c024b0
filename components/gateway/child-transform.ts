import { type CustomResourceOptions, output } from "@pulumi/pulumi";
import type { ProblemList } from "../api/problem.ts";
import { isLater } from "./later.ts";
import { copied, isPlainObject, isSame, namesOf } from "./plain-value.ts";
import type { Transform, TransformRule } from "./transform.ts";
import { optionRules } from "./transform-options.ts";

type Members = Readonly<Record<string, unknown>>;

/** The class of a child resource. */
type ResourceClass<Args, Child> = new (name: string, args: Args, options: CustomResourceOptions) => Child;

/**
 * A user's transform of one kind of child resource, and the rule that it must keep.
 *
 * A change that the rule does not allow is added to the problems and has no effect: the resource keeps the component's own value.
 */
export class ChildTransform<Args extends object> {
  readonly #rule: TransformRule<Args>;
  readonly #transform: Transform<Args> | undefined;
  readonly #tags: object | undefined;
  readonly #problems: ProblemList;

  /**
   * @param tags of every child that accepts tags; a transform may change them
   * @param problems the problems of the component; their context is the place of the transform
   */
  constructor(
    rule: TransformRule<Args>,
    transform: Transform<Args> | undefined,
    tags: object | undefined,
    problems: ProblemList,
  ) {
    this.#rule = rule;
    this.#transform = transform;
    this.#tags = tags;
    this.#problems = problems;
  }

  /** The same transform with another rule, for a child that is declared in another way. */
  under(rule: TransformRule<Args>): ChildTransform<Args> {
    return new ChildTransform(rule, this.#transform, this.#tags, this.#problems);
  }

  /** Declares a child with the transformed arguments and options. */
  declare<Child>(Class: ResourceClass<Args, Child>, child: string, args: Args, options: CustomResourceOptions): Child {
    return new Class(child, ...this.apply(child, args, options));
  }

  /**
   * Applies the transform to copies of the arguments and options.
   *
   * @param child the name of the resource
   */
  apply(child: string, args: Args, options: CustomResourceOptions): [Args, CustomResourceOptions] {
    const own = this.#tagged(args);
    const [changed, changedOptions] = [copied(own), copied(options)];
    const returned: unknown = this.#transform?.(changed, changedOptions);
    if (isLater(returned)) {
      const rule = `The transform of "${child}" is asynchronous, so its changes would come too late.`;
      this.#problems.refuse("late-transform", rule, "Write a function without async. A property can be an Output.");
    }
    return [
      this.#checkedArgs(child, own as Members, changed as Members) as Args,
      this.#checkedOptions(child, options as Members, changedOptions as Members),
    ];
  }

  #tagged(args: Args): Args {
    const acceptsTags = this.#tags !== undefined && (this.#rule.properties as readonly string[]).includes("tags");
    return acceptsTags ? { ...args, tags: { ...this.#tags } } : args;
  }

  #checkedArgs(child: string, own: Members, changed: Members): Members {
    const checked = namesOf(own, changed).map((name) => this.#checkedMember(child, name, own, changed));
    return Object.fromEntries(checked.flat());
  }

  /** The member of an object at a path; empty if it has none. */
  #checkedMember(child: string, path: string, own: Members, changed: Members): readonly (readonly [string, unknown])[] {
    const name = path.slice(path.lastIndexOf(".") + 1);
    const { properties } = this.#rule;
    const [before, after] = [own[name], changed[name]];
    if (isListed(path, properties)) return memberOf(changed, name);
    if (isSame(memberOf(own, name), memberOf(changed, name))) return memberOf(own, name);
    if (properties.some((each) => each.startsWith(`${path}.`)) && isPlainObject(before) && isPlainObject(after)) {
      const members = namesOf(before, after).map((inner) =>
        this.#checkedMember(child, `${path}.${inner}`, before, after),
      );
      return [[name, Object.fromEntries(members.flat())]];
    }
    this.#refuseProperty(child, path);
    return memberOf(own, name);
  }

  #refuseProperty(child: string, path: string): void {
    const instead = (this.#rule.instead as Readonly<Record<string, string>> | undefined) ?? {};
    const [property = ""] = path.split(".");
    const remedy = Object.hasOwn(instead, property) ? `${instead[property]} ` : "Remove the change. ";
    const rule = `A transform may not change the property "${path}" of the resource "${child}".`;
    this.#problems.refuse("fixed-property", rule, `${remedy}${this.#allowedProperties()}`);
  }

  #allowedProperties(): string {
    const { properties } = this.#rule;
    if (properties.length === 0) return "A transform may change only options of this resource.";
    return `A transform may change ${properties.join(", ")}.`;
  }

  #checkedOptions(child: string, own: Members, changed: Members): CustomResourceOptions {
    const checked = namesOf(own, changed).flatMap((name): readonly (readonly [string, unknown])[] => {
      const { allowed, why, instead } = optionRule(name);
      if (allowed === "added") return [[name, merged(own[name], changed[name])]];
      if (allowed === "yes" || isSame(memberOf(own, name), memberOf(changed, name))) return memberOf(changed, name);
      if (allowed === "retain" && this.#rule.retain === true) return memberOf(changed, name);
      if (allowed === "listed") return [[name, this.#checkedPaths(child, changed[name])]];
      const rule = `A transform may not set the option "${name}" of the resource "${child}". ${why}`;
      this.#problems.refuse("fixed-option", rule, instead ?? "Remove the option from the transform.");
      return memberOf(own, name);
    });
    return Object.fromEntries(checked);
  }

  /** The property paths whose changes may be ignored. */
  #checkedPaths(child: string, paths: unknown): readonly unknown[] {
    const { why, instead = "" } = optionRules.ignoreChanges;
    return (Array.isArray(paths) ? paths : [paths]).filter((path) => {
      const allowed = typeof path === "string" && isListed(dotted(path), this.#rule.properties);
      const rule = `A transform may not ignore changes of "${path}" of the resource "${child}". ${why}`;
      if (!allowed) this.#problems.refuse("fixed-option", rule, `${instead} ${this.#allowedProperties()}`);
      return allowed;
    });
  }
}

function optionRule(name: string): (typeof optionRules)[string] {
  const rule = Object.hasOwn(optionRules, name) ? optionRules[name] : undefined;
  if (rule !== undefined) return rule;
  return { allowed: "no", why: "Polygate does not know this option." };
}

/** Whether a list contains a path or what it is a part of. */
function isListed(path: string, listed: readonly string[]): boolean {
  return listed.some((each) => path === each || path.startsWith(`${each}.`));
}

/** A property path of Pulumi, such as `["tags"].team`, with dots only. */
function dotted(path: string): string {
  return (path.match(/[^.[\]"]+/g) ?? []).join(".");
}

function memberOf(members: Members, name: string): readonly (readonly [string, unknown])[] {
  return Object.hasOwn(members, name) ? [[name, members[name]]] : [];
}

/** Two values of `dependsOn` as one. */
function merged(own: unknown, changed: unknown): unknown {
  if (own === undefined || (Array.isArray(own) && own.length === 0) || isSame(own, changed)) return changed ?? own;
  if (changed === undefined) return own;
  return output([own, changed]).apply((lists) => [...new Set(lists.flat())]);
}
