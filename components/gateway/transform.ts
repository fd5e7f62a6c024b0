import type { CustomResourceOptions } from "@pulumi/pulumi";

/**
 * Changes the arguments and options of a child resource in place, before the resource is registered. It must not be asynchronous.
 *
 * A transform may change the properties and options that are listed in docs/transforms.md. A change to any other is refused.
 */
// biome-ignore lint/suspicious/noExplicitAny: a transform of any resource can be assigned to `Transform`, and the reverse
export type Transform<Args = any> = (args: Args, options: CustomResourceOptions) => void;

/** The arguments that a transform changes. */
export type ArgsOf<T> = NonNullable<T> extends Transform<infer Args> ? Args : never;

type Named<Args> = keyof Args & string;

/**
 * What a transform may change of one kind of child resource. A property that is not listed cannot be changed, so a new property of
 * the SDK cannot be changed until somebody decides that it neither decides nor forwards a request.
 */
export interface TransformRule<Args = Readonly<Record<string, unknown>>> {
  /** Pulumi's type of the resource: `package:module:Name`. */
  readonly resource: string;
  /** The properties that a transform may change. `settings.loggingLevel` is a member of the property `settings`. */
  readonly properties: readonly (Named<Args> | `${Named<Args>}.${string}`)[];
  /**
   * Whether a transform may set `retainOnDelete`. It may not where a resource that the program no longer declares would still admit or
   * forward requests, such as the key of a former consumer.
   */
  readonly retain?: true;
  /** What to do instead of changing other properties: a sentence for each. Older SDKs do not declare all of them. */
  readonly instead?: Readonly<Partial<Record<Named<Args>, string>>> & Readonly<Record<string, string>>;
}

/** The rules of a component: one for each of its transforms. */
export type TransformRules<Transforms> = {
  readonly [Part in keyof Transforms]-?: TransformRule<ArgsOf<Transforms[Part]>>;
};
