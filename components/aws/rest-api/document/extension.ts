/** The prefix of Amazon's extensions: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html */
export const PREFIX = "x-amazon-apigateway";
