// A file dropped anywhere on the box goes into its file input.

export function upload(box: HTMLElement): void {
  const input = box.querySelector<HTMLInputElement>("input[type=file]");
  const over = (on: boolean) => (event: Event): void => {
    event.preventDefault();
    box.classList.toggle("is-over", on);
  };
  box.addEventListener("dragover", over(true));
  box.addEventListener("dragleave", over(false));
  box.addEventListener("drop", (event) => {
    over(false)(event);
    const files = event.dataTransfer?.files;
    if (input && files?.length) input.files = files;
  });
}
