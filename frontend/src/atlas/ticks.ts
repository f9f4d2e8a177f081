/**
 * The list of municipalities to be ticked, by district: reads and writes what is chosen, whoever chose it.
 *
 * A fieldset holds a box for the whole district (a key of five digits) and one for each of its municipalities.
 */

const NAME = "gebiete";

interface Group {
  whole: HTMLInputElement | null;
  members: HTMLInputElement[];
  fold: HTMLDetailsElement | null;
}

function groups(form: HTMLFormElement): Group[] {
  return [...form.querySelectorAll("fieldset")].map((part) => {
    const boxes = [...part.querySelectorAll<HTMLInputElement>(`input[type=checkbox][name=${NAME}]`)];
    return {
      whole: boxes.find((box) => box.value.length === 5) ?? null,
      members: boxes.filter((box) => box.value.length !== 5),
      fold: part.querySelector("details"),
    };
  });
}

/** Keys of the municipalities that are chosen, those of whole districts among them. */
export function ticked(form: HTMLFormElement): Set<string> {
  return new Set(
    groups(form).flatMap(({ whole, members }) =>
      members.filter((box) => box.checked || whole?.checked).map((box) => box.value),
    ),
  );
}

/** Tick exactly these municipalities; districts with one of them are unfolded, so that the choice is seen. */
export function tick(form: HTMLFormElement, keys: ReadonlySet<string>): void {
  for (const { whole, members, fold } of groups(form)) {
    for (const box of members) box.checked = keys.has(box.value);
    if (whole) whole.checked = members.length > 0 && members.every((box) => box.checked);
    if (fold && members.some((box) => box.checked)) fold.open = true;
  }
}

/** Let the box of a district and those of its municipalities agree after one of them was changed by hand. */
export function agree(form: HTMLFormElement, changed: HTMLInputElement): void {
  for (const { whole, members } of groups(form)) {
    if (changed === whole) for (const box of members) box.checked = whole.checked;
    else if (whole && members.includes(changed)) whole.checked = members.every((box) => box.checked);
  }
}

/** Send a whole district by its own key, so that the address stays short. */
export function shorten(form: HTMLFormElement, data: FormData): void {
  const keys = groups(form).flatMap(({ whole, members }) =>
    whole?.checked ? [whole.value] : members.filter((box) => box.checked).map((box) => box.value),
  );
  data.delete(NAME);
  if (keys.length > 0) data.append(NAME, keys.join(","));
}
