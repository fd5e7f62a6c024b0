import { setTimeout as sleep } from "node:timers/promises";
import { ownMember } from "../own-member.ts";
import { checkInputs } from "./check.ts";
import type { Cloud } from "./cloud.ts";
import { type Declared, declaredOf, deleteDeclared, isNamedBy, namesInId, putDeclared } from "./declared.ts";
import { type Difference, differences } from "./difference.ts";
import { computedNames, withEmpty } from "./outputs/computed.ts";
import {
  containsUnknown,
  equal,
  isEmpty,
  isObject,
  type Properties,
  type PropertyValue,
  text,
  UNKNOWN,
  withoutUndefined,
} from "./property-value.ts";
import type { ProviderPackage } from "./provider-package.ts";
import type {
  CheckRequest,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  ReadRequest,
  UpdateRequest,
} from "./provider-request.ts";
import type { RecordChanges } from "./records.ts";
import {
  type Call,
  type CheckCall,
  type CheckFailure,
  type Created,
  PartialFailure,
  type ReadBack,
  type ResourceModel,
  VendorError,
} from "./resource-model.ts";
import { resourceSchemas, type SchemaFile } from "./schema/resource-schema.ts";
import { refusalOf } from "./unmodelled-types.ts";
import { nameOf, typeOf } from "./urn.ts";

/**
 * The shortest time that a write locks its object. It lets unchained writes collide here as they do at the vendor, where a write takes
 * seconds.
 */
const exclusiveMilliseconds = 20;

/** A resource that an engine created, updated or deleted. */
export interface ResourceChange {
  readonly kind: "create" | "update" | "delete";
  readonly urn: string;
  /** The provider's id, also when the engine was killed before it received it. */
  readonly id: string;
}

/** The provider instances of one package. Each is identified by the connection that the engine configured it on. */
export class Provider<Settings> {
  readonly #package: ProviderPackage<Settings>;
  readonly #cloud: Cloud;
  readonly #schema: SchemaFile;
  // All instances of a package share a port, and a call does not name its instance. But each instance has its own connection, and
  // configures it first.
  readonly #instances = new Map<string, Settings>();
  readonly #writing = new Set<string>();
  readonly #changed: (change: ResourceChange) => unknown;

  /** @param changed called with each change before the engine is answered; the answer waits for a promise that it returns */
  constructor(
    served: ProviderPackage<Settings>,
    cloud: Cloud,
    changed: (change: ResourceChange) => unknown = () => {},
  ) {
    this.#package = served;
    this.#cloud = cloud;
    this.#changed = changed;
    this.#schema = resourceSchemas;
  }

  get version(): string {
    return this.#schema.packages[`@pulumi/${this.#package.name}`] ?? "0.0.0";
  }

  configure(peer: string, args: Properties, variables: Readonly<Record<string, string>>): void {
    this.#instances.set(peer, this.#package.configure({ ...variables, ...args }));
  }

  /** Refuses a program whose SDK has another major version than the one that the sandbox knows. */
  checkConfig(news: Properties): readonly CheckFailure[] {
    const wanted = text(news, "version");
    const major = (version: string) => version.replace(/^v/, "").split(".", 1)[0];
    if (wanted === undefined || major(wanted) === major(this.version)) return [];
    const sdk = `@pulumi/${this.#package.name}`;
    const reason =
      `the program uses ${sdk} ${wanted}, and the sandbox knows the resources of ${sdk} ${this.version}; ` +
      `use version ${major(this.version)} of the SDK, or run this stack against the cloud`;
    return [{ property: "version", reason }];
  }

  diffConfig(olds: Properties, news: Properties): readonly Difference[] {
    return differences({ replaces: this.#package.replacingConfig }, news, olds, {}, false);
  }

  async invoke(peer: string, token: string, args: Properties): Promise<Properties> {
    const answer = ownMember(this.#package.functions, token);
    if (answer !== undefined) return answer(this.#settings(peer), args);
    const lookup = ownMember(this.#package.lookups ?? {}, token);
    if (lookup !== undefined) return this.#change((records) => lookup(records, this.#settings(peer), args));
    const type = this.#package.typeRead?.(token);
    const found = type === undefined ? undefined : await this.#readDeclared(peer, type, args);
    if (found !== undefined) return found;
    const others = type === undefined ? "" : ", except for resources that stacks declare here";
    throw new VendorError(
      `the sandbox does not answer ${token}, which reads from the cloud${others}; pass the value as configuration ` +
        `(new pulumi.Config()), or run this stack against the cloud`,
    );
  }

  /** The resource that a stack declared with these names. */
  #readDeclared(peer: string, type: string, args: Properties): Promise<Properties | undefined> {
    return this.#change(async (records) => {
      for (const resource of declaredOf(records, type)) {
        const { id, urn } = resource;
        const found = await this.#model(type).read(this.#call(peer, urn, type, records), id, {});
        if (found !== undefined && isNamedBy(args, resource, found.outputs)) return { ...found.outputs, id };
      }
      return undefined;
    });
  }

  check(
    peer: string,
    request: CheckRequest,
  ): { readonly inputs: Properties; readonly failures: readonly CheckFailure[] } {
    const type = this.#type(request.urn);
    const refusal = this.#refusal(type);
    if (refusal !== undefined) return { inputs: request.news, failures: [{ property: "", reason: refusal }] };
    const model = this.#model(type);
    const call: CheckCall<Settings> = {
      settings: this.#settings(peer),
      records: this.#cloud.records,
      urn: request.urn,
      name: nameOf(request.urn),
      type,
      olds: request.olds,
      autoName: (suffix) => {
        if (request.autonaming === undefined) return `${nameOf(request.urn)}${suffix(request.seed)}`;
        return request.autonaming.disabled ? undefined : request.autonaming.proposed;
      },
    };
    const inputs = model.complete?.(request.news, call) ?? request.news;
    const failures = [...checkInputs(this.#schema, type, inputs), ...(model.verify?.(inputs, call) ?? [])];
    return { inputs, failures };
  }

  diff(peer: string, request: DiffRequest): readonly Difference[] {
    const settings = this.#settings(peer);
    const model = this.#model(this.#type(request.urn));
    const news = {
      ...withAssumed(request.oldInputs, this.#package.assumed?.(settings) ?? {}),
      ...withIgnored(request.news, request.oldInputs, request.ignored),
    };
    return differences(model, news, request.oldInputs, request.state, this.#package.bridged);
  }

  async create(peer: string, request: CreateRequest): Promise<Created> {
    const type = this.#type(request.urn);
    const model = this.#model(type);
    if (request.preview) return { id: "", outputs: this.#previewCreate(type, request.inputs) };
    refuseUnknowns(request.inputs);
    this.#package.admit?.("create", type);
    const { id, outputs } = await completing(type, request.inputs, () =>
      this.#exclusively(type, request.inputs, undefined, () =>
        this.#change(async (records) => {
          const created = await model.create(this.#call(peer, request.urn, type, records), request.inputs);
          this.#declare(records, type, { id: created.id, urn: request.urn, inputs: request.inputs });
          return created;
        }),
      ),
    );
    await this.#changed({ kind: "create", urn: request.urn, id });
    return { id, outputs: withEmpty(type, outputs, request.inputs) };
  }

  async read(peer: string, request: ReadRequest): Promise<(ReadBack & { readonly inputs: Properties }) | undefined> {
    const type = this.#type(request.urn);
    const model = this.#model(type);
    this.#package.admit?.("read", type);
    return this.#change((records) => {
      const found = model.read(this.#call(peer, request.urn, type, records), request.id, request.state);
      if (found === undefined) return undefined;
      // An import by id has no state. It returns only what the vendor returns.
      const isImport = Object.keys(request.state).length === 0;
      const outputs = isImport ? found.outputs : withEmpty(type, found.outputs, request.oldInputs ?? {});
      const named = namesInId(records, type, found.id);
      return { ...found, outputs, inputs: this.#inputsRead(type, found, named, request) };
    });
  }

  async update(peer: string, request: UpdateRequest): Promise<Properties> {
    const type = this.#type(request.urn);
    const model = this.#model(type);
    if (request.preview) return this.#previewUpdate(type, model, request);
    refuseUnknowns(request.inputs);
    this.#package.admit?.("update", type);
    const updated = await completing(type, request.inputs, () =>
      this.#exclusively(type, request.inputs, request.id, () =>
        this.#change((records) => {
          this.#declare(records, type, request);
          return model.update(this.#call(peer, request.urn, type, records), request.id, request);
        }),
      ),
    );
    await this.#changed({ kind: "update", urn: request.urn, id: request.id });
    return withEmpty(type, updated, request.inputs);
  }

  async delete(peer: string, request: DeleteRequest): Promise<void> {
    const type = this.#type(request.urn);
    const model = this.#model(type);
    this.#package.admit?.("delete", type);
    await this.#exclusively(type, request.inputs, request.id, () =>
      this.#change((records) => {
        deleteDeclared(records, type, request.id);
        return model.delete(this.#call(peer, request.urn, type, records), request.id, request.state);
      }),
    );
    await this.#changed({ kind: "delete", urn: request.urn, id: request.id });
  }

  /** Remembers a resource for the package's functions that read one. */
  #declare(records: RecordChanges, type: string, { id, urn, inputs }: Declared): void {
    if (this.#package.typeRead !== undefined) putDeclared(records, type, { id, urn, inputs });
  }

  #change<T>(work: (records: RecordChanges) => Promise<T> | T): Promise<T> {
    return this.#cloud.change(work, (error) => error instanceof PartialFailure);
  }

  async #exclusively<T>(type: string, inputs: Properties, id: string | undefined, work: () => Promise<T>): Promise<T> {
    const lock = this.#package.exclusive?.(type, inputs, id);
    if (lock === undefined) return work();
    const { object, conflict } = lock;
    if (this.#writing.has(object)) {
      throw new VendorError(
        `${conflict}: another write to ${object} is under way. Chain such resources with dependsOn`,
      );
    }
    this.#writing.add(object);
    try {
      const [result] = await Promise.all([work(), sleep(exclusiveMilliseconds)]);
      return result;
    } finally {
      this.#writing.delete(object);
    }
  }

  #settings(peer: string): Settings {
    const settings = this.#instances.get(peer);
    if (settings === undefined) {
      throw new VendorError(
        `The ${this.#package.name} provider on connection ${peer} is not configured. ` +
          "If the sandbox was restarted during this update, run the command again.",
      );
    }
    return settings;
  }

  #call(peer: string, urn: string, type: string, records: RecordChanges): Call<Settings> {
    return { settings: this.#settings(peer), records, ports: this.#cloud.ports, urn, name: nameOf(urn), type };
  }

  #type(urn: string): string {
    return this.#package.plainType(typeOf(urn));
  }

  #model(type: string): ResourceModel<Settings> {
    return ownMember(this.#package.models, type) ?? this.#package.echo;
  }

  /** Why a resource type is refused; undefined for one that is modelled or stored. */
  #refusal(type: string): string | undefined {
    return ownMember(this.#package.models, type) === undefined ? refusalOf(this.#package.unmodelled, type) : undefined;
  }

  /** The outputs of a create at preview: the program's inputs are known, the vendor's outputs are not. */
  #previewCreate(type: string, inputs: Properties): Properties {
    const outputs = this.#schema.resources[type]?.outputs ?? computedNames(type);
    return { ...Object.fromEntries(outputs.map((name) => [name, UNKNOWN])), ...inputs };
  }

  #previewUpdate(type: string, model: ResourceModel<Settings>, request: UpdateRequest): Properties {
    const { inputs, oldInputs, state } = request;
    const outputs: Record<string, PropertyValue | undefined> = { ...state };
    const declared = this.#schema.resources[type]?.outputs;
    for (const name of new Set([...Object.keys(oldInputs), ...Object.keys(inputs)])) {
      if (equal(inputs[name], oldInputs[name])) continue;
      if (declared === undefined || declared.includes(name)) outputs[name] = inputs[name];
      for (const output of model.recomputed?.[name] ?? []) outputs[output] = UNKNOWN;
    }
    return withoutUndefined(outputs);
  }

  /**
   * The inputs that a read implies: the program's inputs with the vendor's present values. For an import by id, which has no state,
   * they are the names in the id, and all outputs that are also inputs.
   */
  #inputsRead(type: string, found: ReadBack, named: Properties, { state, oldInputs = {} }: ReadRequest): Properties {
    if (Object.keys(state).length === 0) {
      if (found.inputs !== undefined) return found.inputs;
      const declared = this.#schema.resources[type]?.inputs ?? {};
      const inputs = Object.entries({ ...named, ...found.outputs }).filter(
        ([name, value]) => name in declared && !isEmpty(value),
      );
      return Object.fromEntries(inputs);
    }
    const drifted = (name: string) =>
      name in found.outputs && name in state && !equal(found.outputs[name], state[name]);
    const inputs = Object.entries(oldInputs).map(([name, value]) => [
      name,
      drifted(name) ? found.outputs[name] : value,
    ]);
    return withoutUndefined(Object.fromEntries(inputs));
  }
}

/** Completes the outputs of a partial failure too, so that a refresh after it shows no changes. */
async function completing<T>(type: string, inputs: Properties, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PartialFailure)) throw error;
    throw new PartialFailure(error.message, error.id, withEmpty(type, error.outputs, inputs));
  }
}

function refuseUnknowns(inputs: Properties): void {
  for (const [name, value] of Object.entries(inputs)) {
    if (containsUnknown(value)) throw new VendorError(`${name}: The value must be known, except at preview.`);
  }
}

/** The provider's own settings for inputs that are recorded, as after an import, and that a program may leave out. */
function withAssumed(oldInputs: Properties, assumed: Properties): Properties {
  return Object.fromEntries(Object.entries(assumed).filter(([name]) => oldInputs[name] !== undefined));
}

/** Restores ignored properties. The engine has restored them, except nested ones of values that were computed since. */
function withIgnored(news: Properties, olds: Properties, ignored: readonly string[]): Properties {
  const result: Record<string, PropertyValue> = { ...news };
  for (const path of ignored) {
    const old = olds[path];
    if (old !== undefined && !isObject(old)) result[path] = old;
  }
  return result;
}
