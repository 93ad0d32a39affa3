import { describe, expect, test } from "vitest";
import { languageOf, PROGRAMS } from "../../static/src/model/programs.js";

describe("the language of a text", () => {
  test.each(PROGRAMS)("$name is Python", ({ source }) => {
    expect(languageOf(source)).toBe("python");
  });

  test.each([
    "(x+y)^2",
    "x = 3\ny = exp(x) * 2",
    "f = softmax_with_loss(x, t)",
    "m = max(a, b)",
    "",
  ])("%j is a formula", (source) => {
    expect(languageOf(source)).toBe("formula");
  });

  test.each(["x = np.exp(2)", "def f(x):\n    return x", "y = layer.forward(x)", "a = Value(2.0)"])(
    "%j is Python",
    (source) => {
      expect(languageOf(source)).toBe("python");
    },
  );
});
