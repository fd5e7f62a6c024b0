import assert from "node:assert/strict";
import type { DescriptionText } from "../contract/oracle/description.ts";
import { seed } from "../support/seed.ts";
import { answersTo } from "./answers.ts";
import { type Document, documents } from "./documents.ts";
import { rowOf } from "./matrix.ts";
import { readDocument } from "./oracle/document.ts";
import { Requirements } from "./oracle/requirement.ts";
import { Sample } from "./sample.ts";
import { Caller, type Count } from "./served.ts";
import { ServedWorld } from "./served-world.ts";

/** `POLYGATE_CORPUS=all` calls every operation of every document on every class that carries it. */
const isWhole = process.env.POLYGATE_CORPUS === "all";

/** How much of the corpus is tried otherwise. */
const moreDocuments = 10;
const mostClasses = 2;
const mostOperations = 12;

/** The routes without scopes. */
function bare({ routes }: DescriptionText): DescriptionText["routes"] {
  return Object.fromEntries(Object.entries(routes).map(([key, { scopes: _, ...route }]) => [key, route]));
}

describe("the documents of the corpus, served", function () {
  this.timeout(7_200_000);
  const sample = new Sample(seed);
  const counts = new Map<string, Count>();
  let world: ServedWorld;

  before(async () => {
    world = await ServedWorld.start();
  });

  after(() => world.stop());

  async function callAll(document: Document): Promise<void> {
    const { description, verdicts, operations, servers } = await rowOf(document);
    if (description === undefined) return;
    const text = readDocument(document.file);
    const answers = answersTo(document);
    const read = { document: text, answers, servers };
    const requirements = new Requirements(text, answers);
    const kept = text.operations.filter(({ key }) => operations.has(key));
    const carrying = verdicts.flatMap(({ vendor, problems }) => (problems.length === 0 ? [vendor] : []));
    for (const vendor of isWhole ? carrying : sample.some(carrying, mostClasses)) {
      const { className } = vendor.capabilities;
      const count = counts.get(className) ?? { operations: 0, requests: 0, wrong: [] };
      counts.set(className, count);
      const caller = await Caller.of(world, vendor, description as unknown as DescriptionText, read);
      try {
        for (const operation of isWhole ? kept : sample.some(kept, mostOperations)) {
          const fault = await caller.call(operation, requirements.of(operation), count);
          count.wrong.push(...fault.map((each) => `${document.name} on ${className}: ${each}`));
        }
      } finally {
        await caller.stop();
      }
    }
  }

  it(`decide every operation as the document and the answers say (POLYGATE_SEED=${seed})`, async () => {
    for (const document of isWhole ? documents : sample.documents(documents, moreDocuments)) await callAll(document);
    const all = [...counts].map(
      ([name, { operations, requests }]) => `${name}: ${operations} operations, ${requests} requests`,
    );
    if (isWhole) console.log(all.join("\n"));
    assert.deepEqual([...counts.values()].flatMap(({ wrong }) => wrong).slice(0, 20), []);
    assert.equal(counts.size, 4);
    for (const [name, { operations }] of counts) assert.ok(operations >= 10, `${name}: ${operations} operations`);
  });

  it("are found to be decided wrongly if a gateway lacks an auth, a scope or an audience", async () => {
    const document = documents.find(({ name }) => name === "alternatives.yaml") as Document;
    const { description, verdicts, servers } = await rowOf(document);
    const original = description as unknown as DescriptionText;
    const read = { document: readDocument(document.file), answers: answersTo(document), servers };
    const requirements = new Requirements(read.document, read.answers);
    const changes: Readonly<Record<string, (routes: DescriptionText) => DescriptionText>> = {
      "without credentials": (it) => ({
        ...it,
        auth: { oauth: { kind: "open", reason: "a fault" } },
        routes: bare(it),
      }),
      "with the scopes []": (it) => ({ ...it, routes: bare(it) }),
      "with good credentials": (it) => ({ ...it, auth: { oauth: { kind: "jwt", audiences: ["others"] } } }),
    };
    for (const [found, change] of Object.entries(changes)) {
      const vendor = verdicts.find(({ vendor: { vendor: name } }) => name === "azure")?.vendor;
      assert.ok(vendor !== undefined);
      const caller = await Caller.of(world, vendor, change(original), read);
      try {
        for (const operation of read.document.operations) {
          const wrong = await caller.call(operation, requirements.of(operation), {
            operations: 0,
            requests: 0,
            wrong: [],
          });
          assert.ok(
            wrong.some((each) => each.startsWith(`${operation.key} ${found}: `)),
            JSON.stringify(wrong),
          );
        }
      } finally {
        await caller.stop();
      }
    }
  });
});
