import { beforeEach, describe, expect, it, vi } from "vitest";
import { waitForDrafts } from "./drafts";

let page: Document;
let sent: ReturnType<typeof vi.fn<(event: SubmitEvent) => void>>;

const form = (): HTMLFormElement => page.querySelector("form") as HTMLFormElement;
const button = (): HTMLButtonElement => page.querySelector("button") as HTMLButtonElement;
const draft = (name: string): boolean =>
  form().dispatchEvent(new CustomEvent(`w-autosave:${name}`, { bubbles: true, cancelable: name === "save" }));

describe("waitForDrafts", () => {
  beforeEach(() => {
    page = document.implementation.createHTMLDocument();
    page.body.innerHTML = "<form data-edit-form><button name='action' value='publish'>Veröffentlichen</button></form>";
    sent = vi.fn<(event: SubmitEvent) => void>((event) => {
      event.preventDefault();
    });
    waitForDrafts(page);
    form().addEventListener("submit", sent);
  });

  it("lets a form go when no draft is under way", () => {
    button().click();
    expect(sent).toHaveBeenCalledOnce();
  });

  it.each(["success", "error"])("holds a form until the draft ended with %s, and sends what its button says", (end) => {
    draft("save");
    button().click();
    button().click();
    expect(sent).not.toHaveBeenCalled();
    button().disabled = true; // as the editor does while it is sending
    draft(end);
    expect(sent).toHaveBeenCalledOnce();
    expect(new FormData(form()).getAll("action")).toEqual(["publish"]);
  });

  it("begins no draft once the form is sent", () => {
    expect(draft("save")).toBe(true);
    draft("success");
    button().click();
    expect(draft("save")).toBe(false);
  });

  it("leaves other forms alone", () => {
    page.body.insertAdjacentHTML("beforeend", "<form id='other'><button>Suchen</button></form>");
    const other = page.querySelector("#other") as HTMLFormElement;
    other.addEventListener("submit", sent);
    draft("save");
    other.querySelector("button")?.click();
    expect(sent).toHaveBeenCalledOnce();
  });
});
