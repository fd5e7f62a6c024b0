/** The name of a REST API's only stage. Environments are stacks, so an API does not need another. */
export const STAGE = "live";
