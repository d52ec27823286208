// The choices of a select field: added, taken out, moved up; Enter in a label adds the next one.

export function options(element: HTMLElement): void {
  const list = element.querySelector<HTMLOListElement>("ol")!;
  const add = element.querySelector<HTMLButtonElement>("[data-add]")!;
  let next = list.children.length + 1;

  const labelOf = (row: Element): HTMLInputElement => row.querySelector<HTMLInputElement>("[name$='.label']")!;
  const addRow = (): void => {
    const row = list.lastElementChild!.cloneNode(true) as HTMLElement;
    for (const control of row.querySelectorAll<HTMLInputElement | HTMLSelectElement>("[name]")) {
      control.name = control.name.replace(/\.\d+\./, `.${next}.`);
      if (control instanceof HTMLInputElement && control.type === "checkbox") control.checked = true;
      else control.value = "";
      control.removeAttribute("readonly");
    }
    next += 1;
    list.append(row);
    labelOf(row).focus();
  };

  add.hidden = false;
  add.addEventListener("click", addRow);
  list.addEventListener("keydown", (event) => {
    const target = event.target as HTMLInputElement;
    if (event.key !== "Enter" || event.isComposing || !(target instanceof HTMLInputElement)) return;
    event.preventDefault();
    const following = target.closest("li")!.nextElementSibling;
    if (following) labelOf(following).focus();
    else addRow();
  });
  list.addEventListener("click", (event) => {
    const button = (event.target as HTMLElement).closest("button");
    const row = button?.closest("li");
    if (!button || !row) return;
    if ("up" in button.dataset && row.previousElementSibling) {
      row.previousElementSibling.before(row);
      button.focus();
    } else if ("gone" in button.dataset) {
      const neighbour = row.nextElementSibling ?? row.previousElementSibling;
      if (list.children.length > 1) row.remove();
      else labelOf(row).value = "";
      if (neighbour) labelOf(neighbour).focus();
    }
  });
}
