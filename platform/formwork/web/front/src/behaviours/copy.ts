// A button that puts the text of an element on the clipboard and says so.

export function copy(button: HTMLElement): void {
  const label = button.querySelector("span");
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copy ?? "")?.textContent ?? "";
    await navigator.clipboard.writeText(text);
    if (label && button.dataset.done) label.textContent = button.dataset.done;
  });
}
