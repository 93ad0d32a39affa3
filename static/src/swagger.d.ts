declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  interface Options {
    readonly url: string;
    readonly dom_id: string;
    readonly deepLinking: boolean;
    readonly validatorUrl: null;
  }
  export default function SwaggerUI(options: Options): void;
}
