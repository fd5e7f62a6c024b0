import * as pulumi from "@pulumi/pulumi";
import { PolygateError } from "../../../api/problem.ts";
import { longestName, resourceName } from "../../resource-name.ts";
import { documentHash } from "../../state/last-import.ts";
import { type Recorded, recordedStack, settled } from "../../state/recorded-stack.ts";
import { webAclName } from "../firewall/association.ts";
import { callsOf, type SnapshotCalls } from "./calls.ts";

/** The deployment that a REST API's stage serves, as the last update left it, and what is there for it. */
export interface StableSnapshot {
  /** The id of the API that it is of. */
  readonly restApi: string;
  /** Its `triggers`, word for word: with these it stays. */
  readonly triggers: Readonly<Record<string, string>>;
  /** The id of the deployment that the stage had. It is another one where an update ended before the stage moved. */
  readonly served: unknown;
  /** What it calls. After an update that was to begin a canary, and ended too early, also what that one's document calls. */
  readonly calls: SnapshotCalls;
  /** What documents say of it, see {@link besideMark}; undefined where they need not. */
  readonly mark: string | undefined;
  /** A hash of all that its description comes to; undefined where it was made without a canary. */
  readonly draft: string | undefined;
  /** The functions that check tokens, by the name of the authorizer. */
  readonly authorizers: Readonly<Record<string, { readonly arn: unknown; readonly description: unknown } | undefined>>;
  /** What the stage has of methods, by their path. */
  readonly methods: Readonly<Record<string, Outputs>>;
  /** Usage plans, by name. */
  readonly plans: Readonly<Record<string, Outputs>>;
  readonly webAcl: Outputs | undefined;
}

type Outputs = Readonly<Record<string, unknown>>;

/** What the state says of what is served. */
export interface Standing {
  /** Undefined while this gateway serves nothing. */
  readonly snapshot: StableSnapshot | undefined;
  /** The ids of the APIs that the stack's stages are of, whatever gateway they belong to. */
  readonly staged: readonly string[];
}

/** The URNs of a gateway's resources. */
export interface SnapshotUrns {
  readonly api: pulumi.Output<string>;
  /** Of the resource that has the document as its `body`. */
  readonly document: pulumi.Output<string>;
  readonly deployment: pulumi.Output<string>;
  readonly canary: pulumi.Output<string>;
  readonly stage: pulumi.Output<string>;
}

/** What a canary's deployment notes of the one that it stands beside: the state forgets that with the next import. */
interface Note extends Pick<StableSnapshot, "calls"> {
  readonly document: string;
  readonly draft?: string;
}

/** The trigger of a canary's deployment that says what it stands beside. */
export function besideTrigger(document: string, calls: SnapshotCalls, draft: string | undefined): string {
  const note: Note = { document, calls, ...(draft === undefined ? {} : { draft }) };
  return JSON.stringify(note);
}

/**
 * What a document says that begins a canary: which deployment it stands beside. The state has a document as soon as its import is
 * tried, and by then it was compared with that deployment. So when the update ends before the canary has a deployment, the next one
 * knows that the document calls all that the other deployment does. Later documents say so too, or they would be others.
 */
export function besideMark(document: string): string {
  return document.slice(0, 8);
}

/** @throws {PolygateError} where it cannot be known what a canary would stand beside: all requests would get what some are to get. */
export function standing(
  subject: string,
  name: string,
  { api, document, deployment, canary, stage }: SnapshotUrns,
): pulumi.Output<Standing> {
  const urns = Promise.all([settled(api), settled(document), settled(deployment), settled(canary), settled(stage)]);
  return pulumi.output(
    Promise.all([recordedStack(), urns]).then(
      ([{ resources, unreadable }, [apiUrn, imported, deployed, canaryUrn, stageUrn]]) => {
        if (unreadable !== undefined) throw unknownStable(subject, `the stack's state cannot be read (${unreadable})`);
        const outputs = (urn: string): Outputs => resources[urn]?.outputs ?? {};
        const staged = stagedApis(resources);
        if (resources[stageUrn] === undefined) return { snapshot: undefined, staged };
        const { triggers, restApi } = outputs(deployed);
        const known = knownCalls(triggers, outputs(canaryUrn).triggers, outputs(imported).body);
        if (known === undefined || typeof restApi !== "string") {
          const why = "the last update ended before its description was deployed, or something else deployed another";
          throw unknownStable(subject, why);
        }
        const snapshot: StableSnapshot = {
          restApi,
          triggers: triggers as StableSnapshot["triggers"],
          served: outputs(stageUrn).deployment,
          ...known,
          ...partsOf(resources, name, apiUrn, restApi, known.calls),
        };
        return { snapshot, staged };
      },
    ),
  );
}

export function unknownStable(subject: string, why: string): PolygateError {
  return new PolygateError(subject, [
    {
      code: "canary-unknown-stable",
      place: "canary",
      rule: `it is not known what the other requests are to get: ${why}`,
      remedy: "Deploy once without canary; then a change with it.",
    },
  ]);
}

function stagedApis(resources: Recorded): readonly string[] {
  return Object.entries(resources).flatMap(([urn, resource]) => {
    const restApi = resource?.outputs?.restApi;
    return urn.includes("aws:apigateway/stage:Stage::") && typeof restApi === "string" ? [restApi] : [];
  });
}

/**
 * What a deployment calls: as its canary's deployment notes, or as the document does, if that is what it was made of, or says that it stands
 * beside it.
 */
function knownCalls(
  triggers: unknown,
  canaryTriggers: unknown,
  body: unknown,
): Pick<StableSnapshot, "calls" | "mark" | "draft"> | undefined {
  const { document } = (triggers ?? {}) as { readonly document?: unknown };
  if (typeof document !== "string" || typeof body !== "string") return undefined;
  const mark = besideMark(document);
  const marked = versionOf(body).includes(`(beside ${mark})`);
  const { stable } = (canaryTriggers ?? {}) as { readonly stable?: unknown };
  if (typeof stable === "string") {
    const { calls, draft, ...noted } = JSON.parse(stable) as Note;
    if (noted.document === document) return { calls, draft, mark: marked ? mark : undefined };
  }
  return marked || documentHash(body) === document ? { calls: callsOf(body), draft: undefined, mark } : undefined;
}

function versionOf(document: string): string {
  const { info } = JSON.parse(document) as { readonly info?: { readonly version?: unknown } };
  return String(info?.version);
}

/** What the gateway has beside its deployments. Its resources have one parent, so that their URNs begin alike. */
function partsOf(
  resources: Recorded,
  name: string,
  apiUrn: string,
  restApi: string,
  calls: SnapshotCalls,
): Pick<StableSnapshot, "authorizers" | "methods" | "plans" | "webAcl"> {
  const [parent = ""] = apiUrn.split("$aws:apigateway/restApi:RestApi::");
  const urnOf = (type: string, part: string) => `${parent}$aws:${type}::${part}`;
  /** By what follows this beginning of their names, which another gateway's may have as well. */
  const named = (type: string, beginning: string, isOfApi: (outputs: Outputs) => boolean) => {
    const start = urnOf(type, beginning);
    const found = Object.entries(resources).flatMap(([urn, resource]): readonly (readonly [string, Outputs])[] => {
      const { outputs } = resource ?? {};
      return urn.startsWith(start) && outputs !== undefined && isOfApi(outputs)
        ? [[urn.slice(start.length), outputs]]
        : [];
    });
    return Object.fromEntries(found);
  };
  const authorizers = Object.keys(calls.authorizers).map((key) => {
    const part = resourceName(`${name}-authorizer-${key}`, longestName);
    const { arn, description } = resources[urnOf("lambda/function:Function", part)]?.outputs ?? {};
    return [key, { arn, description }] as const;
  });
  const settings = named(
    "apigateway/methodSettings:MethodSettings",
    `${name}-throttle-`,
    (outputs) => outputs.restApi === restApi,
  );
  return {
    authorizers: Object.fromEntries(authorizers),
    methods: Object.fromEntries(
      Object.entries(settings).map(([path, { settings: entry }]) => [path, (entry ?? {}) as Outputs]),
    ),
    plans: named("apigateway/usagePlan:UsagePlan", `${name}-plan-`, ({ apiStages }) =>
      (Array.isArray(apiStages) ? apiStages : []).some(({ apiId }) => apiId === restApi),
    ),
    webAcl: resources[urnOf("wafv2/webAcl:WebAcl", webAclName(name))]?.outputs,
  };
}
