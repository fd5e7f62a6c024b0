/** The folders of `components/<vendor>` that hold one public class each. */
const CLASS_FOLDERS = "http-api|rest-api|on-prem-link|api-management|api-gateway";

/**
 * The import rules. Each rule enforces one property of the design: the interpreters share no code with the compilers that
 * they judge, a vendor does not depend on another vendor, and a description depends on no vendor.
 *
 * @type {import("dependency-cruiser").IConfiguration}
 */
export default {
  forbidden: [
    {
      name: "api-is-plain-data",
      comment: "A description can be checked without Pulumi and without any vendor.",
      severity: "error",
      from: { path: "^components/api/" },
      to: { path: ["(^|/)node_modules/@pulumi/", "^components/(?!api/)"] },
    },
    {
      name: "gateway-knows-no-vendor",
      comment: "The code that all gateway components share must also work for a new vendor.",
      severity: "error",
      from: { path: "^components/gateway/" },
      to: { path: "^components/(?!api/|gateway/)" },
    },
    {
      name: "a-vendor-stands-alone",
      comment: "Importing one vendor must not load another vendor's SDK or code.",
      severity: "error",
      from: { path: "^components/(aws|azure|gcp|cloudflare)/" },
      to: { path: "^components/(aws|azure|gcp|cloudflare)/", pathNot: "^components/$1/" },
    },
    {
      name: "a-class-stands-alone",
      comment:
        "A class folder imports no other class folder of its vendor. Code that two classes share is beside their folders.",
      severity: "error",
      from: { path: `^components/([^/]+)/(${CLASS_FOLDERS})/` },
      to: { path: `^components/$1/(${CLASS_FOLDERS})/`, pathNot: "^components/$1/$2/" },
    },
    {
      name: "compilers-are-pure",
      comment: "`polygate check` and `polygate render` run these files without a deployment and without an SDK.",
      severity: "error",
      from: {
        path: "^components/(gateway/target|[^/]+/.+/(target|document|check|capabilities))\\.ts$",
        // These files check arguments with types of the SDK.
        pathNot:
          "^components/(aws/(on-prem-link|domain)|azure/(on-prem-link|api-management-service)|gcp/on-prem-link)/check\\.ts$",
      },
      to: { path: "(^|/)node_modules/@pulumi/", reachable: true },
    },
    {
      name: "components-load-single-resources",
      comment:
        "An ES module that imports the index of an SDK's module loads each of its resources, which are hundreds in some modules. Import the resource's own file.",
      severity: "error",
      from: { path: "^components/" },
      to: {
        path: "node_modules/@pulumi/(aws|azure-native|gcp)/.*index[.]",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "components-know-no-sandbox",
      comment: "Components are the same in the cloud and in the sandbox.",
      severity: "error",
      from: { path: "^components/" },
      to: { path: "^(sandbox|engine|setup|stacks|demo|test|bench)/" },
    },
    {
      name: "sandbox-knows-no-components",
      comment: "The interpreters share no code with the compilers that they judge.",
      severity: "error",
      from: { path: "^sandbox/" },
      to: { path: "^(components|stacks|demo|test|bench)/" },
    },
    {
      name: "stacks-use-public-names",
      comment: "Stacks import only what a user can import.",
      severity: "error",
      from: { path: "^stacks/" },
      to: { path: ["^components/.+/(?!index\\.ts$)[^/]+$", "^(sandbox|engine|setup|demo|test|bench)/"] },
    },
    {
      name: "the-oracle-is-independent",
      comment: "An oracle decides from the description or the document only.",
      severity: "error",
      from: { path: "^test/(contract|corpus)/oracle/" },
      to: { path: "^(components|sandbox|stacks|demo|cli|engine|setup)/" },
    },
    {
      name: "nothing-imports-cli",
      comment: "The command contains no logic that other code could need.",
      severity: "error",
      from: { path: "^(components|sandbox|stacks|demo|engine|setup|bench)/" },
      to: { path: "^cli/" },
    },
    {
      name: "the-set-up-needs-nothing",
      comment: "It runs before anything is installed, on a Node that may not support TypeScript.",
      severity: "error",
      from: { path: "^(setup|engine)/.+\\.js$" },
      to: { dependencyTypesNot: ["core", "local"] },
    },
    {
      name: "the-set-up-is-plain-javascript",
      comment: "It runs on a Node that may not support TypeScript.",
      severity: "error",
      from: { path: "^(setup|engine)/.+\\.js$" },
      to: { path: "\\.ts$", pathNot: "node_modules/" },
    },
    {
      name: "no-cycles",
      comment: "Files in a cycle are one idea, or need a third file.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-unresolvable",
      comment: "The imported file does not exist.",
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
