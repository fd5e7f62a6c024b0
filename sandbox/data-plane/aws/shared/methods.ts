/** The methods of API Gateway's routes and resources. `ANY` covers every method that is not declared. */
export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"] as const;
