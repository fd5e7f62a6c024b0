import assert from "node:assert/strict";
import { Folder, type Ran, run } from "../support/cli/command.ts";

describe("polygate check", () => {
  let folder: Folder;

  before(() => {
    folder = new Folder();
  });

  after(() => folder.remove());

  function check(...args: string[]): Promise<Ran> {
    return run(["check", ...args], { cwd: folder.path });
  }

  it("prints the pairs of routes that meet at a server, and why they are safe or what to write in the document", async () => {
    const meeting = `openapi: 3.0.3
info: { title: Shop, version: "1" }
paths:
  /admin: { get: { responses: {}, security: [{ staff: [] }] } }
  /{id}:
    get:
      responses: {}
      security: []
      x-polygate: { open: public }
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
components: { securitySchemes: { staff: { type: http, scheme: bearer, x-polygate: { audiences: [shop] } } } }
`;
    folder.write("meeting.yaml", meeting);
    folder.write("exact.yaml", `${meeting}x-polygate: { backends: { backend: { kind: http, paths: exact } } }\n`);
    const meets = /^ {2}meets: GET \/\{id\} meets GET \/admin at "[^"]*": (.*)$/m;
    const azure = await check("meeting.yaml", "--vendor", "azure");
    assert.match(
      meets.exec(azure.stdout)?.[1] ?? "",
      /^AzureApiManagementApi refuses such paths: the policy answers 404 /,
    );
    const lenient = await check("meeting.yaml", "--vendor", "gcp");
    assert.equal(lenient.code, 2);
    assert.match(
      lenient.stdout,
      /GET \/\{id\}, meeting\.yaml:7:7 #.*"GET \/admin", which is not open\..*\n.*write at the root: "x-polygate": \{ "backends": \{ "backend": \{ "kind": "http", "paths": "exact" \} \} \}\./,
    );
    const exact = await check("exact.yaml", "--vendor", "gcp");
    assert.equal(exact.code, 0);
    assert.equal(meets.exec(exact.stdout)?.[1], 'the server of "backend" distinguishes paths exactly (paths: "exact")');
  });
});
