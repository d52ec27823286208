// A combobox over records (WAI-ARIA 1.2, list autocomplete): typing asks the server, focus stays in the input.
import { place } from "../dom/anchor";
import { isComposing } from "../dom/typing";
import { showSignedOut } from "./toasts";

interface Suggestion {
  id: string;
  title: string;
  detail?: string;
  initials?: string;
  hue?: string;
}

const WAIT = 150;

/** Values of other inputs the look-up's filter refers to, named in data-needs. */
function needs(box: HTMLElement): [string, string][] {
  const form = box.closest("form");
  const row = box.closest<HTMLElement>("tr[data-row]");
  return (box.dataset.needs ?? "").split(" ").filter(Boolean).map((name) => {
    const scoped = row && form?.elements.namedItem(`${row.closest<HTMLElement>("[data-name]")?.dataset.name}.${row.dataset.row}.${name}`);
    const found = scoped ?? form?.elements.namedItem(name);
    return [`this.${name}`, found instanceof HTMLInputElement || found instanceof HTMLSelectElement ? found.value : ""];
  });
}

function line(item: Suggestion, id: string): HTMLLIElement {
  const option = document.createElement("li");
  option.className = "fw-option";
  option.id = id;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  option.dataset.id = item.id;
  option.dataset.title = item.title;
  if (item.initials) {
    const mark = document.createElement("span");
    mark.className = `fw-avatar fw-avatar--square fw-${item.hue ?? "grey"}`;
    mark.setAttribute("aria-hidden", "true");
    mark.textContent = item.initials;
    option.append(mark);
  }
  const title = document.createElement("span");
  title.textContent = item.title;
  option.append(title);
  if (item.detail) {
    const detail = document.createElement("span");
    detail.className = "fw-option-meta";
    detail.textContent = item.detail;
    option.append(detail);
  }
  return option;
}

class Lookup {
  private readonly input: HTMLInputElement;
  private readonly hidden: HTMLInputElement | null;
  private readonly list: HTMLElement;
  private readonly clear: HTMLButtonElement | null;
  private active = -1;
  private timer = 0;
  private asked = 0;
  private settled: string;

  constructor(private readonly box: HTMLElement) {
    this.input = box.querySelector<HTMLInputElement>("[role=combobox]")!;
    this.hidden = box.querySelector<HTMLInputElement>("input[type=hidden]");
    this.list = box.querySelector<HTMLElement>("[role=listbox]") ?? this.makeList();
    this.clear = box.querySelector<HTMLButtonElement>("[data-clear]");
    this.settled = this.input.value;
    this.input.addEventListener("input", () => this.ask(WAIT));
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("click", () => this.isOpen || this.ask(0));
    this.input.addEventListener("blur", () => this.leave());
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const option = (event.target as Element).closest<HTMLElement>("[role=option]");
      if (option?.dataset.id) this.choose(option);
    });
    this.clear?.addEventListener("click", () => {
      this.set("", "");
      this.input.focus();
    });
  }

  private makeList(): HTMLElement {
    const list = document.createElement("ul");
    list.className = "fw-listbox";
    list.id = `${this.input.id || "lookup"}-list`;
    list.setAttribute("role", "listbox");
    list.setAttribute("popover", "manual");
    this.input.setAttribute("aria-controls", list.id);
    this.box.append(list);
    return list;
  }

  private get isOpen(): boolean {
    return this.list.matches(":popover-open");
  }

  /** Something is typed that names no record yet: Enter looks it up and must not send the form. */
  private get isUnsettled(): boolean {
    return this.input.value !== this.settled;
  }

  private get options(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>("[role=option][data-id]")];
  }

  private ask(wait: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.fetch(), wait);
  }

  private async fetch(): Promise<void> {
    const turn = ++this.asked;
    const typed = this.input.value === this.settled ? "" : this.input.value.trim();
    const address = new URL(this.box.dataset.source ?? "", location.href);
    address.searchParams.set("q", typed);
    for (const [name, value] of needs(this.box)) address.searchParams.set(name, value);
    let found: Suggestion[] = [];
    let none = this.box.dataset.none ?? "";
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      if (answer.status === 401) showSignedOut();
      if (answer.ok) found = ((await answer.json()) as { items: Suggestion[] }).items;
      else none = document.body.dataset.lost ?? "";
    } catch {
      none = document.body.dataset.lost ?? "";
    }
    if (turn !== this.asked || document.activeElement !== this.input) return;
    this.show(found, none);
  }

  private show(found: Suggestion[], nothing: string): void {
    const lines = found.map((item, index) => line(item, `${this.list.id}-${index}`));
    if (!lines.length) {
      const none = document.createElement("li");
      none.className = "fw-option fw-muted";
      none.setAttribute("role", "option");
      none.setAttribute("aria-disabled", "true");
      none.textContent = nothing;
      lines.push(none);
    }
    this.list.replaceChildren(...lines);
    if (!this.isOpen) this.list.showPopover();
    place(this.list, this.input, true);
    this.input.setAttribute("aria-expanded", "true");
    this.mark(found.length && this.input.value !== this.settled ? 0 : -1);
  }

  private mark(index: number): void {
    this.active = index;
    this.options.forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    const option = this.options[index];
    if (option) {
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  private close(): void {
    window.clearTimeout(this.timer);
    this.asked += 1;
    if (this.isOpen) this.list.hidePopover();
    this.input.setAttribute("aria-expanded", "false");
    this.mark(-1);
  }

  private key(event: KeyboardEvent): void {
    if (isComposing(event)) return;
    const many = this.options.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      event.stopPropagation();
      if (!this.isOpen) this.ask(0);
      else if (many) this.mark((this.active + (event.key === "ArrowDown" ? 1 : -1) + many) % many);
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && (this.isOpen || this.isUnsettled)) {
      event.preventDefault();
      event.stopPropagation();
      if (this.options[this.active]) this.choose(this.options[this.active]!);
      else if (!this.isOpen) this.ask(0);
    } else if (event.key === "Escape" && this.isOpen) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (event.key === "Tab" && this.isOpen && this.options[this.active] && this.isUnsettled) {
      this.choose(this.options[this.active]!);
    }
  }

  private choose(option: HTMLElement): void {
    this.set(option.dataset.id ?? "", option.dataset.title ?? "");
  }

  private set(id: string, title: string): void {
    this.close();
    this.settled = title;
    this.input.value = title;
    if (this.clear) this.clear.hidden = !id;
    if (this.hidden) {
      this.hidden.value = id;
      this.hidden.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.box.dispatchEvent(new CustomEvent("fw:chosen", { bubbles: true, detail: { id, title } }));
  }

  private leave(): void {
    this.close();
    if (!this.isUnsettled) return;
    if (!this.input.value.trim()) this.set("", "");
    else if (this.hidden) this.hidden.value = "";
  }
}

export function lookup(box: HTMLElement): void {
  new Lookup(box);
}

/** A look-up whose target object is chosen beside it asks that object's address. */
export function kind(select: HTMLElement): void {
  const box = select.parentElement?.querySelector<HTMLElement>("[data-source]");
  select.addEventListener("change", () => {
    if (!box) return;
    const address = new URL(box.dataset.source ?? "", location.href);
    address.searchParams.set("object", (select as HTMLSelectElement).value);
    box.dataset.source = address.pathname + address.search;
    box.querySelector<HTMLButtonElement>("[data-clear]")?.click();
  });
}

/** Several records: what is chosen becomes a chip with its own hidden input. */
export function many(box: HTMLElement): void {
  const list = box.querySelector<HTMLElement>(".fw-many-list");
  const blank = box.querySelector<HTMLTemplateElement>("template");
  const input = box.querySelector<HTMLInputElement>("[role=combobox]");
  box.addEventListener("fw:chosen", (event) => {
    const { id, title } = (event as CustomEvent<{ id: string; title: string }>).detail;
    const known = [...box.querySelectorAll<HTMLInputElement>(".fw-many-list input")].some((one) => one.value === id);
    if (input) input.value = "";
    if (!id || known || !blank || !list) return;
    const chip = blank.content.firstElementChild!.cloneNode(true) as HTMLElement;
    chip.querySelector(".fw-chip-text")!.textContent = title;
    chip.querySelector("input")!.value = id;
    const remove = chip.querySelector("button")!;
    remove.setAttribute("aria-label", (remove.getAttribute("aria-label") ?? "").replace("{}", title));
    list.append(chip);
    list.dispatchEvent(new Event("change", { bubbles: true }));
  });
  box.addEventListener("click", (event) => {
    const chip = (event.target as Element).closest("[data-remove]")?.closest("li");
    if (!chip) return;
    chip.remove();
    input?.focus();
    box.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
