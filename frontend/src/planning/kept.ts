/** Scenarios kept in this browser alone: name and address, in the reader's local storage; nothing leaves the device. */

export interface KeptScenario {
  name: string;
  query: string;
}

const MOST = 50;

/** Scenarios of one region, oldest first; what cannot be read counts as none. */
export function readKept(store: Storage, key: string): KeptScenario[] {
  try {
    const found: unknown = JSON.parse(store.getItem(key) ?? "[]");
    if (!Array.isArray(found)) return [];
    return found.filter(
      (one: unknown): one is KeptScenario =>
        typeof one === "object" && one !== null && typeof (one as KeptScenario).name === "string" && typeof (one as KeptScenario).query === "string",
    );
  } catch {
    return [];
  }
}

/** Keep a scenario under its name; an earlier one of that name is replaced. False when the browser keeps nothing. */
export function writeKept(store: Storage, key: string, kept: KeptScenario[]): boolean {
  try {
    store.setItem(key, JSON.stringify(kept.slice(-MOST)));
    return true;
  } catch {
    return false;
  }
}

/** Fill `#kept-scenarios`: a small form to keep the present state, and the list of what is kept. */
export function keepScenarios(root: Document): void {
  const place = root.getElementById("kept-scenarios");
  if (!place || place.dataset.ready) return;
  place.dataset.ready = "yes";
  const { region = "", textName = "", textKeep = "", textRemove = "", textKept = "", textFault = "", textCompare = "", compare = "" } = place.dataset;
  const key = `raumwerk-scenarios-${region}`;
  const link = root.getElementById("plan-link");
  const pinned = link instanceof HTMLAnchorElement ? new URL(link.href).search : location.search;

  const form = root.createElement("form");
  form.className = "plan-keep";
  const label = root.createElement("label");
  label.htmlFor = "keep-name";
  label.textContent = textName;
  const field = root.createElement("input");
  Object.assign(field, { id: "keep-name", type: "text", maxLength: 80, required: true });
  const button = root.createElement("button");
  Object.assign(button, { type: "submit", className: "rw-button rw-button--quiet", textContent: textKeep });
  const status = root.createElement("p");
  status.setAttribute("role", "status");
  form.append(label, field, button);
  const chosen = root.createElement("form");
  Object.assign(chosen, { method: "get", action: compare });
  const list = root.createElement("ul");
  const send = root.createElement("button");
  Object.assign(send, { type: "submit", className: "rw-button rw-button--quiet", textContent: textCompare });
  chosen.append(list, send);
  place.append(form, status, chosen);

  const draw = (): void => {
    chosen.hidden = readKept(localStorage, key).length === 0;
    list.replaceChildren(
      ...readKept(localStorage, key).map((one) => {
        const line = root.createElement("li");
        const open = root.createElement("a");
        open.href = `${location.pathname}${one.query.startsWith("?") ? one.query : ""}`;
        open.textContent = one.name;
        const remove = root.createElement("button");
        Object.assign(remove, { type: "button", className: "plan-remove", textContent: textRemove });
        remove.setAttribute("aria-label", `${textRemove}: ${one.name}`);
        remove.addEventListener("click", () => {
          writeKept(localStorage, key, readKept(localStorage, key).filter((other) => other.name !== one.name));
          draw();
          field.focus();
        });
        const box = root.createElement("input");
        Object.assign(box, { type: "checkbox", name: "s", value: `${one.query.replace(/^\?/, "")}&name=${encodeURIComponent(one.name)}` });
        box.setAttribute("aria-label", `${textCompare}: ${one.name}`);
        line.append(box, " ", open, " ", remove);
        return line;
      }),
    );
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const name = field.value.trim();
    if (!name) return;
    const others = readKept(localStorage, key).filter((one) => one.name !== name);
    const done = writeKept(localStorage, key, [...others, { name, query: pinned }]);
    status.textContent = done ? textKept : textFault;
    field.value = "";
    draw();
  });
  draw();
}
