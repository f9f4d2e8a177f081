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

export function formatNumber(value: number, locale: string, decimals = 0): string {
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(value);
}

/** A value, an interval ("0–9"), an estimate ("≈ 120") or the word for "not known". */
export function formatBounded(cell: Bounded, locale: string, texts: NumberTexts, decimals = 0): string {
  if (cell.value !== null) {
    const shown = formatNumber(cell.value, locale, decimals);
    return cell.status === "estimated" ? `≈ ${shown}` : shown;
  }
  if (cell.lower !== null && cell.upper !== null) {
    return `${formatNumber(cell.lower, locale, decimals)}–${formatNumber(cell.upper, locale, decimals)}`;
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
