import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import fc from "fast-check";
import type { Answer } from "../../../cli/init/answer-flags.ts";
import { identity, type OpenQuestion } from "../../../cli/init/open-questions.ts";
import { OverlayDraft } from "../../../cli/init/overlay-draft.ts";
import { type Answerer, noOptional, settle } from "../../../cli/init/settle.ts";
import { readingOf } from "../../../components/api/openapi/from-openapi.ts";
import { OpenApiSource } from "../../../components/api/openapi/source.ts";
import { Folder } from "../../support/cli/command.ts";

type Alternative = Readonly<Record<string, readonly string[]>>;

/** Every type of scheme, some with names that need care. */
const schemes: Readonly<Record<string, object>> = Object.fromEntries([
  ["staff", { type: "oauth2", flows: {}, "x-polygate": { audiences: ["orders"] } }],
  ["oidc", { type: "openIdConnect", openIdConnectUrl: "https://a.example.com" }],
  ["bearer", { type: "http", scheme: "bearer" }],
  ["basic", { type: "http", scheme: "basic" }],
  ["query", { type: "apiKey", in: "query", name: "key" }],
  ["key", { type: "apiKey", in: "header", name: "x-api-key" }],
  ["tls", { type: "mutualTLS" }],
  ["__proto__", { type: "http", scheme: "digest" }],
  ["a: \u001b[31m=b", { type: "http", scheme: "basic" }],
]);
const names = Object.keys(schemes);
const operations = ["/a", "/b/", "/c/{id}.json?d=e"];

const scopes = fc.constantFrom<readonly string[]>([], [], ["read"], ["read", "write"], ["x\u001b]0;y"]);
const single = fc
  .tuple(fc.constantFrom(...names), scopes)
  .map(([name, list]): Alternative => Object.fromEntries([[name, ["staff", "oidc"].includes(name) ? list : []]]));
const alternative = fc.oneof(
  { weight: 6, arbitrary: single },
  {
    weight: 3,
    arbitrary: fc
      .array(single, { minLength: 2, maxLength: 3 })
      .map((all): Alternative => Object.fromEntries(all.flatMap((one) => Object.entries(one)))),
  },
  { weight: 1, arbitrary: fc.constant<Alternative>({}) },
);
/** Alternatives of one scheme that differ in their scopes: a route can require one of several scopes or all, but not this. */
const mixed = fc.constant<readonly Alternative[]>([{ staff: ["read", "write"] }, { staff: ["admin"] }]);
const security = fc.option(
  fc.oneof({ weight: 6, arbitrary: fc.array(alternative, { maxLength: 3 }) }, { weight: 1, arbitrary: mixed }),
  { nil: undefined },
);
const extension = fc.option(fc.constantFrom("x-google-quota", "x-amazon-apigateway-policy", "x-kong-name"), {
  nil: undefined,
});
const documents = fc.record({
  root: security,
  own: fc.array(security, { minLength: 3, maxLength: 3 }),
  extension,
  hasUnservable: fc.boolean(),
});

type Case = typeof documents extends fc.Arbitrary<infer T> ? T : never;

function documentOf({ root, own, extension: name, hasUnservable }: Case, from = 0): object {
  const paths = operations
    .slice(from)
    .map((path, index) => [path, { get: { responses: {}, security: own[index + from] } }]);
  return {
    openapi: "3.1.0",
    info: { title: "Orders", version: "1" },
    security: root,
    components: { securitySchemes: schemes },
    paths: { ...Object.fromEntries(paths), ...(hasUnservable ? { "/d#e": { get: { responses: {} } } } : {}) },
    ...(name === undefined ? {} : { [name]: {} }),
  };
}

/** Gives the answers that numbers choose, each valid for its question. */
class NumberedAnswerer implements Answerer {
  readonly asked: OpenQuestion[] = [];
  readonly #numbers: readonly number[];

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  async answer(
    question: OpenQuestion,
    before: Answer | undefined,
    { auths }: { readonly auths: readonly string[] },
  ): Promise<Answer | undefined> {
    const { choices, name, example } = question;
    this.asked.push(question);
    if (question.isCovering && before !== undefined) return before;
    const number = this.#numbers[this.asked.length % this.#numbers.length] ?? 0;
    const others = auths.filter((each) => each !== name);
    const possible = choices.filter(
      ({ fields }) => others.length > 0 || !fields.some((field) => field.name === "auth"),
    );
    const choice = possible[number % possible.length];
    if (choice === undefined) return example as Answer;
    const members = choice.fields.map((field) => [
      field.name,
      field.name === "auth"
        ? others[number % others.length]
        : field.name === "name"
          ? "clients"
          : field.name === "order"
            ? (example as { readonly order: readonly unknown[] }).order
            : field.kind === "list"
              ? ["orders"]
              : `reason ${number}: # "quoted" \\u001b '`,
    ]);
    if (choice.kind === undefined && choice.meaning === "") return String(members[0]?.[1]);
    return { ...(choice.kind === undefined ? {} : { kind: choice.kind }), ...Object.fromEntries(members) };
  }
}

const neverAnswers: Answerer = { answer: async () => undefined };
const head = { document: "api.json", title: "Orders\u001b[2J" };

describe("The questions of polygate init about any document", () => {
  let folder: Folder;
  const numbers = fc.array(fc.nat({ max: 1000 }), { minLength: 5, maxLength: 5 });
  const runs = { numRuns: Number(process.env.POLYGATE_RUNS ?? 100) };

  before(() => {
    folder = new Folder();
  });

  after(() => folder.remove());

  function write(document: object): string {
    return folder.write("api.json", JSON.stringify(document));
  }

  /** The problems that `check` finds with the overlay as it is written. */
  function check(file: string, text: string): ReturnType<typeof readingOf> {
    writeFileSync(folder.at("api.polygate.yaml"), text);
    return readingOf(file, { overlay: folder.at("api.polygate.yaml") }, false);
  }

  it("are all that an answer can settle: once they are answered, check has no problem with a question", async () => {
    const kinds = new Set<string>();
    let carried = 0;
    await fc.assert(
      fc.asyncProperty(documents, numbers, async (each, chosen) => {
        const file = write(documentOf(each));
        const draft = new OverlayDraft(undefined, head);
        const answerer = new NumberedAnswerer(chosen);
        const { open } = await settle(OpenApiSource.open(file), draft, answerer, noOptional);
        assert.deepEqual(open, []);
        for (const { kind } of answerer.asked) kinds.add(kind.flag);
        const { problems } = draft.data === undefined ? readingOf(file, {}, false) : check(file, draft.text);
        // What no answer settles.
        const isOther = problems.some(({ code }) => !["bad-scope", "bad-name"].includes(code));
        assert.ok(!isOther, JSON.stringify(problems));
        if (problems.length === 0) carried++;
      }),
      runs,
    );
    assert.ok(carried > 10, String(carried));
    assert.deepEqual([...kinds].toSorted(), [
      "--ignore",
      "--path-query",
      "--plan",
      "--prefer",
      "--scheme",
      "--scopes",
      "--segments",
      "--trailing-slash",
      "--unsecured",
      "--unservable",
    ]);
  }).timeout(120_000);

  it("stay open in the file without answers, and check reports exactly them, at the file", async () => {
    await fc.assert(
      fc.asyncProperty(documents, async (each) => {
        const file = write(documentOf(each));
        const draft = new OverlayDraft(undefined, head);
        const { open } = await settle(OpenApiSource.open(file), draft, neverAnswers, noOptional);
        if (draft.data === undefined) return;
        const { problems } = check(file, draft.text);
        const reported = new Set(problems.flatMap(({ questions = [] }) => questions.map(({ at }) => identity(at))));
        assert.deepEqual([...reported].toSorted(), open.map(({ at }) => identity(at)).toSorted());
        for (const { place = "", questions = [] } of problems) {
          if (questions[0]?.at[0] === "answers") assert.match(place, /api\.polygate\.yaml:\d+:\d+ /);
        }
      }),
      runs,
    );
  }).timeout(120_000);

  it("are asked again only for operations that came later, with the old answers, and none is widened without", async () => {
    let again = 0;
    await fc.assert(
      fc.asyncProperty(documents, numbers, async (each, chosen) => {
        const first = new OverlayDraft(undefined, head);
        await settle(OpenApiSource.open(write(documentOf(each, 1))), first, new NumberedAnswerer(chosen), noOptional);
        if (first.data === undefined) return;
        const file = write(documentOf(each));
        const second = new OverlayDraft(first.text, head);
        const answerer = new NumberedAnswerer(chosen);
        const silent = new OverlayDraft(first.text, head);
        await settle(OpenApiSource.open(file), silent, neverAnswers, noOptional);
        for (const line of silent.text.split("\n").filter((each) => each.includes("GET /a"))) {
          assert.ok(silent.text.includes("kind: unanswered"), line);
        }
        const { open } = await settle(OpenApiSource.open(file), second, answerer, noOptional);
        assert.deepEqual(open, []);
        again += answerer.asked.length;
        assert.ok(check(file, second.text).problems.every(({ questions }) => questions === undefined));
      }),
      runs,
    );
    assert.ok(again > 20, String(again));
  }).timeout(120_000);

  it("never write a character that a terminal obeys, and what is written is read as it was answered", async () => {
    await fc.assert(
      fc.asyncProperty(documents, numbers, async (each, chosen) => {
        const file = write(documentOf(each));
        const draft = new OverlayDraft(undefined, head);
        await settle(OpenApiSource.open(file), draft, new NumberedAnswerer(chosen), noOptional);
        assert.doesNotMatch(draft.text, /[^\P{Cc}\n]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
        const copy = new OverlayDraft(draft.text, head);
        assert.deepEqual(copy.data, draft.data);
      }),
      runs,
    );
  }).timeout(120_000);
});
