import type { Deployment, DeploymentArgs, MethodSettingsArgs, StageArgs } from "@pulumi/aws/apigateway/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Bindings } from "../../../api/binding/binding.ts";
import type { Api } from "../../../api/checked-api.ts";
import { PolygateError } from "../../../api/problem.ts";
import type { Transform } from "../../../gateway/transform.ts";
import { documentHash } from "../../state/last-import.ts";
import { withVersionNote } from "../../state/version-note.ts";
import { type SnapshotParts, snapshot, type Triggers } from "../deployment.ts";
import type { WebAclSettings } from "../firewall/web-acl.ts";
import { authorizerDescriptions } from "../functions.ts";
import { foreseenMethodSettings } from "../stage/method-settings.ts";
import type { RestApiSettings } from "../stage/settings.ts";
import type { RestApiDocument } from "../target.ts";
import { callsOf } from "./calls.ts";
import type { Canary } from "./canary.ts";
import { checkBeside } from "./check.ts";
import {
  besideTrigger,
  type SnapshotUrns,
  type StableSnapshot,
  type Standing,
  standing,
  unknownStable,
} from "./stable-deployment.ts";

/** The gateway that a canary is of, before anything of it is registered. */
export interface CanaryParts {
  readonly subject: string;
  readonly name: string;
  readonly parent: pulumi.Resource;
  readonly urns: SnapshotUrns;
  readonly api: Api;
  readonly bindings: pulumi.Output<Bindings>;
  /** With placeholders for the functions that check tokens. */
  readonly document: pulumi.Output<RestApiDocument>;
  readonly settings: RestApiSettings;
  readonly metrics: boolean | undefined;
  readonly webAcl: WebAclSettings | undefined;
  readonly transform: {
    readonly deployment?: Transform<DeploymentArgs>;
    readonly methodSettings?: Transform<MethodSettingsArgs>;
  };
}

/**
 * A canary release of a REST API. It has a deployment of its own, always of the newest description; the other deployment stays what it
 * was while there is a canary, since its triggers are those that the state has. Both are made after an import and before the
 * stage names them. While nothing has changed, both are of one description.
 */
export class CanaryRelease {
  /** The bindings, once it is known that the change takes nothing away from what goes on beside the canary. */
  readonly bindings: pulumi.Output<Bindings>;
  readonly #parts: CanaryParts;
  readonly #canary: Canary;
  readonly #standing: pulumi.Output<Standing>;
  /** A hash of all that the description comes to, but for the functions that check tokens. */
  readonly #draft: pulumi.Output<string>;

  constructor(canary: Canary, parts: CanaryParts) {
    this.#canary = canary;
    this.#parts = parts;
    this.#standing = standing(parts.subject, parts.name, parts.urns);
    const { document, settings, webAcl } = parts;
    this.#draft = document.apply(({ document: text }) => documentHash(JSON.stringify([text, settings, webAcl])));
    this.bindings = this.#checked();
  }

  #checked(): pulumi.Output<Bindings> {
    const { subject, api, bindings, document, settings, metrics, webAcl, transform } = this.#parts;
    const authorizers = authorizerDescriptions(api, bindings);
    const methods = foreseenMethodSettings(transform.methodSettings, settings.methods, metrics);
    return pulumi
      .all([bindings, this.#standing, document, authorizers, methods, this.#draft])
      .apply(([values, { snapshot: stable }, { document: text }, descriptions, entries, draft]) => {
        if (stable === undefined) return values as Bindings;
        const foreseen = {
          calls: callsOf(text),
          authorizers: descriptions,
          methods: entries,
          plans: settings.plans,
          webAcl,
          draft,
        };
        const problems = checkBeside(stable as StableSnapshot, foreseen, api);
        if (problems.length > 0) throw new PolygateError(subject, problems);
        return values as Bindings;
      });
  }

  /** The document, with a note in its version of what it stands beside, where nothing else has that yet. */
  noted(document: pulumi.Output<string>): pulumi.Output<string> {
    return pulumi
      .all([document, this.#standing])
      .apply(([text, { snapshot: stable }]) =>
        stable?.mark === undefined ? text : withVersionNote(text, `beside ${stable.mark}`),
      );
  }

  /** What goes on beside the canary; undefined where nothing does: there is no stage yet, or the API is another. */
  #beside({ made }: SnapshotParts): pulumi.Output<StableSnapshot | undefined> {
    const { subject } = this.#parts;
    return pulumi.all([this.#standing, made.id]).apply(([{ snapshot: stable, staged }, id]) => {
      if (stable?.restApi === id) return stable as StableSnapshot;
      if (staged.includes(id)) throw unknownStable(subject, "the gateway had another name in the last update");
      return undefined;
    });
  }

  /** The triggers of the deployment that is not the canary's. */
  stableTriggers(parts: SnapshotParts): Triggers {
    return pulumi
      .all([this.#beside(parts), parts.triggers])
      .apply(([stable, triggers]) => ({ ...(stable?.triggers ?? triggers) }));
  }

  /**
   * The canary's deployment, and what the stage says of it.
   *
   * Where the last update ended between a new deployment and the stage, this one has the stage catch up, and a canary comes with the
   * next: a stage with a canary cannot move (see {@link Canary}).
   *
   * @param body the document that the snapshot is of
   * @param stable the other deployment
   * @param cached whether the stage has a cache. Answers of the two deployments are kept apart
   */
  deploy(
    parts: SnapshotParts,
    body: pulumi.Output<string>,
    stable: Deployment,
    cached: boolean,
  ): pulumi.Output<StageArgs["canarySettings"]> {
    const { name, parent, transform } = this.#parts;
    const beside = this.#beside(parts);
    const noted = pulumi.all([beside, parts.triggers, body, this.#draft]).apply(
      ([stood, triggers, text, draft]): Record<string, string> => ({
        ...triggers,
        stable:
          stood === undefined
            ? besideTrigger(triggers.document ?? "", callsOf(text), draft)
            : besideTrigger(stood.triggers.document ?? "", stood.calls, stood.draft),
      }),
    );
    const deployment = snapshot(
      `${name}-canary-deployment`,
      { ...parts, triggers: noted },
      { parent },
      transform.deployment,
    );
    const settings = { percentTraffic: this.#canary.percent, useStageCache: cached };
    return pulumi.all([beside, stable.id, deployment.id]).apply(([stood, id, deploymentId]) => {
      if (stood === undefined) {
        void pulumi.log.info(
          "canary: nothing is served yet to stand beside, so all requests get this description",
          parent,
        );
      } else if (stood.served !== id) {
        void pulumi.log.warn(
          "canary: the last update ended before its stage moved; this one ends it, and the next one begins a canary",
          parent,
        );
        return undefined;
      }
      return { deploymentId, ...settings };
    });
  }
}
