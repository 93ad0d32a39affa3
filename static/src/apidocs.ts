/** The API's interactive page: Swagger UI, from this server's own files. */
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";

SwaggerUI({ url: "/openapi.json", dom_id: "#api", deepLinking: true, validatorUrl: null });
