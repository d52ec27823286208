// Opens a dialog by id; the dialog's own close buttons close it and focus returns to the opener.

/** Let the buttons marked data-close close the dialog. */
export function closable(dialog: HTMLDialogElement): void {
  if (dialog.dataset.closable) return;
  dialog.dataset.closable = "1";
  dialog.addEventListener("click", (event) => {
    const target = event.target as Element;
    if (target === dialog || target.closest("[data-close]")) dialog.close();
  });
}

export function dialog(opener: HTMLElement): void {
  opener.addEventListener("click", () => {
    const found = document.getElementById(opener.dataset.dialog ?? "");
    if (!(found instanceof HTMLDialogElement)) return;
    opener.closest<HTMLElement>("[popover]")?.hidePopover();
    closable(found);
    found.showModal();
  });
}
