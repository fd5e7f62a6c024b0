import type { Deployment, StageArgs } from "@pulumi/aws/apigateway/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Bindings } from "../../../api/binding/binding.ts";
import type { Api } from "../../../api/checked-api.ts";
import { PolygateError } from "../../../api/problem.ts";
import { documentHash } from "../../state/last-import.ts";
import { withVersionNote } from "../../state/version-note.ts";
import { presentsCertificate } from "../client-certificate.ts";
import { declareDeployment, type SnapshotSource, type Triggers } from "../deployment.ts";
import type { WebAclSettings } from "../firewall/web-acl.ts";
import { authorizerDescriptions } from "../functions.ts";
import type { RestApiOwner } from "../owner.ts";
import { upcomingMethodSettings } from "../stage/method-settings.ts";
import type { RestApiSettings } from "../stage/settings.ts";
import type { RestApiDocument } from "../target.ts";
import type { RestApiUrns } from "../urns.ts";
import { callsOf } from "./calls.ts";
import type { Canary } from "./canary.ts";
import { checkCanaryChange } from "./check.ts";
import { type RecordedDeployment, recordedDeployment, unknownStable } from "./recorded-deployment.ts";
import { type StableDeployment, stableTrigger, stableVersionNote } from "./stable-deployment.ts";

/** The gateway that a canary belongs to, before any of its resources is declared. */
export interface CanaryGateway {
  readonly owner: RestApiOwner;
  readonly urns: RestApiUrns;
  readonly api: Api;
  readonly bindings: pulumi.Output<Bindings>;
  /** The compiled description, with placeholders for the functions that verify tokens. */
  readonly document: pulumi.Output<RestApiDocument>;
  readonly settings: RestApiSettings;
  readonly metrics: boolean | undefined;
  readonly webAcl: WebAclSettings | undefined;
}

/**
 * A canary release of a REST API.
 *
 * The canary has a deployment of its own, always of the newest description. The stable deployment does not change while there is a
 * canary, since it gets the triggers that the state contains. Both deployments are created after an import and before the stage
 * refers to them. While the description has not changed, both are deployments of the same description.
 */
export class CanaryRelease {
  /** The bindings, known once the change is checked: it removes nothing that the stable deployment needs. */
  readonly bindings: pulumi.Output<Bindings>;
  readonly #canary: Canary;
  readonly #gateway: CanaryGateway;
  readonly #recorded: pulumi.Output<RecordedDeployment>;
  /** A hash of everything compiled from the description, except the functions that verify tokens. */
  readonly #draft: pulumi.Output<string>;

  constructor(canary: Canary, gateway: CanaryGateway) {
    this.#canary = canary;
    this.#gateway = gateway;
    const { owner, urns, document, settings, webAcl } = gateway;
    this.#recorded = recordedDeployment(owner.subject, owner.name, urns);
    this.#draft = document.apply(({ document: text }) => documentHash(JSON.stringify([text, settings, webAcl])));
    this.bindings = this.#checkedBindings();
  }

  #checkedBindings(): pulumi.Output<Bindings> {
    const { owner, api, bindings, document, settings, metrics, webAcl } = this.#gateway;
    const authorizers = authorizerDescriptions(api, bindings);
    const methods = upcomingMethodSettings(owner, settings.methods, metrics);
    return pulumi
      .all([bindings, this.#recorded, document, authorizers, methods, this.#draft])
      .apply(([values, { stable }, { document: text }, descriptions, entries, draft]) => {
        if (stable === undefined) return values as Bindings;
        const upcoming = {
          calls: callsOf(text),
          authorizers: descriptions,
          methods: entries,
          plans: settings.plans,
          webAcl,
          presentsCertificate: presentsCertificate(api),
          draft,
        };
        const problems = checkCanaryChange(stable as StableDeployment, upcoming, api);
        if (problems.length > 0) throw new PolygateError(owner.subject, problems);
        return values as Bindings;
      });
  }

  /** Adds the mark of the stable deployment to the document's version, if the state does not record that deployment elsewhere. */
  marked(document: pulumi.Output<string>): pulumi.Output<string> {
    return pulumi
      .all([document, this.#recorded])
      .apply(([text, { stable }]) =>
        stable?.mark === undefined ? text : withVersionNote(text, stableVersionNote(stable.mark)),
      );
  }

  /** The stable deployment, if it is one of this API; undefined if there is no stage yet, or if the API is a new one. */
  #stableOf({ restApi }: SnapshotSource): pulumi.Output<StableDeployment | undefined> {
    return pulumi.all([this.#recorded, restApi.id]).apply(([{ stable, stagedApis }, id]) => {
      if (stable?.restApi === id) return stable as StableDeployment;
      if (stagedApis.includes(id)) {
        throw unknownStable(this.#gateway.owner.subject, "The gateway had another name in the last update.");
      }
      return undefined;
    });
  }

  /** The triggers of the stable deployment: those of the state, or the newest ones if there is no stable deployment yet. */
  stableTriggers(newest: SnapshotSource): Triggers {
    return pulumi
      .all([this.#stableOf(newest), newest.triggers])
      .apply(([stable, triggers]) => ({ ...(stable?.triggers ?? triggers) }));
  }

  /**
   * Declares the canary's deployment, and returns the stage's settings for it.
   *
   * The settings are undefined if the last update ended after it created a deployment and before the stage moved to it. A stage with a
   * canary cannot move (see {@link Canary}), so this update moves the stage, and the next one begins the canary.
   *
   * @param document the document that the canary's deployment is a snapshot of
   * @param deployment the stable deployment
   * @param hasCache whether the stage has a cache: the canary's responses are then cached apart from the others
   */
  declare(
    newest: SnapshotSource,
    document: pulumi.Output<string>,
    deployment: Deployment,
    hasCache: boolean,
  ): pulumi.Output<StageArgs["canarySettings"]> {
    const stable = this.#stableOf(newest);
    const triggers = this.#canaryTriggers(newest, stable, document);
    const canary = declareDeployment(this.#gateway.owner, "canary-deployment", { ...newest, triggers });
    return pulumi.all([stable, deployment.id, canary.id]).apply(([recorded, id, deploymentId]) => {
      if (recorded !== undefined && recorded.served !== id) {
        this.#log(
          "warn",
          "The last update ended before its stage moved. This update moves it; the next one begins a canary.",
        );
        return undefined;
      }
      if (recorded === undefined) {
        this.#log("info", "No deployment is served yet, so all requests get this description.");
      }
      return { deploymentId, percentTraffic: this.#canary.percent, useStageCache: hasCache };
    });
  }

  /** The newest triggers, and a record of the stable deployment. */
  #canaryTriggers(
    { triggers }: SnapshotSource,
    stable: pulumi.Output<StableDeployment | undefined>,
    document: pulumi.Output<string>,
  ): Triggers {
    return pulumi.all([stable, triggers, document, this.#draft]).apply(
      ([recorded, newest, text, draft]): Record<string, string> => ({
        ...newest,
        stable:
          recorded === undefined
            ? stableTrigger(newest.document ?? "", callsOf(text), draft)
            : stableTrigger(recorded.triggers.document ?? "", recorded.calls, recorded.draft),
      }),
    );
  }

  #log(severity: "info" | "warn", text: string): void {
    void pulumi.log[severity](`canary: ${text}`, this.#gateway.owner.parent);
  }
}
