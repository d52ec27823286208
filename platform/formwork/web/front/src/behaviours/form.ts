// A record form: conditions evaluated by the server, a draft kept in this tab, a guard against losing what was typed.
import { announceContent } from "../dom/attach";
import { showSignedOut } from "./toasts";

const WAIT = 250;
const SENT = "fw-sent";

/** Forget the draft of a form that was sent, once a page other than the form, the sign-in or a refusal answers it. */
export function settleDraft(): void {
  const key = sessionStorage.getItem(SENT);
  if (!key || document.querySelector("[data-refused]")) return;
  sessionStorage.removeItem(SENT);
  if (!document.querySelector(`[data-draft="${CSS.escape(key)}"]`)) sessionStorage.removeItem(key);
}

/** Put freshly evaluated slots in place where their shape changed; what is being typed is never touched. */
function merge(form: HTMLElement, fresh: Document): boolean {
  let changed = false;
  for (const slot of document.querySelectorAll<HTMLElement>("[data-slot]")) {
    const next = fresh.querySelector<HTMLElement>(`[data-slot="${CSS.escape(slot.dataset.slot ?? "")}"]`);
    if (!next || next.dataset.shape === slot.dataset.shape || slot.contains(document.activeElement)) continue;
    const appears = slot.hidden !== next.hidden;
    slot.replaceWith(next);
    announceContent(next);
    changed ||= appears;
  }
  follow(form, fresh);
  for (const section of form.querySelectorAll<HTMLElement>("[data-section]")) {
    const next = fresh.querySelector<HTMLElement>(`[data-section="${CSS.escape(section.dataset.section ?? "")}"]`);
    if (next && next.hidden !== section.hidden) {
      section.hidden = next.hidden;
      changed = true;
    }
  }
  return changed;
}

/** Defaults that follow what is typed: filled in while blank, changed as long as nobody has typed there. */
function follow(form: HTMLElement, fresh: Document): void {
  for (const next of fresh.querySelectorAll<HTMLInputElement>("[data-auto][name]")) {
    const input = form.querySelector<HTMLInputElement>(`[name="${CSS.escape(next.name)}"]`);
    if (!input || input === document.activeElement || (input.value && !("auto" in input.dataset))) continue;
    input.value = next.value;
    input.dataset.auto = "";
    const title = next.closest(".fw-lookup")?.querySelector<HTMLInputElement>("[role=combobox]")?.value;
    const shown = input.closest(".fw-lookup")?.querySelector<HTMLInputElement>("[role=combobox]");
    if (shown && title !== undefined) shown.value = title;
  }
}

class RecordForm {
  private dirty: boolean;
  private timer = 0;
  private asked = 0;
  private sending = false;

  constructor(private readonly form: HTMLFormElement) {
    this.dirty = "dirty" in form.dataset;
    form.addEventListener("input", (event) => {
      delete (event.target as HTMLElement).dataset.auto;
      this.touched();
    });
    form.addEventListener("change", (event) => {
      delete (event.target as HTMLElement).dataset.auto;
      this.touched();
      const target = event.target as HTMLElement;
      if ("reload" in target.dataset) return this.resubmit();
      if (form.dataset.refresh) this.refresh();
    });
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      if (this.sending) return event.preventDefault();
      this.sending = true;
      this.dirty = false;
      if (form.dataset.draft) sessionStorage.setItem(SENT, form.dataset.draft);
      for (const button of document.querySelectorAll("[data-save]")) button.setAttribute("aria-disabled", "true");
    });
    window.addEventListener("beforeunload", (event) => {
      if (this.dirty) event.preventDefault();
    });
    window.addEventListener("pageshow", () => {
      this.sending = false;
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        form.requestSubmit(document.querySelector<HTMLButtonElement>("[data-save]"));
      }
    });
    this.offer();
    this.begin();
  }

  /** A new record begins in its first field, unless focus is somewhere already or a keyboard would cover a phone. */
  private begin(): void {
    if (!("fresh" in this.form.dataset) || this.dirty || !matchMedia("(pointer: fine) and (min-width: 768px)").matches) return;
    const nowhere = !document.activeElement || document.activeElement === document.body;
    const inputs = this.form.querySelectorAll<HTMLElement>("input:not([type=hidden]), select, textarea");
    if (nowhere) [...inputs].find((input) => input.matches(":enabled:not([readonly])") && input.checkVisibility())?.focus();
  }

  private touched(): void {
    this.dirty = true;
    this.keep();
  }

  /** Ask the server which fields are shown, required and calculated now. */
  private refresh(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.evaluate(), WAIT);
  }

  private async evaluate(): Promise<void> {
    const turn = ++this.asked;
    const auto = new Set([...this.form.querySelectorAll<HTMLInputElement>("[data-auto][name]")].map((input) => input.name));
    const sent = [...new FormData(this.form)].filter(([name]) => !auto.has(name));
    const body = new URLSearchParams(sent.map(([name, value]) => [name, String(value)]));
    let text: string;
    try {
      const answer = await fetch(this.form.dataset.refresh!, { method: "POST", body, headers: { "HX-Request": "true" } });
      if (answer.status === 401) showSignedOut();
      if (!answer.ok) return;
      text = await answer.text();
    } catch {
      return;
    }
    if (turn !== this.asked) return;
    const fresh = new DOMParser().parseFromString(text, "text/html");
    const status = this.form.querySelector<HTMLElement>("[data-status]");
    if (merge(this.form, fresh) && status) status.textContent = status.dataset.changed ?? "";
  }

  private resubmit(): void {
    this.dirty = false;
    const mark = document.createElement("input");
    mark.type = "hidden";
    mark.name = "_reload";
    mark.value = "1";
    this.form.append(mark);
    this.form.requestSubmit();
  }

  private keep(): void {
    const key = this.form.dataset.draft;
    if (!key) return;
    const fields = [...new FormData(this.form)].filter(([name]) => name !== "_csrf" && name !== "_version");
    const now = new Date();
    sessionStorage.setItem(key, JSON.stringify({ at: now.getTime(), fields }));
    const note = document.querySelector<HTMLElement>("[data-draft-note]");
    if (!note) return;
    const time = now.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    note.textContent = (note.dataset.text ?? "").replace("{}", time);
    note.hidden = false;
  }

  private drop(): void {
    if (this.form.dataset.draft) sessionStorage.removeItem(this.form.dataset.draft);
  }

  /** A draft left behind in this tab is offered, never applied by itself. */
  private offer(): void {
    const box = this.form.querySelector<HTMLElement>("[data-draft-offer]");
    const kept = this.form.dataset.draft && sessionStorage.getItem(this.form.dataset.draft);
    if (!box || !kept || this.dirty) return;
    box.hidden = false;
    box.querySelector("[data-draft-drop]")?.addEventListener("click", () => {
      this.drop();
      box.hidden = true;
    });
    box.querySelector("[data-draft-use]")?.addEventListener("click", () => {
      box.hidden = true;
      this.restore((JSON.parse(kept) as { fields: [string, string][] }).fields);
    });
  }

  private restore(fields: [string, string][]): void {
    const wanted = new Map<string, string[]>();
    for (const [name, value] of fields) wanted.set(name, [...(wanted.get(name) ?? []), value]);
    for (const [name, values] of wanted) {
      if (/\.\d+\./.test(name) && !this.form.elements.namedItem(name)) this.grow(name);
      for (const element of this.form.querySelectorAll<HTMLInputElement>(`[name="${CSS.escape(name)}"]`)) {
        if (element.type === "checkbox" || element.type === "radio") element.checked = values.includes(element.value);
        else if (element.type !== "hidden" || values.length === 1) element.value = values[values.length - 1] ?? "";
      }
    }
    this.touched();
    this.form.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private grow(name: string): void {
    const list = name.split(".")[0] ?? "";
    const add = document.querySelector<HTMLButtonElement>(`#grid-${CSS.escape(list)} [data-add]`);
    for (let turn = 0; turn < 200 && add && !this.form.elements.namedItem(name); turn += 1) add.click();
  }
}

export function form(element: HTMLElement): void {
  new RecordForm(element as HTMLFormElement);
}

/** A step that is sent as soon as a choice is made, keeping the place on the page. */
export function autosubmit(element: HTMLElement): void {
  const step = element as HTMLFormElement;
  step.addEventListener("change", () => step.requestSubmit());
}
