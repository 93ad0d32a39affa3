import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import importX from "eslint-plugin-import-x";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

const src = "./static/src";

/** `folder` imports nothing of the browser program but itself and what is `allowed`. */
function imports(folder, allowed) {
  return {
    target: `${src}/${folder}`,
    from: src,
    except: [folder, ...allowed].map((name) => `./${name}`),
    message: `${folder} may import only: ${[folder, ...allowed].join(", ")}.`,
  };
}

const withoutDocument = ["document", "window", "localStorage"].map((name) => ({
  name,
  message: "This layer runs without a page.",
}));

export default defineConfig(
  globalIgnores([
    ".venv/",
    ".bench/",
    "bench/browser/peer/", // its packages are there only where it has been measured
    "node_modules/",
    "static/dist/",
    "static/src/api/schema.ts",
  ]),
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ["vitest.config.ts"] } },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    plugins: { "import-x": importX },
    settings: { "import-x/resolver-next": [createTypeScriptImportResolver()] },
    rules: {
      eqeqeq: "error",
      // Indexed access is checked, and most indices here come from the array itself.
      "@typescript-eslint/no-non-null-assertion": "off",
      "max-lines": ["error", 600],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "import-x/no-cycle": "error",
      "import-x/no-restricted-paths": [
        "error",
        {
          zones: [
            imports("api", []),
            imports("model", ["api"]),
            imports("layout", ["model"]),
            imports("picture", ["api", "model", "layout", "canvas"]),
            imports("viewer", ["api", "model", "layout", "canvas", "panels", "page/stage.ts"]),
            // Panels, canvas and commands are one layer, above the model and below the pages.
            ...["panels", "canvas", "commands"].map((folder) => ({
              target: `${src}/${folder}`,
              from: [`${src}/editor.ts`, `${src}/gallery.ts`, `${src}/page`],
              message: "A page puts the parts together; no part knows its page.",
            })),
          ],
        },
      ],
    },
  },
  {
    files: ["static/src/layout/**", "static/src/model/**"],
    rules: { "no-restricted-globals": ["error", ...withoutDocument] },
  },
  {
    files: ["static/src/layout/**"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: ["**/model/*"],
              allowTypeImports: true,
              message: "Layout knows the model's types only.",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["**/*.js", "**/*.mjs"],
    extends: [tseslint.configs.disableTypeChecked],
  },
);
