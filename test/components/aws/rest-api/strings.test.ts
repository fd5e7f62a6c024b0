import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import { placeholders } from "../../../../components/api/binding/placeholders.ts";
import { carry } from "../../../../components/api/capability/carry.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { PolygateError } from "../../../../components/api/problem.ts";
import { restApiTarget } from "../../../../components/aws/rest-api/target.ts";
import { interpretAwsRestApi } from "../../../../sandbox/data-plane/aws/rest-api/rest-api.ts";
import { ProcessCounters } from "../../../../sandbox/data-plane/verifying/counters.ts";

interface Fields {
  readonly title: string;
  readonly literal: string;
  readonly parameter: string;
  readonly mapped: string;
  readonly header: string;
  readonly replyHeader: string;
  readonly body: string;
}

const plain: Fields = {
  title: "Shop",
  literal: "orders",
  parameter: "id",
  mapped: "items",
  header: "eu",
  replyHeader: "eu",
  body: "hello",
};

const target = restApiTarget({ name: "shop" });

/** The document, or the codes of the problems. */
function compiled(fields: Fields, cors: object = {}): string | readonly string[] {
  const description = {
    version: 1,
    title: fields.title,
    backends: { shop: { kind: "http" } },
    auth: { anyone: { kind: "open", reason: "a test" } },
    default: { auth: "anyone" },
    ...cors,
    routes: {
      [`GET /${fields.literal}`]: { to: "shop", path: `/${fields.mapped}` },
      [`GET /x/y/{${fields.parameter}}`]: { to: "shop", requestHeaders: { set: { "x-tenant": fields.header } } },
      "POST /x/y/reply": { reply: { status: 200, headers: { "x-text": fields.replyHeader }, body: fields.body } },
    },
  };
  try {
    const { api } = carry(normalise(description), target.capabilities, {}, target.check);
    return target.compile(api, placeholders(api, target)).document;
  } catch (error) {
    if (error instanceof PolygateError) return error.problems.map(({ code }) => code);
    throw error;
  }
}

async function decide(document: string, method: string, path: string, headers: readonly (readonly [string, string])[]) {
  const interpreter = interpretAwsRestApi(
    {
      kind: "aws-rest-api",
      deploymentId: "d1e2f3",
      document,
      executionArn: "arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5",
      apiKeySource: "HEADER",
      binaryMediaTypes: ["*/*"],
      functions: {},
      stage: { name: "live", variables: {}, methodSettings: {} },
      usagePlans: [],
    },
    {
      now: () => 0,
      keys: {
        of: () => {
          throw new Error("no issuers here");
        },
      },
      counters: new ProcessCounters(),
      functions: {
        invoke: () => {
          throw new Error("no functions here");
        },
      },
    },
  );
  return interpreter.decide({
    method,
    path: `/live${path}`,
    query: "",
    headers,
    header: (name) => headers.find(([each]) => each === name)?.[1],
    remoteAddress: "192.0.2.1",
  });
}

/** Reads the fields again, with an independent parser and from the interpreter's responses. */
async function readBack(document: string, { literal }: Fields): Promise<Fields> {
  const { info, paths } = parse(document);
  const [read = ""] = Object.keys(paths).filter((path) => !path.startsWith("/x/y/"));
  const backend = await decide(document, "GET", `/${literal}`, []);
  const other = await decide(document, "GET", "/x/y/1", []);
  const reply = await decide(document, "POST", "/x/y/reply", [["origin", "https://a.test"]]);
  if (backend.decision !== "proxied" || other.decision !== "proxied") assert.fail(backend.decision);
  if (reply.decision !== "replied") assert.fail(`${reply.decision}: ${reply.reason}`);
  return {
    title: info.description,
    literal: read.slice(1),
    parameter:
      Object.keys(paths)
        .find((path) => path.startsWith("/x/y/{"))
        ?.slice(6, -1) ?? "",
    mapped: new URL(backend.forward.path, backend.forward.origin).pathname.slice(1),
    header: other.forward.headers.find(([name]) => name === "x-tenant")?.[1] ?? "",
    replyHeader: reply.reply.headers.find(([name]) => name === "x-text")?.[1] ?? "",
    body: reply.reply.body,
  };
}

async function isCarried(fields: Fields, cors: object = {}): Promise<boolean> {
  const document = compiled(fields, cors);
  if (typeof document !== "string") return false;
  assert.deepEqual(await readBack(document, fields), fields);
  return true;
}

const hostile = [
  "\\",
  "\\u0022",
  "]]>",
  "{{b}}",
  "@(1) @{2}",
  "<&>",
  "- a: b #c",
  "%41 100%",
  "*/ // /*",
  "$a",
  "#end",
  "#if(true) $util.base64Decode('eA==')",
  "## *#",
  "$!{x}",
];

describe("a text in the document of a REST API", () => {
  it("is read back unchanged wherever it may occur", async () => {
    for (const text of [
      ...hostile,
      "it's",
      "${a} $a",
      "$stageVariables.x.y ünïcödé.z 漢字 #עברית [0] 😀(1)",
      "a\u2028\ufeff.",
    ]) {
      assert.ok(await isCarried({ ...plain, title: text }), text);
      assert.ok(await isCarried({ ...plain, body: text }), text);
      assert.ok(await isCarried({ ...plain, body: text }, { cors: { origins: ["https://a.test"] } }), text);
    }
    for (const header of hostile) {
      assert.ok(header.includes("'") || (await isCarried({ ...plain, header })), header);
      assert.ok(await isCarried({ ...plain, replyHeader: header }), header);
    }
    assert.ok(await isCarried({ ...plain, replyHeader: "it's ${stageVariables.x}" }));
    for (const body of ["end", "\n two\r\nlines\t", "(x)", ".y", "{z}", "-a", " "]) {
      assert.ok(await isCarried({ ...plain, body }, { cors: { origins: ["*"] } }), JSON.stringify(body));
    }
    for (const mapped of ["it's", "a$b", "(a)", "a+b", "a=b;c,d&e!", "@a~"]) {
      assert.ok(await isCarried({ ...plain, mapped }), mapped);
    }
    assert.ok(await isCarried({ ...plain, parameter: "_a.b-c", literal: "A-z_0.9,b:c" }));
  });

  it("is refused where the vendor has no escape for it", () => {
    assert.deepEqual(compiled({ ...plain, header: "it's" }), ["quote"]);
    assert.deepEqual(compiled({ ...plain, header: "${x}" }), ["dollar"]);
    assert.deepEqual(compiled({ ...plain, title: "a${AWS::Region}" }), ["dollar"]);
    assert.deepEqual(compiled({ ...plain, literal: "a$b" }), ["path-characters"]);
  });

  it("is either carried unchanged or refused", async function () {
    this.timeout(60_000);
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: "grapheme" }),
      fc.constantFrom(...hostile, "${AWS::Partition}", "$input.params()"),
      fc
        .array(fc.constantFrom("$", "#", "\\", "é", "a", "(", ".", "\n", " ", "{", "set", "end"), { maxLength: 8 })
        .map((parts) => parts.join("")),
    );
    const met = { carried: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          title: text,
          header: text,
          replyHeader: text,
          body: text,
          mapped: fc.oneof(text, fc.stringMatching(/^[a-z0-9\-._~!$&'()+,;=@:]{1,8}$/)),
          literal: fc.oneof(text, fc.stringMatching(/^[a-z0-9\-._~!$&'()+,;=@:]{1,8}$/)),
          parameter: fc.oneof(text, fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,9}$/)),
        }),
        fc.constantFrom("title", "header", "replyHeader", "body", "mapped", "literal", "parameter"),
        fc.boolean(),
        async (made, field, pages) => {
          const cors = pages ? { cors: { origins: ["https://a.test", "https://b.test"] } } : {};
          met[(await isCarried({ ...plain, [field]: made[field] }, cors)) ? "carried" : "refused"]++;
        },
      ),
      { numRuns: 1000 },
    );
    assert.ok(met.carried > 200 && met.refused > 50, JSON.stringify(met));
  });
});
