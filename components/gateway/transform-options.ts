import type { CustomResourceOptions } from "@pulumi/pulumi";

/** Whether a transform may set an option of a child resource. */
interface OptionRule {
  /**
   * - `yes`: on every child.
   * - `added`: what a transform sets is added to what the component sets.
   * - `listed`: for properties that the transform may change.
   * - `retain`: on children that decide nothing by themselves.
   * - `no`: on none.
   */
  readonly allowed: "yes" | "added" | "listed" | "retain" | "no";
  /** The reason, as a sentence. */
  readonly why: string;
  /** What to do instead, as a sentence, where a transform may not set the option. */
  readonly instead?: string;
}

const remove = "Remove the option from the transform.";
const onComponent = "Set it in the options of the component.";
const replacement = "It decides in which order a resource and its replacement exist.";
const propertyChange = "It can change every property after Polygate has checked the transform.";

/** The options that a transform may set, and why. A new option of the SDK does not compile until somebody decides about it. */
export const optionRules: Readonly<Record<keyof CustomResourceOptions, OptionRule>> &
  Readonly<Record<string, OptionRule>> = {
  additionalSecretOutputs: { allowed: "yes", why: "It only hides outputs." },
  aliases: { allowed: "yes", why: "It only tells the engine which resource of the state is meant." },
  customTimeouts: { allowed: "yes", why: "It only limits how long an operation may take." },
  hooks: { allowed: "yes", why: "A hook can stop an operation, but it cannot change the properties." },
  import: { allowed: "yes", why: "It adopts an existing resource, which gets the properties of the component." },
  protect: { allowed: "yes", why: "It only prevents the deletion." },
  dependsOn: {
    allowed: "added",
    why: "A dependency more only delays. Without its own dependencies, a resource could serve before what protects it exists.",
  },
  ignoreChanges: {
    allowed: "listed",
    why: "A document or a policy whose changes are ignored keeps routes with their former authentication.",
    instead: "Remove the path.",
  },
  retainOnDelete: {
    allowed: "retain",
    why: "A permission, a key or a rule of a firewall that stays admits what the program no longer declares.",
    instead: remove,
  },
  deleteBeforeReplace: { allowed: "no", why: replacement, instead: remove },
  deletedWith: { allowed: "no", why: "It leaves a resource in place that the program deletes.", instead: remove },
  envVarMappings: { allowed: "no", why: "It is an option of providers.", instead: remove },
  hideDiffs: { allowed: "no", why: "A preview must show what changes.", instead: remove },
  id: { allowed: "no", why: "It reads an existing resource in place of declaring it.", instead: "Use `import`." },
  parent: {
    allowed: "no",
    why: "The URN of a child contains its parent, and the component finds its children by their URNs.",
    instead: "Set `parent` in the options of the component.",
  },
  pluginDownloadURL: { allowed: "no", why: "It decides which provider runs.", instead: "Configure the provider." },
  provider: { allowed: "no", why: "It decides in which account and region a child is.", instead: onComponent },
  replaceOnChanges: { allowed: "no", why: replacement, instead: remove },
  replaceWith: { allowed: "no", why: replacement, instead: remove },
  replacementTrigger: { allowed: "no", why: replacement, instead: remove },
  stateMigrations: { allowed: "no", why: "It changes the recorded properties of a resource.", instead: remove },
  transformations: { allowed: "no", why: propertyChange, instead: onComponent },
  transforms: { allowed: "no", why: propertyChange, instead: onComponent },
  urn: { allowed: "no", why: "It reads an existing resource in place of declaring it.", instead: "Use `import`." },
  version: { allowed: "no", why: "It decides which provider runs.", instead: "Configure the provider." },
};
