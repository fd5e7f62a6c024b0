/** How the document that a description comes from is changed. */
export interface DocumentForm {
  /** The place in the document, or in the options that a program passes, of a part of the description, e.g. of `routes["GET /"]`. */
  readonly locate: (place: string) => string;
  /** Where members of the description are declared, and how they are written there: a clause that begins with a verb. */
  readonly declare: (members: object) => string;
}

const forms = new WeakMap<object, DocumentForm>();

/** Remembers how to change the document of a description, which itself is plain data. */
export function rememberDocument(description: object, form: DocumentForm): void {
  forms.set(description, form);
}

/** How to change the document of a description. Undefined if a program declares it. */
export function documentOf(description: unknown): DocumentForm | undefined {
  return typeof description === "object" && description !== null ? forms.get(description) : undefined;
}
