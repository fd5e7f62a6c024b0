/**
 * What may import what. Each rule keeps one promise of the design: the interpreter that judges the compiler shares no
 * line with it, a vendor's room stands alone, and a description knows no vendor.
 *
 * @type {import("dependency-cruiser").IConfiguration}
 */
export default {
  forbidden: [
    {
      name: "spec-is-plain-data",
      comment: "A description is checked without Pulumi and without any vendor.",
      severity: "error",
      from: { path: "^components/spec/" },
      to: { path: ["(^|/)node_modules/@pulumi/", "^components/(?!spec/)"] },
    },
    {
      name: "a-vendor-stands-alone",
      comment: "Importing one vendor loads no other vendor's SDK, nor its code.",
      severity: "error",
      from: { path: "^components/(aws|azure|gcp|cloudflare)/" },
      to: { path: "^components/(aws|azure|gcp|cloudflare)/", pathNot: "^components/$1/" },
    },
    {
      name: "a-room-is-pure",
      comment: "What is checked and compiled can be without a deployment, and without its SDK.",
      severity: "error",
      from: { path: "^components/(room|[^/]+/[^/]+-(room|document)|[^/]+/capabilities)\\.ts$" },
      to: { path: "(^|/)node_modules/@pulumi/", reachable: true },
    },
    {
      name: "components-know-no-sandbox",
      comment: "Components run unchanged in the cloud and in the sandbox.",
      severity: "error",
      from: { path: "^components/" },
      to: { path: "^(sandbox|engine|setup|stacks|demo|test|bench)/" },
    },
    {
      name: "sandbox-knows-no-components",
      comment: "The interpreter may not share a line with the compiler that it judges.",
      severity: "error",
      from: { path: "^sandbox/" },
      to: { path: "^(components|stacks|demo|test|bench)/" },
    },
    {
      name: "stacks-use-public-names",
      comment: "Stacks import what a user can import.",
      severity: "error",
      from: { path: "^stacks/" },
      to: { path: ["^components/.+/(?!index\\.ts$)[^/]+$", "^(sandbox|engine|setup|demo|test|bench)/"] },
    },
    {
      name: "the-oracle-is-independent",
      comment: "The contract's oracle decides from the description alone.",
      severity: "error",
      from: { path: "^test/contract/oracle/" },
      to: { path: "^(components|sandbox|stacks|demo|cli|engine|setup)/" },
    },
    {
      name: "nothing-imports-cli",
      comment: "The command has no logic of its own that others could want.",
      severity: "error",
      from: { path: "^(components|sandbox|stacks|demo|engine|setup|bench)/" },
      to: { path: "^cli/" },
    },
    {
      name: "the-set-up-needs-nothing",
      comment: "It runs before anything is installed, on a Node that knows no TypeScript.",
      severity: "error",
      from: { path: "^(setup|engine)/.+\\.js$" },
      to: { dependencyTypesNot: ["core", "local"] },
    },
    {
      name: "the-set-up-is-plain-javascript",
      comment: "It runs on a Node that knows no TypeScript.",
      severity: "error",
      from: { path: "^(setup|engine)/.+\\.js$" },
      to: { path: "\\.ts$", pathNot: "node_modules/" },
    },
    {
      name: "no-cycles",
      comment: "A cycle means that two files are one idea, or three.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-unresolvable",
      comment: "An import that leads nowhere.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^((sandbox/)?dist|[.]polygate)/" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["polygate-source", "import", "node", "default", "types"],
      extensions: [".ts", ".js", ".mjs", ".d.ts"],
    },
  },
};
