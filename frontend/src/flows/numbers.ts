/** Numbers as readers see them: intervals stay intervals, estimates are marked. No DOM here. */

export interface Bounded {
  value: number | null;
  lower: number | null;
  upper: number | null;
  status: string;
}

/** Words the server hands over, already in the reader"s language. */
export interface NumberTexts {
  unknown: string;
  atMost: string;
}

/** A number in the reader's notation; with a true minus sign, which is not taken for a hyphen or a dash. */
export function formatNumber(value: number, locale: string, decimals = 0): string {
  const format = new Intl.NumberFormat(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return format.format(value).replace("-", "\u2212");
}

/** From one number to another: "0–9", "−3 – −1"; one number where both read the same. */
export function formatRange(lower: number, upper: number, locale: string, decimals = 0): string {
  const [from, to] = [formatNumber(lower, locale, decimals), formatNumber(upper, locale, decimals)];
  if (from === to) return from;
  return lower < 0 ? `${from} – ${to}` : `${from}–${to}`;
}

/** A value, an interval ("0–9"), an estimate ("≈ 120") or the word for "not known". */
export function formatBounded(cell: Bounded, locale: string, texts: NumberTexts, decimals = 0): string {
  if (cell.value !== null) {
    const shown = formatNumber(cell.value, locale, decimals);
    return cell.status === "estimated" ? `≈ ${shown}` : shown;
  }
  if (cell.lower !== null && cell.upper !== null) {
    return formatRange(cell.lower, cell.upper, locale, decimals);
  }
  if (cell.upper !== null) {
    return `${texts.atMost} ${formatNumber(cell.upper, locale, decimals)}`;
  }
  return texts.unknown;
}

/** Whether a cell has a value of its own to be coloured or drawn by. */
export function isShown(cell: Pick<Bounded, "value">): boolean {
  return cell.value !== null && Number.isFinite(cell.value);
}
