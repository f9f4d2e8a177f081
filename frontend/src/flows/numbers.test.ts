import { describe, expect, it } from "vitest";
import { formatBounded, formatRange, isShown } from "./numbers";

const texts = { unknown: "unbekannt", atMost: "höchstens" };

describe("formatBounded", () => {
  it("writes a value in the notation of the language", () => {
    const cell = { value: 5723, lower: 5723, upper: 5723, status: "measured" };
    expect(formatBounded(cell, "de", texts)).toBe("5.723");
    expect(formatBounded(cell, "en", texts)).toBe("5,723");
  });
  it("marks an estimate", () => {
    expect(formatBounded({ value: 12.4, lower: 3, upper: 30, status: "estimated" }, "de", texts)).toBe("≈ 12");
  });
  it("shows what is masked as an interval, never as zero", () => {
    expect(formatBounded({ value: null, lower: 0, upper: 9, status: "unlisted" }, "de", texts)).toBe("0–9");
  });
  it("says when only the upper bound, or nothing, is known", () => {
    expect(formatBounded({ value: null, lower: null, upper: 9, status: "masked" }, "de", texts)).toBe("höchstens 9");
    expect(formatBounded({ value: null, lower: null, upper: null, status: "unknown" }, "de", texts)).toBe("unbekannt");
  });
  it("keeps the wanted decimals", () => {
    expect(formatBounded({ value: 41.06, lower: 41.06, upper: 41.06, status: "measured" }, "de", texts, 1)).toBe("41,1");
  });
});

describe("formatRange", () => {
  it("keeps minus signs and the dash between the numbers apart", () => {
    expect(formatRange(-22185, -20195, "de")).toBe("\u221222.185 – \u221220.195");
  });
  it("writes one number where both read the same", () => {
    expect(formatRange(14.91, 14.93, "de", 1)).toBe("14,9");
  });
});

describe("isShown", () => {
  it("is true for zero and false for what is not known", () => {
    expect(isShown({ value: 0 })).toBe(true);
    expect(isShown({ value: null })).toBe(false);
    expect(isShown({ value: NaN })).toBe(false);
  });
});
