/**
 * Makes a planning page live: a moved slider or another choice asks for the page of the new state and puts its parts in
 * place. Without this script the same form is sent by its button.
 *
 * The page hands over `#plan-form` and parts marked `data-swap` with an id. While a slider moves, the controls stay, so
 * that neither the hand nor the focus loses it; after a choice they are replaced, since other ones may matter now.
 */

import "./planning.css";
import { keepScenarios } from "./kept";
import { stateOf } from "./state";

const REST = 80; // milliseconds of rest after which a slider counts as put down

class PlanningPage {
  private turn = 0;
  private waiting: number | undefined;
  private asked: AbortController | null = null;

  constructor(private readonly form: HTMLFormElement) {
    document.documentElement.classList.add("is-live");
    form.addEventListener("input", (event) => {
      const field = event.target;
      if (!(field instanceof HTMLInputElement) || field.type !== "range") return;
      this.tell(field);
      window.clearTimeout(this.waiting);
      this.waiting = window.setTimeout(() => void this.show(this.address(), { controls: false, replace: true }), REST);
    });
    form.addEventListener("change", (event) => {
      const field = event.target;
      if (field instanceof HTMLInputElement && field.type === "range") return;
      void this.show(this.address(), { controls: true, replace: false });
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.show(this.address(), { controls: true, replace: false });
    });
    window.addEventListener("popstate", () => void this.show(location.href, { controls: true, replace: null }));
  }

  /** Write the slider's value beside it in the reader's way. */
  private tell(field: HTMLInputElement): void {
    const place = field.parentElement?.querySelector("output");
    if (!place) return;
    const decimals = Number(place.dataset.decimals ?? "0");
    place.value = field.valueAsNumber.toLocaleString(document.documentElement.lang, {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
  }

  private address(): string {
    const query = stateOf(new FormData(this.form)).toString();
    return query ? `${location.pathname}?${query}` : location.pathname;
  }

  private async show(url: string, how: { controls: boolean; replace: boolean | null }): Promise<void> {
    const turn = ++this.turn;
    this.asked?.abort();
    this.asked = new AbortController();
    const began = performance.now();
    const figure = document.getElementById("plan-figure");
    figure?.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(url, { headers: { Accept: "text/html" }, signal: this.asked.signal });
      // A wrong parameter comes back as a whole page that says so; anything else is for the browser to show.
      if ((!answer.ok && answer.status !== 400) || answer.redirected) {
        location.assign(url);
        return;
      }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (turn !== this.turn) return;
      this.swap(page, how.controls);
      if (how.replace === true) history.replaceState(null, "", url);
      if (how.replace === false) history.pushState(null, "", url);
      document.documentElement.dataset.redrawn = String(Math.round(performance.now() - began));
    } catch (fault) {
      if (!(fault instanceof DOMException && fault.name === "AbortError")) location.assign(url);
    } finally {
      if (turn === this.turn) document.getElementById("plan-figure")?.removeAttribute("aria-busy");
    }
  }

  private swap(page: Document, controls: boolean): void {
    const focused = document.activeElement?.id;
    for (const part of document.querySelectorAll<HTMLElement>("[data-swap]")) {
      if (part.id === "plan-controls" && !controls) continue;
      const fresh = part.id ? page.getElementById(part.id) : null;
      if (fresh) part.replaceWith(document.adoptNode(fresh));
    }
    document.title = page.title || document.title;
    if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
    keepScenarios(document);
  }
}

const form = document.getElementById("plan-form");
if (form instanceof HTMLFormElement) new PlanningPage(form);
keepScenarios(document);
