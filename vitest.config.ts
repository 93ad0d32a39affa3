import { defineConfig } from "vitest/config";

// A test file that needs a document says so: `// @vitest-environment happy-dom`.
export default defineConfig({
  test: {
    include: ["tests/web/**/*.test.ts"],
    restoreMocks: true,
    testTimeout: 60_000,
  },
});
