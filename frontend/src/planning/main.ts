/**
 * Makes a planning page live: a moved slider or another choice asks for the answer to the new state and puts its parts
 * in place: first words, key figures and map; long tables and links follow once nothing moves any more. Without this
 * script the same form is sent by its button.
 *
 * The page hands over `#plan-form` and parts marked `data-swap` with an id. While a slider moves, the controls stay, so
 * that neither the hand nor the focus loses it; after a choice they are replaced, since other ones may matter now.
 */

import "./planning.css";
import { foldForm } from "../atlas/fold";
import { keepScenarios } from "./kept";
import { stateOf } from "./state";

const REST = 50; // milliseconds of rest after which a slider counts as put down
const CALM = 150; // and after which the long tables follow the map
const LATER = ["plan-tables", "plan-save", "plan-take"]; // parts that come second

class PlanningPage {
  private turn = 0;
  private waiting: number | undefined;
  private following: number | undefined;
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

  /** Show the state of an address: `controls` draws the form anew too, `replace` says how the address is remembered. */
  private async show(url: string, how: { controls: boolean; replace: boolean | null }): Promise<void> {
    const turn = ++this.turn;
    this.asked?.abort();
    this.asked = new AbortController();
    window.clearTimeout(this.following);
    const began = performance.now();
    document.getElementById("plan-figure")?.setAttribute("aria-busy", "true");
    try {
      const page = await this.fetched(url, this.inParts ? (how.controls ? "form" : "answer") : "");
      if (!page || turn !== this.turn) return;
      this.swap(page, how.controls);
      if (how.replace === true) history.replaceState(null, "", url);
      if (how.replace === false) history.pushState(null, "", url);
      document.documentElement.dataset.redrawn = String(Math.round(performance.now() - began));
      if (!this.inParts) return;
      for (const id of LATER) document.getElementById(id)?.setAttribute("aria-busy", "true");
      this.following = window.setTimeout(() => void this.follow(url, turn), CALM);
    } catch (fault) {
      if (!(fault instanceof DOMException && fault.name === "AbortError")) location.assign(url);
    } finally {
      if (turn === this.turn) document.getElementById("plan-figure")?.removeAttribute("aria-busy");
    }
  }

  /** Let tables and links follow the answer that is shown. */
  private async follow(url: string, turn: number): Promise<void> {
    try {
      const page = await this.fetched(url, "rest");
      if (page && turn === this.turn) this.swap(page, false);
    } catch (fault) {
      if (!(fault instanceof DOMException && fault.name === "AbortError")) location.assign(url);
    }
  }

  private get inParts(): boolean {
    return this.form.dataset.parts === "yes";
  }

  /** The page of an address, or that part of it; null when the browser was sent there instead. */
  private async fetched(url: string, part: string): Promise<Document | null> {
    const address = new URL(url, location.href);
    if (part) address.searchParams.set("part", part);
    const answer = await fetch(address, { headers: { Accept: "text/html" }, signal: this.asked?.signal ?? null });
    // A wrong parameter comes back as a page that says so; anything else is for the browser to show.
    if ((!answer.ok && answer.status !== 400) || answer.redirected) {
      location.assign(url);
      return null;
    }
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  private swap(page: Document, controls: boolean): void {
    const focused = document.activeElement?.id;
    const written = [...document.querySelectorAll<HTMLInputElement>("#plan-save input[id]:not([type=hidden])")];
    for (const part of document.querySelectorAll<HTMLElement>("[data-swap]")) {
      if (part.id === "plan-controls" && !controls) continue;
      const fresh = part.id ? page.getElementById(part.id) : null;
      if (fresh) part.replaceWith(document.adoptNode(fresh));
    }
    document.title = page.title || document.title;
    keepScenarios(document);
    for (const { id, value } of written) {
      const field = document.getElementById(id); // a name that is being written outlives the swap
      if (field instanceof HTMLInputElement && field.type !== "checkbox" && !field.value) field.value = value;
    }
    if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
  }
}

const form = document.getElementById("plan-form");
if (form instanceof HTMLFormElement) {
  foldForm(form);
  new PlanningPage(form);
}
keepScenarios(document);
