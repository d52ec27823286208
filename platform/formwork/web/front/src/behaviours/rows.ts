// Rows of a list: selection with its bar, j and k, x, Enter, and a click anywhere opens the record.
import { isTyping } from "../dom/typing";

export function rows(table: HTMLElement): void {
  const boxes = (): HTMLInputElement[] => [...table.querySelectorAll<HTMLInputElement>("tbody .fw-check")];
  const all = table.querySelector<HTMLInputElement>("[data-all]");
  const bar = document.getElementById("bulk");
  let last = -1;

  const update = (): void => {
    const chosen = boxes().filter((box) => box.checked);
    for (const box of boxes()) {
      const row = box.closest("tr")!;
      row.classList.toggle("is-selected", box.checked);
      row.setAttribute("aria-selected", String(box.checked));
    }
    if (all) {
      all.checked = chosen.length > 0 && chosen.length === boxes().length;
      all.classList.toggle("is-mixed", chosen.length > 0 && !all.checked);
      all.indeterminate = chosen.length > 0 && !all.checked;
    }
    if (!bar) return;
    bar.hidden = !chosen.length;
    table.parentElement?.classList.toggle("has-bar", chosen.length > 0);
    bar.querySelector("[data-count]")!.textContent = String(chosen.length);
  };

  table.addEventListener("click", (event) => {
    const target = event.target as HTMLElement;
    if (target instanceof HTMLInputElement && target.type === "checkbox" && target !== all) {
      const at = boxes().indexOf(target);
      if (event.shiftKey && last >= 0) {
        for (const box of boxes().slice(Math.min(at, last), Math.max(at, last) + 1)) box.checked = target.checked;
      }
      last = at;
      return update();
    }
    const row = target.closest<HTMLElement>("tbody tr[data-href]");
    if (!row || target.closest("a, button, input, .fw-col-check") || getSelection()?.toString()) return;
    if (event.ctrlKey || event.metaKey) window.open(row.dataset.href);
    else location.assign(row.dataset.href!);
  });
  all?.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
    update();
  });
  bar?.querySelector("[data-clear]")?.addEventListener("click", () => {
    for (const box of boxes()) box.checked = false;
    update();
  });

  document.addEventListener("keydown", (event) => {
    if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey || document.body.dataset.keys === "off") return;
    if (document.querySelector("dialog[open], [popover]:popover-open")) return;
    const links = [...table.querySelectorAll<HTMLElement>("tbody .fw-col-first a")];
    const current = document.activeElement?.closest("tbody tr");
    const at = links.findIndex((link) => link.closest("tr") === current);
    if (event.key === "j" || event.key === "k") {
      event.preventDefault();
      links[Math.min(links.length - 1, Math.max(0, at + (event.key === "j" ? 1 : -1)))]?.focus();
    } else if (event.key === "x" && current) {
      const box = current.querySelector<HTMLInputElement>(".fw-check");
      if (box) box.click();
    } else if (event.key === "Escape" && bar && !bar.hidden) {
      bar.querySelector<HTMLElement>("[data-clear]")?.click();
    }
  });
  update();
}
