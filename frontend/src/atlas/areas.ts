/** Takes an area that was clicked on the map into the form. */

/** Whether the choice was changed. `add` keeps the areas chosen before; a second click takes an area out again; `own` is false for an area of the surroundings. */
export function chooseArea(form: HTMLFormElement, key: string, add: boolean, own: boolean): boolean {
  const boxes = [...form.querySelectorAll<HTMLInputElement>("input[type=checkbox][name=area]")];
  if (boxes.length > 0) return tick(form, boxes, key, add);
  if (!own) return false;
  const field = form.elements.namedItem("area");
  if (field instanceof HTMLSelectElement && ![...field.options].some((option) => option.value === key)) return false;
  if (!(field instanceof HTMLSelectElement || field instanceof HTMLInputElement)) return false;
  field.value = key;
  return true;
}

function tick(form: HTMLFormElement, boxes: HTMLInputElement[], key: string, add: boolean): boolean {
  const several = add || (form.elements.namedItem("several") as HTMLInputElement | null)?.checked === true;
  let box = boxes.find((each) => each.value === key);
  if (!box) {
    // beside municipalities a district from elsewhere has no flows of its own
    if (boxes.some((each) => each.checked && each.value.length === 8) && key.length === 5) return false;
    box = document.createElement("input");
    box.type = "checkbox";
    box.name = "area";
    box.value = key;
    box.hidden = true;
    form.append(box);
    boxes.push(box);
  }
  const was = box.checked;
  const alone = boxes.filter((each) => each.checked).length === 1;
  if (!several) for (const each of boxes) each.checked = false;
  box.checked = several ? !was : !(was && alone);
  if (!form.querySelector("#atlas-controls")?.contains(box)) box.disabled = !box.checked;
  return true;
}
