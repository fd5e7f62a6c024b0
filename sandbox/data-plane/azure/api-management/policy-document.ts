import { UnsupportedArtefact } from "../../interpreter.ts";
import { readingOf } from "../../readings.ts";
import { runSteps, type Step } from "./exchange.ts";
import { type PolicyEnvironment, policyNamed, SECTIONS } from "./policies/catalogue.ts";
import { type Cors, readCors } from "./policies/cors.ts";
import { KNOWN_POLICIES } from "./policies/reference.ts";
import { forwardRequest } from "./policies/routing.ts";
import { PolicyReader, type PolicyScope, type Section } from "./policy-reader.ts";
import { didYouMean } from "./suggestion.ts";
import { parsePolicyXml, type XmlElement } from "./xml/policy-xml.ts";

/** The compiled policies of an API. */
export interface CompiledPolicy {
  readonly cors: Cors | undefined;
  readonly inbound: readonly Step[];
  readonly backend: readonly Step[];
  readonly outbound: readonly Step[];
  readonly onError: readonly Step[];
}

/** `forward-request` with its defaults, which the service's global policy contains and `<base />` inherits. */
function defaultForward(scope: PolicyScope): Step {
  const element = {
    name: "forward-request",
    attributes: new Map(),
    children: [],
    text: "",
    place: "",
    attributePlaces: new Map(),
    textPlace: "",
    path: "",
  };
  return forwardRequest(new PolicyReader(element, scope));
}

class DocumentCompiler {
  readonly #environment: PolicyEnvironment;
  cors: Cors | undefined;

  constructor(environment: PolicyEnvironment) {
    this.#environment = environment;
  }

  section(element: XmlElement): readonly Step[] {
    const scope: PolicyScope = { section: element.name as Section, resolve: this.#environment.resolve };
    const reader = new PolicyReader(element, scope);
    const children = reader.policies();
    reader.done();
    let bases = 0;
    for (const child of children) {
      if (child.name === "base" && ++bases > 1) {
        throw new UnsupportedArtefact(child.place, "the sandbox does not model <base> more than once in a section");
      }
    }
    // https://learn.microsoft.com/azure/api-management/set-edit-policies: the backend section contains one element.
    const second = scope.section === "backend" ? children[1] : undefined;
    if (second !== undefined)
      throw new UnsupportedArtefact(second.place, "the backend section can contain only one policy");
    return children.map((child) => this.#policy(child, scope, true));
  }

  #policy(element: XmlElement, scope: PolicyScope, direct: boolean): Step {
    const reader = new PolicyReader(element, scope);
    if (element.name === "base") return this.#base(reader);
    if (element.name === "cors") return this.#cors(reader, direct);
    if (element.name === "choose") return this.#choose(reader);
    const policy = policyNamed(element.name);
    if (policy === undefined) return reader.refuse(unmodelled(element.name));
    if (!policy.sections.includes(scope.section)) {
      const { sections, documented = sections } = policy;
      return reader.refuse(
        documented.includes(scope.section)
          ? `the sandbox does not model <${element.name}> in <${scope.section}>, only in ${listed(sections)}`
          : `API Management does not allow <${element.name}> in <${scope.section}>, only in ${listed(documented)}`,
      );
    }
    const { sku } = this.#environment;
    if (policy.allowed?.(sku) === false) {
      return reader.refuse(`Policy is not allowed in '${sku.name}' sku: <${element.name}>`);
    }
    return policy.compile(reader, this.#environment);
  }

  #base(reader: PolicyReader): Step {
    reader.done();
    return reader.scope.section === "backend" ? defaultForward(reader.scope) : () => {};
  }

  #cors(reader: PolicyReader, direct: boolean): Step {
    const { section } = reader.scope;
    if (section !== "inbound") reader.refuse(`API Management does not allow <cors> in <${section}>, only in <inbound>`);
    if (!direct) reader.refuse("the sandbox models <cors> as a direct child of <inbound> only");
    if (this.cors !== undefined) reader.refuse("<cors> can be used only once in a section");
    this.cors = readCors(reader, readingOf(this.#environment.surroundings, "apim-unmatched-origin"));
    return this.cors.step;
  }

  /** https://learn.microsoft.com/azure/api-management/choose-policy */
  #choose(reader: PolicyReader): Step {
    const branches = reader.children(["when", "otherwise"]).map((child) => {
      const condition = child.name === "when" ? child.condition("condition") : undefined;
      const inner = child.policies();
      child.done();
      const second = child.scope.section === "backend" ? inner[1] : undefined;
      if (second !== undefined)
        throw new UnsupportedArtefact(second.place, "the backend section can contain only one policy");
      return { child, condition, steps: inner.map((each) => this.#policy(each, child.scope, false)) };
    });
    reader.done();
    const when = branches.filter(({ child }) => child.name === "when");
    if (when.length === 0) reader.refuse("<choose> must contain at least one <when>");
    if (branches.length - when.length > 1) reader.refuse("<otherwise> is listed more than once");
    return (exchange) => {
      const branch = branches.find(({ condition }) => condition === undefined || condition.get(exchange.context));
      return branch === undefined ? undefined : runSteps(branch.steps, exchange);
    };
  }
}

/** Why the sandbox refuses a policy that it does not model. */
function unmodelled(name: string): string {
  if (KNOWN_POLICIES.includes(name)) return `the sandbox does not model the policy <${name}>`;
  const near = didYouMean(name, KNOWN_POLICIES, (each) => `<${each}>`);
  return `Microsoft's policy reference has no policy <${name}>.${near}`;
}

const listed = (sections: readonly Section[]): string => sections.map((section) => `<${section}>`).join(", ");

/** The inherited policy of an API without a policy: it forwards requests and checks nothing. */
export function inheritedPolicy(environment: PolicyEnvironment): CompiledPolicy {
  const backend = [defaultForward({ section: "backend", resolve: environment.resolve })];
  return { cors: undefined, inbound: [], backend, outbound: [], onError: [] };
}

/**
 * Compiles the policy document of an API.
 *
 * @throws UnsupportedArtefact at `root:line:column` for a document that the service would reject or that the sandbox does not support
 */
export function compilePolicy(text: string, root: string, environment: PolicyEnvironment): CompiledPolicy {
  const { sku } = environment;
  if (Buffer.byteLength(text) > sku.policyBytes) {
    throw new UnsupportedArtefact(
      root,
      `the document is larger than ${sku.policyBytes} bytes, the limit of ${sku.name}`,
    );
  }
  const top = parsePolicyXml(text, root);
  if (top.name !== "policies") throw new UnsupportedArtefact(top.place, "the top element must be <policies>");
  const reader = new PolicyReader(top, { section: "inbound", resolve: environment.resolve });
  const sections = reader.optionalChildren(SECTIONS, "free");
  reader.done();
  const compiler = new DocumentCompiler(environment);
  const steps = (section: Section): readonly Step[] => {
    const found = sections.get(section);
    if (found !== undefined) return compiler.section(found.element);
    // Unverified: a missing section inherits. The examples of `rewrite-uri` have no <backend>, and their requests are forwarded.
    return section === "backend" ? inheritedPolicy(environment).backend : [];
  };
  const inbound = steps("inbound");
  return {
    cors: compiler.cors,
    inbound,
    backend: steps("backend"),
    outbound: steps("outbound"),
    onError: steps("on-error"),
  };
}
