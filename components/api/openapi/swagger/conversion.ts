import { createRequire } from "node:module";
import { ANY_METHOD, methods } from "../document.ts";
import { members } from "./members.ts";
import { type Data, isBody, isData, isWhole, type Parameter, parametersOf } from "./parameters.ts";
import { PlaceMap, type Steps } from "./place-map.ts";

const require = createRequire(import.meta.url);

/** A document that was converted, and where its values are in the document as it is written. */
export interface Converted {
  readonly data: Data;
  readonly places: PlaceMap;
}

/** What an operation has in OpenAPI 3 in place of the parameters, and media types, of Swagger 2.0. */
type Request = Readonly<Record<"parameters" | "requestBody", unknown>>;

/**
 * Converts a Swagger 2.0 document to OpenAPI 3.0. The library converts servers, security schemes, parameters, bodies and schemas.
 * What both versions declare in the same form is taken from the document itself: paths, methods, `security` and extensions. So the
 * library cannot lose an operation, or change what it requires.
 */
export function converted(root: Data): Converted {
  const conversion = new Conversion(root);
  return { data: conversion.data(), places: conversion.places };
}

class Conversion {
  readonly places = new PlaceMap();
  readonly #root: Data;
  /** The operations as the library converts them. */
  readonly #library: Data;

  constructor(root: Data) {
    this.#root = root;
    this.#library = this.#byLibrary();
    this.#mapRoot();
  }

  data(): Data {
    const { servers, components } = this.#library as { readonly servers?: unknown; readonly components?: Data };
    const kept = only(this.#root, ["info", "security", "tags", "externalDocs"]);
    const schemes = this.#root.securityDefinitions;
    return {
      openapi: "3.0.4",
      ...kept,
      ...(servers === undefined ? {} : { servers }),
      ...(Object.hasOwn(this.#root, "paths") ? { paths: this.#paths() } : {}),
      components: {
        ...(isData(components?.schemas) ? { schemas: components.schemas } : {}),
        ...(schemes === undefined ? {} : { securitySchemes: this.#schemes(schemes, components?.securitySchemes) }),
      },
    };
  }

  /** The document with only what the library is needed for, after it has converted it. It changes what it is given. */
  #byLibrary(): Data {
    const { upgradeFromTwoToThree } =
      require("@scalar/openapi-upgrader/2.0-to-3.0") as typeof import("@scalar/openapi-upgrader/2.0-to-3.0");
    const { host, basePath, schemes, definitions, securityDefinitions } = this.#root;
    const isPath = typeof basePath === "string" && basePath.startsWith("/");
    const prepared = {
      swagger: "2.0",
      ...(typeof host === "string" ? { host } : {}),
      ...(isPath ? { basePath } : {}),
      ...(Array.isArray(schemes) ? { schemes } : {}),
      ...(isData(definitions) ? { definitions } : {}),
      ...(isData(securityDefinitions) ? { securityDefinitions: valuesThatAreData(securityDefinitions) } : {}),
      paths: mapped(this.#root.paths, (item, path) =>
        Object.fromEntries(operationsOf(item).map(([method]) => [method, this.#prepared(item, path, method)])),
      ),
    };
    return upgradeFromTwoToThree(structuredClone(prepared)) as Data;
  }

  /** The parameters and media types of an operation. A body of its path is its own. */
  #prepared(item: Data, path: string, method: string): Data {
    const { plain, bodies } = this.#parametersOf(item, path, method);
    const convertible = [...plain.filter(isWhole), ...bodies].map(({ value }) => structuredClone(value));
    return { parameters: convertible, consumes: mediaTypes(item[method] as Data, this.#root) };
  }

  #parametersOf(
    item: Data,
    path: string,
    method: string,
  ): { readonly plain: readonly Parameter[]; readonly bodies: readonly Parameter[] } {
    const own = parametersOf(this.#root, item[method] as Data, ["paths", path, method]);
    const shared = parametersOf(this.#root, item, ["paths", path]);
    const bodies = own.some(isBody) ? own.filter(isBody) : shared.filter(isBody);
    return { plain: own.filter((parameter) => !isBody(parameter)), bodies };
  }

  #paths(): unknown {
    const { paths } = this.#root;
    if (!isData(paths)) return paths;
    const items = Object.entries(paths).map(([path, item]) => [path, this.#path(path, item)]);
    return Object.fromEntries(items);
  }

  #path(path: string, item: unknown): unknown {
    if (path.startsWith("x-") || !isData(item)) return item;
    const shared = parametersOf(this.#root, item, ["paths", path]).filter((parameter) => !isBody(parameter));
    this.#mapParameters(["paths", path], shared);
    return {
      ...only(item, ["$ref"]),
      ...(shared.length === 0 ? {} : { parameters: shared.map(({ value }) => value) }),
      ...Object.fromEntries(operationsOf(item).map(([method]) => [method, this.#operation(item, path, method)])),
    };
  }

  #operation(item: Data, path: string, method: string): Data {
    const steps = ["paths", path, method];
    const { plain, bodies } = this.#parametersOf(item, path, method);
    const request = (this.#library.paths as Record<string, Record<string, Request>>)[path]?.[method];
    const list = Array.isArray(request?.parameters) ? request.parameters : [];
    const rest = list.values();
    this.#mapParameters(steps, plain);
    this.#mapBody(steps, bodies, request?.requestBody);
    const dropped = ["consumes", "produces", "schemes", "parameters"];
    const operation = only(item[method] as Data, [
      ...members.operation.filter((each) => !dropped.includes(each)),
      "$ref",
    ]);
    return {
      ...operation,
      ...(plain.length === 0
        ? {}
        : { parameters: plain.map((each) => (isWhole(each) ? rest.next().value : each.value)) }),
      ...(request?.requestBody === undefined ? {} : { requestBody: request.requestBody }),
    };
  }

  /** The schemes. Their extensions are those of the document. */
  #schemes(written: unknown, byLibrary: unknown): unknown {
    if (!isData(written)) return written;
    const schemes = isData(byLibrary) ? byLibrary : {};
    return Object.fromEntries(
      Object.entries(written).map(([name, scheme]) => {
        const other = Object.hasOwn(schemes, name) ? schemes[name] : undefined;
        return [name, isData(scheme) && isData(other) ? { ...other, ...only(scheme, []) } : scheme];
      }),
    );
  }

  #mapRoot(): void {
    const { places } = this;
    places.set(["openapi"], ["swagger"]);
    places.set(["servers"], [Object.hasOwn(this.#root, "basePath") ? "basePath" : "host"], true);
    places.set(["components"], [], true);
    places.set(["components", "schemas"], ["definitions"]);
    places.set(["components", "securitySchemes"], ["securityDefinitions"]);
    const { securityDefinitions } = this.#root;
    for (const name of isData(securityDefinitions) ? Object.keys(securityDefinitions) : []) {
      const written = ["securityDefinitions", name];
      places.set(["components", "securitySchemes", name, "flows"], written, true);
      places.set(["components", "securitySchemes", name, "scheme"], [...written, "type"], true);
    }
  }

  #mapParameters(owner: Steps, parameters: readonly Parameter[]): void {
    for (const [index, { steps }] of parameters.entries()) {
      this.places.set([...owner, "parameters", String(index)], steps);
    }
  }

  #mapBody(owner: Steps, bodies: readonly Parameter[], requestBody: unknown): void {
    const [first] = bodies;
    if (first === undefined || !isData(requestBody)) return;
    const body = [...owner, "requestBody"];
    this.places.set(body, first.steps);
    this.places.set([...body, "content"], first.steps, true);
    for (const type of isData(requestBody.content) ? Object.keys(requestBody.content) : []) {
      const schema = [...body, "content", type, "schema"];
      const isForm = (first.value as Data).in === "formData";
      this.places.set(schema, isForm ? first.steps : [...first.steps, "schema"], isForm);
    }
  }
}

/** The media types of an operation's bodies. Without any, what the body is remains open, so that it cannot be checked. */
function mediaTypes(operation: Data, root: Data): readonly string[] {
  const declared = [operation.consumes, root.consumes].find(Array.isArray) as readonly unknown[] | undefined;
  return (declared ?? []).filter((type) => typeof type === "string");
}

/** The operations of a path that can be converted. */
function operationsOf(item: Data): readonly (readonly [string, Data])[] {
  return [...methods, ANY_METHOD].flatMap((method) => {
    const operation = Object.hasOwn(item, method) ? item[method] : undefined;
    return isData(operation) ? [[method, operation] as const] : [];
  });
}

/** The members with these names, and the extensions. */
function only(owner: Data, names: readonly string[]): Data {
  return Object.fromEntries(Object.entries(owner).filter(([name]) => names.includes(name) || name.startsWith("x-")));
}

function valuesThatAreData(owner: Data): Data {
  return Object.fromEntries(Object.entries(owner).filter(([, value]) => isData(value)));
}

/** Another value for each path. */
function mapped(paths: unknown, of: (item: Data, path: string) => Data): Data {
  if (!isData(paths)) return {};
  return Object.fromEntries(
    Object.entries(paths).flatMap(([path, item]) =>
      path.startsWith("x-") || !isData(item) ? [] : [[path, of(item, path)]],
    ),
  );
}
