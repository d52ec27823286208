// The editable detail grid: Enter goes to the next row, rows of a spreadsheet can be pasted, lines are added in place.
import { announceContent } from "../dom/attach";
import { isComposing } from "../dom/typing";

const CELLS = ".fw-cell-input, td .fw-check:not([name$='._remove'])";

class Grid {
  private readonly body: HTMLElement;
  private next: number;

  constructor(private readonly box: HTMLElement) {
    this.body = box.querySelector<HTMLElement>("tbody")!;
    this.next = Math.max(-1, ...this.rows.map((row) => Number(row.dataset.row))) + 1;
    box.querySelector("[data-add]")?.addEventListener("click", (event) => {
      event.preventDefault();
      const row = this.add();
      if (row) this.focus(row, 0);
    });
    box.addEventListener("keydown", (event) => this.key(event));
    box.addEventListener("paste", (event) => this.paste(event));
    box.addEventListener("change", (event) => this.removed(event));
  }

  private get rows(): HTMLTableRowElement[] {
    return [...this.body.querySelectorAll<HTMLTableRowElement>("tr[data-row]:not(.is-error-row)")];
  }

  private cells(row: Element): HTMLInputElement[] {
    return [...row.querySelectorAll<HTMLInputElement>(CELLS)];
  }

  /** A fresh row from the template; its names and ids carry the next key. */
  private add(): HTMLTableRowElement | null {
    const template = this.box.querySelector<HTMLTemplateElement>("template");
    const first = template?.content.querySelector("tr");
    if (!first) return null;
    const blankKey = first.getAttribute("data-row") ?? "";
    const key = String(this.next++);
    const number = String(this.rows.length + 1);
    const row = first.cloneNode(true) as HTMLTableRowElement;
    row.dataset.row = key;
    for (const element of row.querySelectorAll<HTMLElement>("*")) {
      for (const attribute of [...element.attributes]) {
        let value = attribute.value.replaceAll(`.${blankKey}.`, `.${key}.`).replaceAll(`-${blankKey}-`, `-${key}-`);
        if (attribute.name === "aria-label" || attribute.name === "title") value = value.replace("{}", number);
        if (value !== attribute.value) element.setAttribute(attribute.name, value);
      }
    }
    row.querySelector("[data-number]")!.firstChild!.textContent = number;
    this.body.append(row);
    announceContent(row);
    row.dispatchEvent(new Event("change", { bubbles: true }));
    return row;
  }

  private focus(row: Element, column: number): void {
    const cells = this.cells(row);
    const cell = cells[Math.min(column, cells.length - 1)];
    cell?.focus();
    if (cell instanceof HTMLInputElement && cell.type !== "checkbox") cell.select();
  }

  private key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (event.defaultPrevented || isComposing(event) || !target.matches(CELLS)) return;
    const row = target.closest("tr")!;
    const column = this.cells(row).indexOf(target as HTMLInputElement);
    const at = this.rows.indexOf(row);
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      const below = this.rows[at + (event.shiftKey ? -1 : 1)] ?? (event.shiftKey ? row : this.add());
      if (below) this.focus(below, column);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !target.matches("select, [role=combobox], [type=date], [type=datetime-local]")) {
      const other = this.rows[at + (event.key === "ArrowDown" ? 1 : -1)];
      if (other) {
        event.preventDefault();
        this.focus(other, column);
      }
    }
  }

  /** Fill cells from a copied range, one line a row; look-ups get the text, which is matched on saving. */
  private paste(event: ClipboardEvent): void {
    const target = event.target as HTMLElement;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!target.matches(CELLS) || !/[\t\n]/.test(text.trimEnd())) return;
    event.preventDefault();
    const start = target.closest("tr")!;
    const from = this.cells(start).indexOf(target as HTMLInputElement);
    const lines = text.replace(/\r/g, "").replace(/\n$/, "").split("\n");
    let row: HTMLTableRowElement | null = start;
    lines.forEach((line, at) => {
      if (at > 0 && row) row = this.rows[this.rows.indexOf(row) + 1] ?? this.add();
      if (!row) return;
      const cells = this.cells(row).slice(from);
      line.split("\t").forEach((value, index) => this.fill(cells[index], value.trim()));
    });
    start.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private fill(cell: HTMLInputElement | undefined, value: string): void {
    if (!cell) return;
    const element: HTMLElement = cell;
    if (element instanceof HTMLSelectElement) {
      const option = [...element.options].find((one) => one.text === value || one.value === value);
      if (option) element.value = option.value;
    } else if (cell.type === "checkbox") cell.checked = /^(1|true|yes|x|✓)$/i.test(value);
    else {
      cell.value = value;
      const hidden = cell.closest(".fw-lookup")?.querySelector<HTMLInputElement>("input[type=hidden]");
      if (hidden) hidden.value = "";
    }
  }

  /** A new line that is removed disappears; a saved one stays struck out until the form is saved. */
  private removed(event: Event): void {
    const box = event.target as HTMLInputElement;
    if (!box.name?.endsWith("._remove")) return;
    const row = box.closest("tr")!;
    const isNew = !row.querySelector<HTMLInputElement>("input[name$='._id']")?.value;
    if (!isNew) return;
    const at = this.rows.indexOf(row);
    row.nextElementSibling?.classList.contains("is-error-row") && row.nextElementSibling.remove();
    row.remove();
    this.rows.forEach((one, index) => (one.querySelector("[data-number]")!.firstChild!.textContent = String(index + 1)));
    const near = this.rows[at] ?? this.rows[at - 1];
    if (near) this.focus(near, 0);
    else this.box.querySelector<HTMLElement>("[data-add]")?.focus();
    this.body.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

export function grid(box: HTMLElement): void {
  new Grid(box);
}
