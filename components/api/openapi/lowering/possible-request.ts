import { withBody } from "../../check/request.ts";
import type { BodySchema, RequestShape } from "../../description.ts";
import type { Reader } from "../../reader.ts";
import type { OpenApiOperation } from "../document.ts";
import type { Remark } from "../security/alternatives.ts";
import type { OpenApiSource } from "../source.ts";
import { lower } from "./body-schema.ts";
import { type Cause, causeOf, type Loss } from "./loss.ts";
import { essence, isJson, isRangeOfJson } from "./media-type.ts";
import { type Lose, requiredNames } from "./parameter.ts";
import { SchemaReader } from "./read-schema.ts";
import { anything, LazyShape } from "./shape.ts";

const JSON_TYPE = "application/json";

const optional = causeOf("bodies that may be missing", "a gateway refuses an empty body, which the document allows");
const otherTypes = causeOf("bodies of other types than JSON", "gateways check only JSON");
const malformed = causeOf("bodies that are not as OpenAPI has them", "what they mean is not known");
const severalSchemas = causeOf(
  "which schema applies to a body, by its media type",
  "a gateway checks what all of them require",
);
const meaningless = causeOf(
  `bodies of other methods than ${withBody.join(", ")}`,
  "such a body has no meaning in HTTP",
);

/**
 * The schemas that all bodies of a document have together, about: each body may have a part of what the ones before left. So a large
 * document takes no longer than its size.
 */
const budget = 30_000;
const shareForBody = 1 / 30;
const mostForBody = 1_000;
/** However many there are before. */
const leastForBody = 40;

/** What a gateway can check of the requests of an operation, and what it leaves unchecked. */
export interface PossibleRequest {
  /** Undefined if nothing can be checked. */
  readonly request: RequestShape | undefined;
  readonly unchecked: readonly Remark[];
}

/** A schema that gateways check, and where it checks less than the document requires. */
interface Body {
  readonly schema: BodySchema;
  readonly losses: readonly Loss[];
}

/** What a gateway can check of the requests of a document, without refusing what the document allows. */
export class PossibleRequests {
  readonly #schemas: SchemaReader;
  readonly #isNew: boolean;
  readonly #bodies = new Map<LazyShape, Body>();
  #budget = budget;

  constructor(document: OpenApiSource) {
    this.#schemas = new SchemaReader(document);
    this.#isNew = !String(document.root.at("openapi").value).startsWith("3.0");
  }

  /** What can be checked of the requests of one operation. */
  of(operation: OpenApiOperation): PossibleRequest {
    const left = new Map<Cause, Set<string>>();
    const request = this.#requestOf(operation, (cause, place) => {
      left.set(cause, (left.get(cause) ?? new Set()).add(place));
    });
    return { request, unchecked: [...left].map(([cause, places]) => ({ ...cause, places: [...places] })) };
  }

  #requestOf(operation: OpenApiOperation, lose: Lose): RequestShape | undefined {
    const { query, headers } = requiredNames(operation, this.#schemas, lose);
    const requestBody = operation.operation.at("requestBody");
    const body = requestBody.present ? this.#body(operation, requestBody, lose) : undefined;
    if (query.length + headers.length === 0 && body === undefined) return undefined;
    return {
      ...(query.length === 0 ? {} : { query }),
      ...(headers.length === 0 ? {} : { headers }),
      ...body,
      uncheckable: "report",
    };
  }

  #body(
    { source, key }: OpenApiOperation,
    requestBody: Reader,
    lose: Lose,
  ): Pick<RequestShape, "body" | "bodyTypes"> | undefined {
    const found = source.find(requestBody);
    const leave = (cause: Cause): undefined => lose(cause, source.pointer(requestBody.place)) as undefined;
    const content = found?.reader.at("content");
    if (found === undefined || content === undefined || !content.isObject) return leave(malformed);
    if (!withBody.includes(key.split(" ")[0] ?? "")) return leave(meaningless);
    if (found.reader.at("required").value !== true) return leave(optional);
    const types = content.keys();
    const checked = types.some(isJson) ? types.filter(isJson) : types.filter(isRangeOfJson);
    if (checked.length < types.length || !checked.every(isJson)) {
      lose(otherTypes, found.source.pointer(content.place));
    }
    if (checked.length === 0) return undefined;
    const isWhole = checked.length === types.length && checked.every(isJson);
    const shape = this.#shapeOf(found.source, content, checked, lose);
    const { schema, losses } = this.#lower(shape, found.source.pointer(content.place));
    for (const { cause, place } of losses) lose(cause, place);
    const names = checked.map((type) => (isJson(type) ? essence(type) : JSON_TYPE));
    return { body: schema, ...(isWhole ? {} : { bodyTypes: [...new Set(names)] }) };
  }

  /** Lowers a shape once, however many bodies have it. */
  #lower(shape: LazyShape, place: string): Body {
    const known = this.#bodies.get(shape);
    if (known !== undefined) return known;
    const losses: Loss[] = [];
    const most = Math.max(leastForBody, Math.min(mostForBody, Math.floor(this.#budget * shareForBody)));
    const lose: Lose = (cause, at) => {
      losses.push({ cause, place: at });
    };
    const { schema, count } = lower(shape, { most, isNew: this.#isNew, place, lose });
    this.#budget -= count;
    const body = { schema, losses };
    this.#bodies.set(shape, body);
    return body;
  }

  /** The shape of the bodies of some media types. */
  #shapeOf(source: OpenApiSource, content: Reader, types: readonly string[], lose: Lose): LazyShape {
    const place = source.pointer(content.place);
    const shapes = types.map((type) => {
      const schema = content.at(type).at("schema");
      return schema.present ? this.#schemas.of(source, schema) : new LazyShape(() => anything);
    });
    const [first, ...others] = new Set(shapes);
    if (others.length > 0) lose(severalSchemas, place);
    return others.reduce((all, next) => this.#schemas.either(all, next, place), first as LazyShape);
  }
}
