/** The methods of API Gateway's routes and resources; `ANY` stands for all of them that are not defined. */
export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"] as const;
