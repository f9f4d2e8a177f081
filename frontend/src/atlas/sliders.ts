/** Gives number fields a slider over round steps, and a choice of periods one over time. Without script they stay fields. */

/** Position of the step nearest to a value. */
export function nearestStep(steps: readonly number[], value: number): number {
  let best = 0;
  steps.forEach((step, index) => {
    if (Math.abs(step - value) < Math.abs((steps[best] as number) - value)) best = index;
  });
  return best;
}

function slider(id: string, label: string, last: number, at: number): HTMLInputElement {
  const made = document.createElement("input");
  made.type = "range";
  made.id = id;
  made.min = "0";
  made.max = String(last);
  made.step = "1";
  made.value = String(at);
  made.className = "atlas-slider";
  made.setAttribute("aria-label", label);
  return made;
}

/** Sliders for the number fields below `root` that name their steps. */
export function addSliders(root: ParentNode): void {
  for (const field of root.querySelectorAll<HTMLInputElement>("input[type=number][data-steps]")) {
    const steps = (field.dataset.steps ?? "").split(",").map(Number);
    const last = steps.length - 1;
    const open = field.dataset.open === "end"; // at its end: no limit
    const at = field.value === "" ? (open ? last : 0) : nearestStep(steps, Number(field.value));
    const made = slider(`${field.id}-slider`, field.dataset.text ?? "", last, at);
    const tell = (): void => {
      made.setAttribute("aria-valuetext", field.value === "" ? "–" : field.value);
    };
    tell();
    made.addEventListener("input", () => {
      const index = Number(made.value);
      field.value = open && index === last ? "" : String(steps[index]);
      tell();
    });
    made.addEventListener("change", (event) => {
      event.stopPropagation();
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
    field.after(made);
  }
}

export interface PlayTexts {
  slide: string;
  play: string;
  stop: string;
}

const PAUSE = 900; // milliseconds that a period stays when they are played

/** A slider and a button to play the periods of a `select` that lists them newest first. */
export function addTimeSlider(select: HTMLSelectElement, texts: PlayTexts, stopped: () => boolean): void {
  const options = [...select.options].reverse();
  const last = options.length - 1;
  if (last < 2) return;
  const at = options.findIndex((option) => option.selected);
  const made = slider(`${select.id}-slider`, texts.slide, last, at);
  made.setAttribute("aria-valuetext", options[at]?.text ?? "");
  const show = (index: number): void => {
    const option = options[index];
    if (!option) return;
    select.value = option.value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  };
  made.addEventListener("input", () => {
    made.setAttribute("aria-valuetext", options[Number(made.value)]?.text ?? "");
  });
  made.addEventListener("change", (event) => {
    event.stopPropagation();
    show(Number(made.value));
  });
  select.after(made);
  if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const button = document.createElement("button");
  button.type = "button";
  button.id = `${select.id}-play`;
  button.className = "rw-button rw-button--quiet atlas-play";
  const playing = select.dataset.playing === "yes";
  button.textContent = playing ? texts.stop : texts.play;
  button.addEventListener("click", () => {
    const form = select.form;
    if (!form) return;
    if (form.dataset.playing === "yes") {
      delete form.dataset.playing;
      button.textContent = texts.play;
      return;
    }
    form.dataset.playing = "yes";
    button.textContent = texts.stop;
    show(at >= last ? 0 : at + 1);
  });
  made.after(button);
  const form = select.form;
  if (form?.dataset.playing !== "yes") return;
  button.textContent = texts.stop;
  if (at >= last) {
    delete form.dataset.playing;
    button.textContent = texts.play;
    return;
  }
  window.setTimeout(() => {
    if (form.dataset.playing === "yes" && !stopped() && select.isConnected) show(at + 1);
  }, PAUSE);
}
