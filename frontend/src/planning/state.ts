/** The state of the form as the address holds it: several choices of one list in one value, joined by commas. */

export function stateOf(fields: FormData): URLSearchParams {
  const values = new Map<string, string[]>();
  for (const [name, value] of fields) {
    if (typeof value !== "string" || value === "") continue;
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  const query = new URLSearchParams();
  for (const [name, all] of values) {
    // Compared scenarios (`s`) are addresses of their own and stay apart.
    if (name === "s") for (const one of all) query.append(name, one);
    else query.set(name, all.join(","));
  }
  return query;
}
