import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { announce } from "../../../components/gateway/announce.ts";

describe("the announcement of a gateway", () => {
  it("logs each open route, waiver, omitted route, ignored extension, unchecked requirement, note and unverified fact, without control characters", async () => {
    await pulumi.runtime.setMocks({
      newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
      call: ({ inputs }) => inputs,
    });
    const lines: string[] = [];
    const { log, warn } = console;
    console.log = console.warn = (text: string) => lines.push(text);
    try {
      announce(
        {
          flavour: "TestGateway",
          vendor: "aws",
          routes: 3,
          backends: [],
          open: [{ route: "GET /public", reason: "the catalogue is public" }],
          waived: [
            { what: "limits", reason: "the load balancer limits", routes: ["GET /a"] },
            { what: "timeout", reason: "backends are quick", routes: ["GET /a", "GET /b"] },
            { what: "cors", reason: "no browsers", routes: [] },
          ],
          omitted: [{ route: "GET /c", reason: "not in\u001b[8m this\nregion" }],
          ignored: [{ extension: "x-google-quota", reason: "our limits replace it" }],
          meetings: [{ route: "GET /{rest+}", meets: ["GET /a", "GET /b"], path: "/A", because: "that is safe" }],
          unchecked: [
            { what: 'the scheme "basic"', reason: "the backend checks it", routes: ["GET /a", "GET /b"] },
            { what: "formats", reason: "they differ", routes: ["GET /a"], places: ["#/a", "#/b", "#/c", "#/d"] },
          ],
          notes: [{ what: "read elsewhere", routes: ["GET /a"] }],
          cautions: [
            { route: "GET /d", what: "who knows", advice: "Try it." },
            { route: "auth.staff", what: "it also accepts others", advice: "Say so.", isDocumented: true },
          ],
        },
        new pulumi.ComponentResource("polygate:index:TestGateway", "test"),
      );
    } finally {
      Object.assign(console, { log, warn });
    }
    assert.deepEqual(lines, [
      "info: [runtime] open: GET /public: the catalogue is public",
      "warning: [runtime] waived: limits on GET /a: the load balancer limits",
      "warning: [runtime] waived: timeout on 2 routes: backends are quick",
      "warning: [runtime] waived: cors: no browsers",
      "warning: [runtime] omitted: GET /c: not in\\u001b[8m this\\u000aregion",
      "warning: [runtime] ignored: x-google-quota: our limits replace it",
      'info: [runtime] meets: GET /{rest+} meets GET /a at "/A" (and 1 more pair): that is safe',
      'warning: [runtime] unchecked: the scheme "basic" on 2 routes: the backend checks it',
      "warning: [runtime] unchecked: formats on GET /a (#/a; #/b; #/c and 1 more): they differ",
      "info: [runtime] note: read elsewhere on GET /a",
      "warning: [runtime] unverified: GET /d: who knows. Try it.",
      "warning: [runtime] caution: auth.staff: it also accepts others. Say so.",
    ]);
  });
});
