import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { isBuiltin } from "node:module";
import {
  authorizerFiles,
  authorizerHandler,
  boundRequirement,
} from "../../../../../components/aws/rest-api/jwt-authorizer/deployment-package.ts";

/** The package of a function that verifies one requirement. */
const filesOf = (...[needed, by]: Parameters<typeof boundRequirement>) => authorizerFiles(boundRequirement(needed, by));
const requirement = { audiences: ["orders"], scopes: ["orders:read", "orders:write"] };
const binding = { issuer: "https://login.example.com" };

describe("the deployment package of a function that verifies tokens", () => {
  it("contains all its source files, imports nothing outside itself and Node, and exports its handler", () => {
    const files = filesOf(requirement, binding);
    const folder = new URL("../../../../../components/aws/rest-api/jwt-authorizer/function/", import.meta.url);
    assert.deepEqual(Object.keys(files).toSorted(), [...readdirSync(folder), "requirement.json"].toSorted());
    for (const [file, text] of Object.entries(files)) {
      const imported = [...text.matchAll(/^import .* from "(.*)";$/gm)].map(([, from = ""]) => from);
      assert.equal(text.match(/^import /gm)?.length ?? 0, imported.length, file);
      for (const from of imported) {
        assert.ok((from.startsWith("node:") && isBuiltin(from)) || Object.hasOwn(files, from.replace("./", "")), from);
      }
    }
    const [file, name] = authorizerHandler.split(".");
    assert.match(files[`${file}.mjs`] ?? "", new RegExp(`^export const ${name} = `, "m"));
  });

  it("contains the requirement, independent of the order of audiences and scopes", () => {
    const files = filesOf(requirement, binding);
    assert.equal(
      files["requirement.json"],
      '{\n  "issuer": "https://login.example.com",\n  "audiences": [\n    "orders"\n  ],\n  "scopes": [\n    "orders:read",\n    "orders:write"\n  ]\n}\n',
    );
    const reordered = { audiences: ["orders", "orders"], scopes: ["orders:write", "orders:read"] };
    assert.deepEqual(filesOf(reordered, binding), files);
    const jwksUri = "https://login.example.com/keys";
    assert.deepEqual(JSON.parse(filesOf(requirement, { ...binding, jwksUri })["requirement.json"] ?? ""), {
      issuer: "https://login.example.com",
      jwksUri,
      audiences: ["orders"],
      scopes: ["orders:read", "orders:write"],
    });
  });

  it("contains the claim that is compared with the audiences when a token has no aud, if one is declared", () => {
    const requirementOf = (more: object) =>
      JSON.parse(filesOf({ ...requirement, ...more }, binding)["requirement.json"] ?? "");
    assert.equal(requirementOf({ audienceFallback: "client_id" }).audienceFallback, "client_id");
    assert.ok(!("audienceFallback" in requirementOf({})));
  });

  it("differs from that of another requirement or issuer in the requirement only", () => {
    const { "requirement.json": _one, ...code } = filesOf(requirement, binding);
    const { "requirement.json": _other, ...same } = filesOf(
      { audiences: ["shop"], scopes: [] },
      { issuer: "https://other.example.com" },
    );
    assert.deepEqual(same, code);
    assert.notEqual(_one, _other);
  });

  it("contains no carriage return, which a checkout could add", () => {
    for (const [file, text] of Object.entries(filesOf(requirement, binding))) {
      assert.ok(!text.includes("\r") && text.endsWith("\n"), file);
    }
  });
});
